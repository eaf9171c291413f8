# SPDX-License-Identifier: GPL-2.0-only
"""Programs that run beside the guests and end with the runner, and their ports.

An array is one such program: a tgtd, or a QEMU with LIO in it. It can be
stopped, continued, killed and started again; whoever watches a case asks
died(), which is empty as long as the program is as it should be.
"""

import os
import random
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import LabError

# A child is told of the end of the thread that made it: this one ends with the runner.
PARENT = ThreadPoolExecutor(1)
FIRST_PORT, LAST_PORT = 20000, 30000  # below those that the kernel gives to clients


class Port:
    """A TCP port of 127.0.0.1 that no other run of the lab on this machine has.

    The UDP port of the same number is the lock: the kernel frees it with us.
    """

    def __init__(self):
        for _ in range(1000):
            number = random.randrange(FIRST_PORT, LAST_PORT)
            lock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                lock.bind(("127.0.0.1", number))
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", number))
            except OSError:
                lock.close()
                continue
            self.lock = lock
            self.number = number
            return
        raise LabError("no free port between %d and %d" % (FIRST_PORT, LAST_PORT))

    def close(self) -> None:
        self.lock.close()


class Program:
    """One program that can be stopped, continued, killed and started again."""

    def __init__(self, name: str, log: str):
        self.name = name
        self.log = log
        self.process = None
        self.wanted = False       # it should be running

    def spawn(self, args: list, env: dict | None = None, fds: tuple = (),
              cwd: str | None = None) -> None:
        """Start it; however the runner ends, it ends too."""
        with open(self.log, "ab") as log:
            self.process = PARENT.submit(
                subprocess.Popen, ["setpriv", "--pdeathsig", "KILL", "--"] + args,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **(env or {})}, pass_fds=fds, cwd=cwd).result()
        self.wanted = True

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def died(self) -> str:
        """Why it is not there although it should be."""
        if not self.wanted or self.alive():
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as f:
            lines = f.read().strip().splitlines()
        return "%s ended (exit %s)%s" % (self.name, self.process.poll(),
                                         ": " + lines[-1] if lines else "")

    def signal(self, number: int) -> None:
        if not self.alive():
            raise LabError("%s does not run" % self.name)
        self.process.send_signal(number)

    def stop(self) -> None:
        """From now on it answers nothing; its connections stay."""
        self.signal(signal.SIGSTOP)
        end = time.monotonic() + 10
        while self.status() != "T":
            if time.monotonic() > end:
                raise LabError("%s does not stop" % self.name)
            time.sleep(0.01)

    def cont(self) -> None:
        self.signal(signal.SIGCONT)

    def status(self) -> str:
        """The letter of its state in /proc."""
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii", errors="replace") as f:
            return f.read().rpartition(") ")[2][:1]

    def kill(self) -> None:
        """End it at once, with its connections."""
        if not self.alive():
            raise LabError("%s does not run" % self.name)
        self.end()

    def crash(self) -> None:
        """End it behind the lab's back: for the lab's own tests."""
        self.signal(signal.SIGKILL)

    def end(self) -> None:
        """For sure, whatever state it is in."""
        self.wanted = False
        if self.alive():
            self.process.kill()
        if self.process is not None:
            self.process.wait()
