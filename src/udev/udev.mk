# SPDX-License-Identifier: GPL-2.0-only
# udev's part: `udev` builds its helper, `install-udev` puts rules, helper and
# the initramfs's hooks in place. Their directories are fixed by udev, systemd
# and initramfs-tools; PREFIX says only where vmpathctl is.

UDEV_CFLAGS  := -std=gnu11 -O2 -g -D_GNU_SOURCE -Iinclude/uapi -Wall -Wextra -Werror
UDEV_CFLAGS  += -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wformat=2
INITRAMFS    := /usr/share/initramfs-tools

udev: build/vmpath-udev

build/vmpath-udev: src/udev/vmpath-udev.c include/uapi/vmpath_names.h src/udev/udev.mk
	@mkdir -p build
	$(CC) $(UDEV_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $<

# They name the place of vmpathctl.
build/udev/%: src/udev/% FORCE
	@mkdir -p build/udev
	@sed 's:@SBINDIR@:$(PREFIX)/sbin:g' $< >$@

install-udev: build/vmpath-udev build/udev/54-vmpath.rules.in build/udev/initramfs-hook
	install -D -m 755 build/vmpath-udev $(DESTDIR)/usr/lib/udev/vmpath-udev
	install -D -m 644 build/udev/54-vmpath.rules.in \
		$(DESTDIR)/usr/lib/udev/rules.d/54-vmpath.rules
	install -D -m 644 src/udev/vmpath-modules-load.conf \
		$(DESTDIR)/usr/lib/modules-load.d/vmpath.conf
	install -D -m 755 build/udev/initramfs-hook \
		$(DESTDIR)$(INITRAMFS)/hooks/vmpath
	install -D -m 755 src/udev/initramfs-local-top \
		$(DESTDIR)$(INITRAMFS)/scripts/local-top/vmpath
	install -D -m 644 Documentation/man/vmpath-udev.7 \
		$(DESTDIR)$(PREFIX)/share/man/man7/vmpath-udev.7
	@if [ -z "$(DESTDIR)" ]; then udevadm control --reload || :; \
		echo 'To have it in the initramfs: update-initramfs -u. See vmpath-udev(7).'; fi

uninstall-udev:
	rm -f $(DESTDIR)/usr/lib/udev/vmpath-udev $(DESTDIR)/usr/lib/udev/rules.d/54-vmpath.rules \
		$(DESTDIR)/usr/lib/modules-load.d/vmpath.conf \
		$(DESTDIR)$(INITRAMFS)/hooks/vmpath \
		$(DESTDIR)$(INITRAMFS)/scripts/local-top/vmpath \
		$(DESTDIR)$(PREFIX)/share/man/man7/vmpath-udev.7

.PHONY: udev install-udev uninstall-udev FORCE
FORCE:
