# SPDX-License-Identifier: GPL-2.0-only
"""What `vmpathctl serial` prints for the host, given to QEMU and to libvirt's schema.

QEMU is started, stopped before its first instruction, from the printed words as a shell
reads them, and says what serial it has got. libvirt's own virt-xml-validate looks at a
domain with the printed elements. Both are shown something wrong, too, and must refuse it.
"""
import json
import random
import shutil
import subprocess
import tempfile

TIMEOUT = 60
# Ids of vendors with a short code, which fit into what libvirt takes, and ids of 8 bytes.
BOTH = ["36001405a5d2f0f6c1e24b0fb4c7d9e10", "3600601604ca04a00a7cd0c2f5c34e811",
        "3624a9370f7d1a2b3c4d5e6f700011abc", "35000c50015ea71ac", "3200173800a1b2c3d",
        "33000c50015ea71ac", "36000000000000000000000000000000f"]
# Only QEMU takes these; a shell needs quotes around them.
QEMU_ALONE = ["36e78999999999999999999999999990a", "36123456789abcdef0123456789abcdef",
              "36fffffffffffffffffffffffffffffff"]
NR_RANDOM = 12


class Missing(Exception):
    """A program that is not on this machine."""


DOMAIN = """<domain type='qemu'><name>guest</name><memory>262144</memory>
<os><type arch='x86_64'>hvm</type></os><devices>%s</devices></domain>
"""
DISK = """<disk type='block' device='disk'><driver name='qemu' type='raw'/>
<source dev='/dev/mapper/lu%d'/><target dev='vd%s' bus='virtio'/>%s</disk>
"""


def tool(binary, *words):
    """Exit code and the line it printed."""
    done = subprocess.run([binary, "serial", *words], capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout.rstrip("\n")


def drawn():
    seed = random.randrange(1 << 30)
    rng = random.Random(seed)
    return seed, ["36%031x" % rng.getrandbits(124) for _ in range(NR_RANDOM)]


def ask_qemu(lines):
    """Start QEMU with a disk for each line; the serials it has, or what it complained of."""
    words = ["exec qemu-system-x86_64 -S -M q35 -accel tcg -m 64 -nodefaults -display none"
             " -qmp stdio"]
    asks = [{"execute": "qmp_capabilities"}]
    for n, line in enumerate(lines):
        words.append(f"-blockdev null-co,node-name=n{n},size=1048576,read-zeroes=on"
                     f" -device virtio-blk-pci,id=d{n},drive=n{n},{line}")
        asks.append({"execute": "qom-get", "arguments": {
            "path": f"/machine/peripheral/d{n}", "property": "serial"}})
    asks.append({"execute": "quit"})
    done = subprocess.run(["sh", "-c", " ".join(words)], text=True, capture_output=True,
                          input="".join(json.dumps(x) + "\n" for x in asks),
                          timeout=TIMEOUT, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [x["return"] for x in answers if isinstance(x.get("return"), str)], done.stderr


def check_qemu(binary, _root):
    """QEMU gets the very serial, whatever characters are in it."""
    if not shutil.which("qemu-system-x86_64"):
        raise Missing("no qemu-system-x86_64")
    seed, more = drawn()
    wwids = BOTH + QEMU_ALONE + more
    want, lines = [], []
    for wwid in wwids:
        code, serial = tool(binary, wwid)
        back = tool(binary, "--decode", serial)
        if code or back != (0, wwid):
            return f"{wwid}: exit {code}, '{serial}', back: {back} (seed {seed})"
        want.append(serial)
        lines.append(tool(binary, "--qemu", wwid)[1])
    got, complaint = ask_qemu(lines)
    if got != want:
        return f"QEMU has {got} instead of {want} (seed {seed}) {complaint}"
    # A word that QEMU does not know, so that it can be seen to look.
    got, complaint = ask_qemu([lines[0] + ",seriak=b"])
    return "" if not got and complaint else f"QEMU takes anything: {got}"


def validate(elements):
    """virt-xml-validate's exit code and words on a domain with these serials."""
    disks = "".join(DISK % (n, chr(97 + n), x) for n, x in enumerate(elements))
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as f:
        f.write(DOMAIN % disks)
        f.flush()
        done = subprocess.run(["virt-xml-validate", f.name, "domain"], capture_output=True,
                              text=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout + done.stderr


def check_libvirt(binary, _root):
    """libvirt's schema takes what is printed, and what is not printed it would refuse."""
    if not shutil.which("virt-xml-validate"):
        raise Missing("no virt-xml-validate")
    answers = [tool(binary, "--libvirt", wwid) for wwid in BOTH]
    if any(code for code, _ in answers):
        return str(answers)
    code, complaint = validate([line for _, line in answers])
    if code:
        return f"exit {code}: {complaint}"
    code, complaint = validate([""])
    if code:
        return f"a disk without a serial: exit {code}: {complaint}"
    for wwid in QEMU_ALONE:
        if not tool(binary, "--libvirt", wwid)[0]:
            return f"{wwid}: --libvirt prints something"
        serial = tool(binary, wwid)[1]
        for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            serial = serial.replace(char, entity)
        if not validate([f"<serial>{serial}</serial>"])[0]:
            return f"the schema takes {serial}, so why does --libvirt not"
    return ""
