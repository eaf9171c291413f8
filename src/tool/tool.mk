# SPDX-License-Identifier: GPL-2.0-only
# build/vmpathctl and its tests: `tool`, `test-tool`, `test-unit`.
# A second build with AddressSanitizer and UBSan goes to build/tool-asan/;
# the tests run both.

TOOL_SRC    := $(sort $(wildcard src/tool/*.c))
# the module's own, pure
TOOL_SHARED := src/reservation.c src/sense.c src/serial.c
TOOL_CFLAGS := -std=gnu11 -O2 -g -D_GNU_SOURCE -Iinclude/uapi -Iinclude/user -Isrc/tool
TOOL_CFLAGS += -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
TOOL_CFLAGS += -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wformat=2
TOOL_ASAN   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TOOL_CFLAGS += $(shell pkg-config --cflags smartcols libudev 2>/dev/null)
TOOL_LIBS   := $(shell pkg-config --libs smartcols libudev 2>/dev/null || echo -lsmartcols -ludev)

build/vmpathctl: $(TOOL_SRC:src/tool/%.c=build/tool/%.o) \
		$(TOOL_SHARED:src/%.c=build/tool/shared-%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

build/tool-asan/vmpathctl: $(TOOL_SRC:src/tool/%.c=build/tool-asan/%.o) \
		$(TOOL_SHARED:src/%.c=build/tool-asan/shared-%.o)
	$(CC) $(CFLAGS) $(TOOL_ASAN) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

build/tool/%.o: src/tool/%.c src/tool/tool.mk | build/tool
	$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -c -o $@ $<

build/tool-asan/%.o: src/tool/%.c src/tool/tool.mk | build/tool-asan
	$(CC) $(TOOL_CFLAGS) $(TOOL_ASAN) $(CPPFLAGS) $(CFLAGS) -MMD -c -o $@ $<

build/tool/shared-%.o: src/%.c src/tool/tool.mk | build/tool
	$(CC) $(TOOL_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -c -o $@ $<

build/tool-asan/shared-%.o: src/%.c src/tool/tool.mk | build/tool-asan
	$(CC) $(TOOL_CFLAGS) $(TOOL_ASAN) $(CPPFLAGS) $(CFLAGS) -MMD -c -o $@ $<

build/tool build/tool-asan:
	@mkdir -p $@
	@printf '#include <%s>\n' libsmartcols/libsmartcols.h libudev.h | $(CC) $(CPPFLAGS) \
		$$(pkg-config --cflags smartcols libudev 2>/dev/null) -E -x c - >/dev/null 2>&1 || { \
		echo 'headers are missing: install libsmartcols-dev and libudev-dev (Debian),' \
			'libsmartcols-devel and systemd-devel (Fedora)' >&2; \
		rmdir $@; exit 1; }

-include $(wildcard build/tool/*.d build/tool-asan/*.d)

include tests/unit/unit.mk

test-tool: build/vmpathctl build/tool-asan/vmpathctl
	tests/tool/run build/vmpathctl build/tool-asan/vmpathctl

install-tool: build/vmpathctl
	install -D -m 755 build/vmpathctl $(DESTDIR)$(PREFIX)/sbin/vmpathctl
	install -D -m 644 Documentation/man/vmpathctl.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8/vmpathctl.8
	install -D -m 644 Documentation/man/vmpath.4 \
		$(DESTDIR)$(PREFIX)/share/man/man4/vmpath.4
	install -D -m 644 src/tool/completion.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vmpathctl

uninstall-tool:
	rm -f $(DESTDIR)$(PREFIX)/sbin/vmpathctl \
		$(DESTDIR)$(PREFIX)/share/man/man8/vmpathctl.8 \
		$(DESTDIR)$(PREFIX)/share/man/man4/vmpath.4 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/vmpathctl

.PHONY: test-tool install-tool uninstall-tool
