# SPDX-License-Identifier: GPL-2.0-only
# vmpath: everything starts here. `make help` lists the targets.
#
#   KDIR    the kernel build tree the module is made for
#   KERNEL  the lab kernel that the tests boot: 6.1 (default), 6.12, 7.2, debug

KDIR    ?= /lib/modules/$(shell uname -r)/build
KERNEL  ?= 6.1
CASES   ?=
PREFIX  ?= /usr/local
DESTDIR ?=

# What `uname -r` will say is compiled in: Debian's headers for 6.1 have another
# name in kernel.release.
RELEASE  = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)".*/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)
BUILD    = build/$(RELEASE)

all: module tool udev

help:
	@echo 'module      build/<kernelrelease>/vmpath.ko for KDIR=$(KDIR)'
	@echo 'tool        build/vmpathctl'
	@echo 'udev        build/vmpath-udev, the helper of the udev rules'
	@echo 'demo        a guest loses a path and its application does not notice (2 minutes)'
	@echo 'test        every test on KERNEL=$(KERNEL); CASES="name ..." runs only those'
	@echo 'test-debug  the same on a kernel with KASAN, lockdep, kmemleak, fault injection'
	@echo 'test-fast   the cases about failover, in fast recovery mode'
	@echo 'test-unit   the pure parts of the module, in user space, under the sanitizers'
	@echo 'test-fuzz   the same with inputs of chance: FUZZ_RUNS=20000 for each target'
	@echo 'fuzz        likewise for FUZZ_SECONDS=60; fuzz-keep keeps what it has found'
	@echo 'test-tool   vmpathctl on recorded sysfs trees'
	@echo 'test-host   check-host-cache on recorded samples and a stopped QEMU'
	@echo 'bench       what an I/O costs, and faults, of vmpath and of others; build/bench/report.html'
	@echo 'bench-profile which functions and lines the instructions of a READ are in'
	@echo 'bench-quick fails if vmpath has become dearer than recorded (minutes)'
	@echo 'check       W=1, sparse, checkpatch, shellcheck, file rules'
	@echo 'test-distro udev, LVM, md, multipathd in a Debian 12 guest; DISTRO="name ..." picks'
	@echo 'install     module, tool, udev rules, manual; DESTDIR= and PREFIX= are honoured'
	@echo 'uninstall   the files of install'

# The sources are linked into the build directory, so one tree serves several
# kernels; links whose source is gone are dropped.
module:
	@test -e "$(KDIR)/include/config/kernel.release" || { \
		echo "no kernel build tree at $(KDIR): install the kernel's headers or set KDIR=" >&2; exit 1; }
	@mkdir -p $(BUILD)
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/src $(CURDIR)/include $(BUILD)/
	@find $(BUILD) -xtype l -delete
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$(BUILD) $(MODFLAGS) modules

tool: build/vmpathctl

include src/tool/tool.mk
include src/udev/udev.mk
include scripts/lab.mk

clean:
	rm -rf build

.PHONY: all help module tool demo test test-debug check install clean
