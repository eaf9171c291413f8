# SPDX-License-Identifier: GPL-2.0-only
# Targets that run the lab (tests/) and the checkers (scripts/).

# CHECKS="sparse files" runs only those; `scripts/check` names them all.
CHECKS ?=

check:
	@scripts/check $(CHECKS)

# depmod is for the machine that will run it: left to the package's scripts
# when the files go to DESTDIR.
install: install-module install-tool install-udev

uninstall: uninstall-tool uninstall-udev
	rm -f $(DESTDIR)/lib/modules/$(RELEASE)/extra/vmpath.ko
	@if [ -z "$(DESTDIR)" ]; then depmod $(RELEASE); fi

install-module: module
	install -D -m 644 $(BUILD)/vmpath.ko \
		$(DESTDIR)/lib/modules/$(RELEASE)/extra/vmpath.ko
	@if [ -z "$(DESTDIR)" ]; then depmod $(RELEASE); fi

.PHONY: install-module uninstall test-distro test-fast test-host

# Guests side by side, and words for tests/run.py (--slow 2, --tag smoke, ...).
JOBS     ?= 2
TESTARGS ?=
TAG      ?=

# Every case and the harness's own, after what needs no guest; CASES="name ..."
# runs only those cases, TAG=word only those with that tag.
test:
	@scripts/test $(if $(CASES)$(TAG),,test-unit test-fuzz test-tool test-host) -- \
		--kernel $(KERNEL) --jobs $(JOBS) $(if $(CASES)$(TAG),,--all) \
		$(if $(TAG),--tag $(TAG)) $(TESTARGS) $(CASES)

test-debug:
	@$(MAKE) --no-print-directory test KERNEL=debug

# The cases about failover in fast recovery mode: `make test` has few of them in it, to be done in
# time. Not here: what counts bios or has them fail, and what is of virtio-blk alone.
FAST := two-paths tgt-two-paths lio-two-paths four-paths disk-hotplug-scsi \
	path-error-once path-offline path-disable bad-reads flap held-enable \
	hung-discovery hung-path hung-unload stall stall-array stall-error stall-last \
	stall-off slow-path no-path-after no-path-change no-path-limits no-path-within \
	node-removal node-returns domain-hba domain-port domain-pulled domain-returns \
	array-killed attention swap-unnoticed swap-unnoticed-lio swap-under-load-lio \
	alua-explicit alua-moves alua-short-header alua-standby alua-stpg-hangs \
	alua-transition alua-unavailable resize resize-no-path routine-check \
	routine-hang flush-error pull-scsi pull-load fua discard fs-xfs \
	limits-join claim-release fail-io-pool mixed write-cache-mixed

test-fast:
	@scripts/test -- --kernel $(KERNEL) --jobs $(JOBS) --mode fast $(TESTARGS) \
		$(or $(CASES),$(FAST))

# scripts/check-host-cache, on samples and on a QEMU that is stopped.
test-host:
	@tests/host/run

# What the project is for, in two minutes, on KERNEL. Exits 1 if it fails, of
# which make makes 2.
demo:
	@scripts/demo --kernel $(KERNEL)

# What an I/O costs, of vmpath and of others, in guest instructions, and what fio sees of faults:
# an hour, report in build/bench/. The quick one takes minutes and fails if vmpath has become dearer than
# tests/bench/budget.json. BENCHARGS: words for tests/bench.py (--kernel 6.1, --record, ...).
BENCHARGS ?=

bench:
	@scripts/bench --jobs $(JOBS) $(BENCHARGS)

bench-quick:
	@scripts/bench --quick --jobs $(JOBS) $(BENCHARGS)

# Which functions and lines an I/O's instructions are in, by a plugin of QEMU. `BENCHARGS=--rst` puts
# the tables into Documentation/performance.rst.
bench-profile:
	@scripts/bench --profile --kernel $(KERNEL) $(BENCHARGS)

build/tests/cache/profile.so: tests/bench/profile.c tests/bench/plugin.h
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -fPIC -shared -fvisibility=hidden -o $@ $<

.PHONY: bench bench-quick bench-profile

# A whole Debian 12 as the guest: udev, LVM, md, multipathd, the initramfs.
# DISTRO="name ..." runs only those cases; BOOTS: how often the boots are tried.
BOOTS  ?= 20
DISTRO ?=

test-distro:
	@scripts/install-deps build
	@scripts/install-deps lab
	@tests/distro/run.py --jobs $(JOBS) --boots $(BOOTS) $(TESTARGS) $(DISTRO)
