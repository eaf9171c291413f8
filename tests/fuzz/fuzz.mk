# SPDX-License-Identifier: GPL-2.0-only
# `test-fuzz`: each target of tests/fuzz/ with its kept corpus and FUZZ_RUNS
# inputs that a fresh seed makes. `fuzz`: each for FUZZ_SECONDS, from the kept
# corpus on. `fuzz-keep`: what that has found joins the kept corpus, without
# what says nothing new. clang, with AddressSanitizer and UBSan.

FUZZ_TARGETS := identity vpd rtpg serial sense prin
FUZZ_RUNS    ?= 20000
FUZZ_SECONDS ?= 60
FUZZ_CC      ?= clang
FUZZ_CFLAGS  := -std=gnu11 -O1 -g -D_GNU_SOURCE -Iinclude/user -Itests/fuzz -Iinclude/uapi -Isrc
FUZZ_CFLAGS  += -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare
FUZZ_CFLAGS  += -Wno-missing-field-initializers
FUZZ_CFLAGS  += -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_PURE    := src/array.c src/identity.c src/outcome.c src/reservation.c src/rtpg.c src/sense.c src/serial.c src/vpd.c src/tool/prin.c
FUZZ_BIN     := $(FUZZ_TARGETS:%=build/fuzz/fuzz-%)

build/fuzz/fuzz-%: tests/fuzz/fuzz-%.c $(FUZZ_PURE) src/array.h src/identity.h \
		src/outcome.h src/reservation.h src/rtpg.h src/tool/prin.h src/sense.h src/serial.h src/vpd.h include/user/kernel.h tests/fuzz/fuzz.h tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $(CPPFLAGS) -o $@ $(filter %.c,$^)

test-fuzz: $(FUZZ_BIN)
	tests/fuzz/run test $(FUZZ_RUNS) $(FUZZ_TARGETS)

fuzz: $(FUZZ_BIN)
	tests/fuzz/run long $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-keep: $(FUZZ_BIN)
	tests/fuzz/run keep 0 $(FUZZ_TARGETS)

.PHONY: test-fuzz fuzz fuzz-keep
