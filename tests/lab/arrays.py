# SPDX-License-Identifier: GPL-2.0-only
"""The arrays of a case: which serves which LU and path, and what cases do to them.

An LU of the topology says what serves it: `tgt` (one tgtd, all paths), `tgt-each`
(one tgtd for each path, on the same image), `lio`, or `stub` (a stub for each path, on
the same image, whose answers cases choose). Paths of kind scsi-block are connections to
one of these.
"""

import os
import threading

from . import LabError
from .lio import ACCESS_TYPES, PORTALS, STATES, Lio
from .stub import VERBS as STUB_VERBS
from .stub import Stub
from .tgt import Tgtd
from .topology import Topology

KINDS = ("tgt", "tgt-each", "lio", "stub")


def wants(topology: Topology, kind: str) -> bool:
    return any(u.array == kind for u in topology.lus)


class Arrays:
    """Every array of a case, shared by its guests."""

    def __init__(self, topology: Topology, folder: str, logs: str, boot):
        self.units = {u.id: u for u in topology.lus}
        self.folder = folder
        self.logs = logs
        self.lock = threading.Lock()
        self.programs: dict = {}  # name -> program
        self.serving: dict = {}   # (LU, path) -> program
        for view in topology.views():
            for path in view.paths:
                if path.kind == "scsi-block":
                    self.serving[path.lu, path.id] = self.program(path, boot)

    def image(self, unit: str) -> str:
        return os.path.join(self.folder, unit + ".img")

    def program(self, path, boot):
        """The program that serves a path; made when it is asked for first."""
        unit = self.units[path.lu]
        if unit.array not in KINDS:
            raise LabError("%s is scsi-block and %s is on no array" % (path.id, unit.id))
        name = {"tgt": unit.id, "lio": "lio"}.get(unit.array, unit.id + "-" + path.id)
        if name in self.programs:
            return self.programs[name]
        if unit.array == "lio":
            if not 0 <= path.port < PORTALS:
                raise LabError("%s: LIO has no port %d" % (path.id, path.port))
            units = [u for u in self.units.values() if u.array == "lio"]
            made = Lio(units, self.folder, self.logs, self.image, boot)
        elif unit.array == "stub":
            made = Stub(name, unit, path.port, self.logs, self.image)
        else:
            made = Tgtd(name, unit, self.folder, self.logs, self.image)
        self.programs[name] = made
        return made

    def portal(self, path) -> tuple:
        return self.serving[path.lu, path.id].portal(path)

    def start(self) -> None:
        for program in self.programs.values():
            program.start()

    def died(self) -> str:
        """Which of them is gone though no case has ended it."""
        return next((p.died() for p in self.programs.values() if p.died()), "")

    def close(self) -> None:
        for program in self.programs.values():
            program.close()

    # Verbs

    def of_unit(self, unit: str) -> list:
        """The programs that serve an LU."""
        found = [p for (u, _), p in self.serving.items() if u == unit]
        if not found:
            raise LabError("%s is on no array" % unit)
        return list(dict.fromkeys(found))

    def own(self, path):
        """The program that serves this path and no other."""
        if (path.lu, path.id) not in self.serving:
            raise LabError("%s leads to no array" % path.id)
        found = self.serving[path.lu, path.id]
        others = [key[1] for key, x in self.serving.items() if x is found and key[1] != path.id]
        if others:
            raise LabError("%s shares its array with %s; name the LU" % (path.id, others[0]))
        return found

    def act(self, path, unit: str, action: str, more: list) -> str | None:
        """Do what a case asks; path is None if it named an LU."""
        with self.lock:
            if path is not None and isinstance(self.serving.get((path.lu, path.id)), Lio):
                return self.act_lio(path, action, more)
            programs = [self.own(path)] if path is not None else self.of_unit(unit)
            if action in ("stop", "cont", "kill", "start", "crash") and not more:
                for program in programs:
                    getattr(program, action)()
            elif action in STUB_VERBS and all(isinstance(p, Stub) for p in programs):
                return " ".join(p.tell([action] + more) for p in programs)
            elif action == "swap" and len(more) == 1 and more[0] in self.units:
                for program in self.tgtds(programs, action):
                    program.swap(self.units[more[0]])
            elif action == "unmap" and not more:
                for program in self.tgtds(programs, action):
                    program.unmap()
            elif action == "readonly" and more in (["on"], ["off"]):
                for program in self.tgtds(programs, action):
                    program.set_readonly(more == ["on"])
            else:
                raise LabError("an array cannot '%s'" % " ".join([action] + more))
        return None

    @staticmethod
    def tgtds(programs: list, action: str) -> list:
        if not all(isinstance(p, Tgtd) for p in programs):
            raise LabError("'%s' is for tgt alone" % action)
        return programs

    def act_lio(self, path, action: str, more: list) -> str | None:
        """A path to LIO: its portal group, or its target port group."""
        lio = self.serving[path.lu, path.id]
        if action in ("kill", "start") and not more:
            lio.enable(path, action == "start")
        elif action == "alua" and not more:
            return lio.alua_state(path)
        elif action == "alua" and more[0] in STATES and len(more) < 3:
            lio.alua(path, more[0], int(more[1]) if more[1:] else 0)
        elif action == "access" and len(more) == 1 and more[0] in ACCESS_TYPES:
            lio.access(path, more[0])
        elif action == "transition" and len(more) == 1 and more[0].isdigit():
            lio.transition_secs(path, int(more[0]))
        elif action == "prefer" and more in (["on"], ["off"]):
            lio.prefer(path, more == ["on"])
        elif action == "unmap" and not more:
            lio.unmap(path)
        elif action == "swap" and len(more) == 1 and more[0] in [u.id for u in lio.units]:
            lio.swap(path, more[0])
        else:
            raise LabError("a path to LIO cannot '%s'; states: %s"
                           % (" ".join([action] + more), " ".join(STATES)))
        return None

    def resize(self, unit: str, size: int) -> None:
        """The image has its new size already."""
        with self.lock:
            for program in self.of_unit(unit):
                program.resized(unit, size)
