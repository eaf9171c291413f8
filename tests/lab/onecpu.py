# SPDX-License-Identifier: GPL-2.0-only
"""Keeps all threads of an emulator that has one for all vCPUs on one CPU of this machine.

With `-accel tcg,thread=single` QEMU leaves the guest's memory barriers out: its vCPUs take
turns, so among them none is needed. But QEMU's main loop, which serves the virtio rings, is
another thread. On another CPU it may miss the guest's last entry while the guest misses its
wish to be told of it: an I/O or an interrupt is lost for good, once in some million. Measured
with shared memory (ivshmem) and a store, a barrier and a load on both sides: neither side saw
the other's store in 28,660 of 47 million tries with `lock addl`, in 54,091 of 43 million with
`mfence`; in none with thread=multi, and in none on one CPU. With thread=multi QEMU leaves them
out too, if a guest has but one vCPU.
"""

import os
import random
import threading

_lock = threading.Lock()
_guests: dict = {}      # CPU -> emulators of this run that have it


def take(accel: list, vcpus: int):
    """A CPU for one emulator, the one with the fewest; None if it needs none."""
    how = " ".join(accel)
    if "tcg" not in how or "thread=multi" in how and vcpus > 1:
        return None
    with _lock:
        cpus = sorted(os.sched_getaffinity(0))
        random.shuffle(cpus)    # another run may be here
        cpu = min(cpus, key=lambda n: _guests.get(n, 0))
        _guests[cpu] = _guests.get(cpu, 0) + 1
        return cpu


def give(cpu) -> None:
    """The emulator has ended."""
    if cpu is not None:
        with _lock:
            _guests[cpu] -= 1


def words(cpu) -> list:
    """What goes before its command."""
    return [] if cpu is None else ["taskset", "--cpu-list", str(cpu)]
