# SPDX-License-Identifier: GPL-2.0-only
"""Feeds `vmpathctl monitor` with uevents as udevd sends them.

usage: unshare -rn python3 uevents.py BINARY SYSROOT: prints what is wrong.

A network namespace has uevents of its own, and its owner may send them, so no
module, no udevd and no privilege is needed. SYSROOT gets run/udev/control, by
which the tool knows that a udevd is there.
"""
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time

KOBJECT_UEVENT = 15
UDEV_GROUP = 2
BOUND = 20


def murmur2(data):
    """How libudev's filter hashes a subsystem (MurmurHash2, 32 bits, seed 0)."""
    mul, mask = 0x5bd1e995, 0xffffffff
    h = len(data)
    while len(data) >= 4:
        k = struct.unpack("<I", data[:4])[0] * mul & mask
        h = (h * mul & mask) ^ ((k ^ k >> 24) * mul & mask)
        data = data[4:]
    if data:
        h = (h ^ int.from_bytes(data, "little")) * mul & mask
    h = (h ^ h >> 13) * mul & mask
    return h ^ h >> 15


class Udevd:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, KOBJECT_UEVENT)
        self.seqnum = 0

    def send(self, action, node, **more):
        """One uevent of a disk, with the variables VMPATH_<MORE>."""
        self.seqnum += 1
        env = {"ACTION": action, "DEVPATH": "/devices/virtual/block/" + node,
               "SUBSYSTEM": "block", "DEVTYPE": "disk", "SEQNUM": self.seqnum,
               "DEVNAME": "/dev/" + node}
        env.update(("VMPATH_" + key, value) for key, value in more.items())
        text = b"".join(b"%s=%s\0" % (k.encode(), os.fsencode(str(v))) for k, v in env.items())
        head = b"libudev\0" + struct.pack(
            ">I", 0xfeedcafe) + struct.pack("=III", 40, 40, len(text)) + struct.pack(
            ">IIII", murmur2(b"block"), murmur2(b"disk"), 0, 0)
        self.socket.sendto(head + text, (0, UDEV_GROUP))


