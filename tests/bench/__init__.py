# SPDX-License-Identifier: GPL-2.0-only
"""What `make bench` is made of: which cases it runs, what it makes of their figures."""
