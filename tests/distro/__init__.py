# SPDX-License-Identifier: GPL-2.0-only
"""The second tier of the tests: a whole Debian 12 as the guest, with udev and services."""
