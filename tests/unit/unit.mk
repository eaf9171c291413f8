# SPDX-License-Identifier: GPL-2.0-only
# `test-unit`: the module's pure files, built in user space with the
# sanitizers, each with the test program tests/unit/test-<file>.c. A new pure
# file needs that program and its name in PURE. test-pages.c reads the answers
# of real targets in tests/unit/pages/.

PURE        := array cdb identity outcome rate reservation rtpg rules rwcmd sense serial tool/prin vpd
UNIT_CFLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE -Itests/unit -Iinclude/user -Isrc -Iinclude/uapi
UNIT_CFLAGS += -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare
UNIT_CFLAGS += -Wno-missing-field-initializers -DPAGES='"$(CURDIR)/tests/unit/pages"'
UNIT_CFLAGS += -DROOT='"$(CURDIR)"'
UNIT_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_TESTS  := $(patsubst tests/unit/%.c,build/unit/%,$(sort $(wildcard tests/unit/test-*.c)))
UNIT_PURE   := $(PURE:%=build/unit/pure-%.o)

build/unit/pure-%.o: src/%.c tests/unit/unit.mk
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MF $@.d -c -o $@ $<

build/unit/test-%: tests/unit/test-%.c $(UNIT_PURE)
	$(CC) $(UNIT_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MF $@.d -o $@ \
		$< $(UNIT_PURE) $(LDFLAGS)

.SECONDARY: $(UNIT_PURE)
-include $(wildcard build/unit/*.d build/unit/*/*.d)

test-unit: $(UNIT_TESTS)
	tests/unit/run $(UNIT_TESTS)

.PHONY: test-unit

include tests/fuzz/fuzz.mk
