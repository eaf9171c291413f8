# SPDX-License-Identifier: GPL-2.0-only
"""QMP client: sends commands, keeps events, and never waits without a bound."""

import json
import select
import socket
import threading
import time


class QmpError(Exception):
    """QEMU refused a command, or did not answer in time."""


class Qmp:
    """One connection; a reader thread files replies and events."""

    def __init__(self, sock: socket.socket, log_path: str):
        self.sock = sock
        self.log = open(log_path, "w", encoding="utf-8")  # pylint: disable=consider-using-with
        self.cond = threading.Condition()
        self.events: list = []
        self.replies: dict = {}
        self.closed = False
        self.greeted = False
        self.next_id = 0
        self.sending = threading.Lock()
        self.reader = threading.Thread(target=self.read_loop, daemon=True)
        self.reader.start()

    def read_loop(self) -> None:
        buffer = b""
        while True:
            try:
                select.select([self.sock], [], [])
                data = self.sock.recv(65536)
            except (OSError, ValueError):
                data = b""
            if not data:
                break
            buffer += data
            while b"\n" in buffer:
                line, buffer = buffer.split(b"\n", 1)
                self.take(line.decode("utf-8", "replace").strip())
        with self.cond:
            self.closed = True
            self.cond.notify_all()

    def take(self, line: str) -> None:
        if not line:
            return
        self.write_log("<- " + line)
        message = json.loads(line)
        with self.cond:
            if "event" in message:
                self.events.append(message)
            elif "QMP" in message:
                self.greeted = True
            else:
                self.replies[message.get("id")] = message
            self.cond.notify_all()

    def write_log(self, text: str) -> None:
        if not self.log.closed:
            self.log.write("%.3f %s\n" % (time.time() % 10000, text))
            self.log.flush()

    def command(self, name: str, args: dict | None = None, timeout: float = 20):
        """Run one command and return what it returns."""
        with self.sending:
            self.next_id += 1
            ident = self.next_id
            text = json.dumps({"execute": name, "arguments": args or {}, "id": ident})
            self.write_log("-> " + text)
            try:
                self.sock.sendall(text.encode() + b"\n")
            except OSError as e:
                raise QmpError("%s: QEMU is gone (%s)" % (name, e)) from e
        reply = self.wait(lambda: self.replies.pop(ident, None), timeout)
        if reply is None:
            raise QmpError("%s: no answer in %g s" % (name, timeout))
        if "error" in reply:
            raise QmpError("%s: %s" % (name, reply["error"].get("desc", "?")))
        return reply["return"]

    def wait(self, found, timeout: float):
        """Wait until found() gives something; None when time is up or QEMU is gone."""
        end = time.monotonic() + timeout
        with self.cond:
            while True:
                result = found()
                if result is not None or self.closed:
                    return result
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self.cond.wait(left)

    def wait_event(self, name: str, start: int, match, timeout: float):
        """An event of this name after position start for which match(data) is true."""
        def found():
            for event in self.events[start:]:
                if event["event"] == name and match(event.get("data", {})):
                    return event
            return None
        return self.wait(found, timeout)

    def open(self, timeout: float = 20) -> None:
        """Take the greeting and leave negotiation mode."""
        if self.wait(lambda: self.greeted or None, timeout) is None:
            raise QmpError("QEMU did not greet")
        self.command("qmp_capabilities")

    def close(self) -> None:
        self.sock.close()
        self.log.close()
