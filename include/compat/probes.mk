# SPDX-License-Identifier: GPL-2.0-only
# Compile probes: each file in probes/ that compiles on this kernel gives
# -DVMP_HAVE_<NAME>. The answers are kept in the build directory, which is one
# per kernel release, and made anew when the kernel or a probe is newer.

vmp_probe_dir := $(src)/include/compat/probes
vmp_probe_cc = $(CC) $(NOSTDINC_FLAGS) $(LINUXINCLUDE) $(KBUILD_CPPFLAGS) \
	$(KBUILD_CFLAGS) $(KBUILD_CFLAGS_MODULE) -DMODULE \
	-DKBUILD_MODNAME='"probe"' -Werror -c -o /dev/null

vmp_probe_flags := $(shell \
	kept='$(obj)/.compat-probes'; \
	new=$$(find '$(vmp_probe_dir)/' '$(objtree)/include/generated/autoconf.h' \
		-newer "$$kept" -name '*.[ch]' 2>/dev/null | head -n 1); \
	if [ ! -s "$$kept" ] || [ -n "$$new" ]; then \
		: > "$$kept.new"; \
		for f in '$(vmp_probe_dir)'/*.c; do \
			n=$$(basename "$$f" .c | tr a-z A-Z); \
			if $(vmp_probe_cc) "$$f" >/dev/null 2>&1; then \
				echo "-DVMP_HAVE_$$n" >> "$$kept.new"; \
			fi; \
		done; \
		mv "$$kept.new" "$$kept"; \
	fi; \
	cat "$$kept")

ifeq ($(filter -DVMP_HAVE_CANARY,$(vmp_probe_flags)),)
$(shell rm -f '$(obj)/.compat-probes')
$(error the compile probes do not work with this kernel tree: is it prepared, \
	and is its compiler installed?)
endif

ccflags-y += $(vmp_probe_flags)
