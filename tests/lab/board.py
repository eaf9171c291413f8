# SPDX-License-Identifier: GPL-2.0-only
"""Where the guests of one case leave each other words and wait for them.

A wait has a bound, and ends at once when no other guest is left that could put
the word: so a guest that fails takes the others with it, by name.
"""

import threading
import time


class Board:
    """Keys and values, and which guests can still put some."""

    def __init__(self, guests: int):
        self.cond = threading.Condition()
        self.values: dict = {}
        self.active = set(range(guests))
        self.ended: dict = {}     # guest -> how

    def put(self, key: str, value: str) -> None:
        with self.cond:
            self.values[key] = value
            self.cond.notify_all()

    def leave(self, guest: int, how: str) -> None:
        """This guest will put nothing more."""
        with self.cond:
            if guest in self.active:
                self.active.discard(guest)
                self.ended[guest] = how
                self.cond.notify_all()

    def wait(self, guest: int, key: str, seconds: float) -> tuple:
        """(value, "") or (None, why not)."""
        end = time.monotonic() + seconds
        with self.cond:
            while key not in self.values:
                if not self.active - {guest}:
                    return None, "nobody puts '%s': %s" % (key, "; ".join(
                        "guest %d %s" % x for x in sorted(self.ended.items())) or "no other guest")
                left = end - time.monotonic()
                if left <= 0:
                    return None, "nobody has put '%s' in %d s" % (key, seconds)
                self.cond.wait(left)
            return self.values[key], ""
