# SPDX-License-Identifier: GPL-2.0-only
"""The vmpath test lab: boots one small guest for each case and judges it."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTS = os.path.join(ROOT, "tests")
OUT = os.path.join(ROOT, "build", "tests")


class LabError(Exception):
    """The lab itself cannot go on; the text is for the person who runs it."""