class Monitor:
    """A running monitor; it listens once its first line is there."""

    def __init__(self, binary, *args):
        self.process = subprocess.Popen([binary, "monitor", *args], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.first = self.process.stdout.readline()

    def end(self):
        try:
            out, err = self.process.communicate(timeout=BOUND)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return 124, b"", b"it does not end"
        return self.process.returncode, out, err


def expect(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: {got!r} instead of {want!r}")


def tell(udevd, count):
    """A node's short life, with two events missing and one not its own."""
    udevd.send("add", "vmp3")
    udevd.send("change", "vmp3", EVENT="added", PATH="sda", NAME="lio_a", NR_PATHS=1, SEQNUM=1)
    udevd.send("change", "sda", EVENT="live")
    udevd.send("change", "vmp3p1", EVENT="live")
    udevd.send("change", "vmp3")
    udevd.send("change", "vmp3", EVENT="failed", PATH="sd\x1b[31m", NAME='a"b\\', NR_PATHS=0,
               SEQNUM=4)
    udevd.send("change", "vmp3", EVENT="live", PATH="sda", NAME="lio_a", NR_PATHS="x", SEQNUM=5,
               LOST=7)
    udevd.send("remove", "vmp3")
    udevd.send("change", "vmp3", EVENT="live", PATH="sda", NAME="lio_b", NR_PATHS=2, SEQNUM=1)
    assert count == 6


def check_json(binary, udevd):
    mon = Monitor(binary, "--sysroot", ".", "--json", "--count", "6", "--timeout", str(BOUND))
    expect({k: v for k, v in json.loads(mon.first).items() if k != "time"},
           {"version": 1, "event": "start", "source": "udev"}, "first line")
    tell(udevd, 6)
    code, out, err = mon.end()
    expect((code, err), (0, b""), "end")
    lines = [json.loads(line) for line in out.decode("ascii").splitlines()]
    for line in lines:
        expect(line.pop("version"), 1, "version")
        time.strptime(line.pop("time")[:19], "%Y-%m-%dT%H:%M:%S")
    event = {"node": "vmp3", "path": None, "name": None, "nr_paths": None,
             "seqnum": None}
    expect(lines, [
        dict(event, event="created"),
        dict(event, event="added", path="sda", name="lio_a", nr_paths=1, seqnum=1),
        {"node": "vmp3", "event": "lost", "lost": 2},
        dict(event, event="failed", path="sd\\x1b[31m", name='a"b\\x5c', nr_paths=0,
             seqnum=4),
        {"node": "vmp3", "event": "lost", "lost": 7},
        dict(event, event="live", path="sda", name="lio_a", seqnum=5),
        dict(event, event="gone"),
        dict(event, event="live", path="sda", name="lio_b", nr_paths=2, seqnum=1)], "events")


def check_text(binary, udevd):
    mon = Monitor(binary, "--sysroot", ".", "--count", "6", "--timeout", str(BOUND))
    expect(mon.first.split(), b"TIME NODE EVENT PATH PATHS NAME".split(), "heading")
    tell(udevd, 6)
    code, out, err = mon.end()
    expect((code, err), (0, b""), "end")
    expect([line.split()[2:] for line in out.decode("ascii").splitlines()], [
        ["vmp3", "created", "-", "-", "-"],
        ["vmp3", "added", "sda", "1", "lio_a"],
        ["vmp3", "lost", "-", "-", "2", "events", "not", "seen"],
        ["vmp3", "failed", "sd\\x1b[31m", "0", 'a"b\\x5c'],
        ["vmp3", "lost", "-", "-", "7", "events", "not", "seen"],
        ["vmp3", "live", "sda", "-", "lio_a"],
        ["vmp3", "gone", "-", "-", "-"],
        ["vmp3", "live", "sda", "2", "lio_b"]], "events")


def check_burst(binary, udevd):
    """20,000 events at once, more than the socket holds: all are seen or reported."""
    mon = Monitor(binary, "--sysroot", ".", "--json")
    udevd.send("add", "vmp0")
    seen = lost = unnamed = seq = 0
    end = time.monotonic() + BOUND
    while seq < 20000 and time.monotonic() < end:
        seq += 1
        udevd.send("change", "vmp0", EVENT="live", PATH="sda", NR_PATHS=1, SEQNUM=seq)
    # The last ones may be lost too: go on until one is seen that was sent later.
    os.set_blocking(mon.process.stdout.fileno(), False)
    data = b""
    while time.monotonic() < end and b'"last"' not in data:
        seq += 1
        udevd.send("change", "vmp0", EVENT="live", PATH="last", NR_PATHS=1, SEQNUM=seq)
        time.sleep(0.01)
        data += mon.process.stdout.read() or b""
    os.set_blocking(mon.process.stdout.fileno(), True)
    mon.process.send_signal(signal.SIGINT)
    code, out, err = mon.end()
    expect((code, err), (0, b""), "end by SIGINT")
    last = 0
    for line in (data + out).decode("ascii").splitlines():
        event = json.loads(line)
        if event["event"] == "lost":
            lost += event["lost"] or 0
            unnamed += event["lost"] is None
        elif event["event"] == "live":
            seen += 1
            last = event["path"] == "last"
    if not last:
        raise AssertionError("the monitor does not come to the end of the burst")
    if lost and not unnamed:
        raise AssertionError("it does not say that its socket was full")
    # what was sent after the last one that it saw is not known to be lost
    if not 20000 < seen + lost <= seq:
        raise AssertionError(f"{seen} seen and {lost} lost of {seq}")


def check_end(binary):
    for number in (signal.SIGINT, signal.SIGTERM):
        mon = Monitor(binary, "--sysroot", ".")
        mon.process.send_signal(number)
        expect(mon.end(), (0, b"", b""), "end by " + number.name)


def main(binary, root):
    os.chdir(root)
    os.makedirs("run/udev", exist_ok=True)
    with open("run/udev/control", "wb"):
        pass
    udevd = Udevd()
    check_json(binary, udevd)
    check_text(binary, udevd)
    check_end(binary)
    check_burst(binary, udevd)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, ValueError, OSError) as why:
        print(f"{type(why).__name__}: {why}")
        sys.exit(1)
