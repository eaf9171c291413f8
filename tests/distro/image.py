# SPDX-License-Identifier: GPL-2.0-only
"""Makes the guest's system disk: Debian from the cache, `make install`, an initramfs.

The tree is copied, so that the cached one stays as it is. Everything that is
special to one guest comes later, as an archive behind its initramfs.
"""

import os
import shutil
import subprocess

from lab import OUT, ROOT, TESTS, LabError

LABEL = "vmproot"
SLACK = 256 << 20
# What a person would set up by hand; the rest is as the packages made it.
FSTAB = "LABEL=vmproot / ext4 defaults 0 1\n"
# As vmpath-udev(7) says.
LVM_CONF = 'devices/global_filter = [ "r|^/dev/vmpath-member/|" ]\n'
# What udev loads because the emulated CPU or board has it. No disk needs it, and the
# self-tests of some take long under emulation.
USELESS = ("aesni_intel", "ghash_clmulni_intel", "sha1_ssse3", "sha256_ssse3", "sha512_ssse3",
           "polyval_clmulni", "crct10dif_pclmul", "crc32_pclmul", "kvm_amd", "kvm_intel", "kvm",
           "intel_rapl_msr", "powernow_k8", "acpi_cpufreq", "pcspkr", "snd_pcsp", "psmouse",
           "iTCO_wdt", "i2c_i801", "lpc_ich", "ahci", "evdev", "serio_raw", "joydev", "button",
           "qemu_fw_cfg", "efi_pstore", "drm")


def run(words: list, **more) -> str:
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, errors="replace", **more)
    if done.returncode:
        raise LabError("%s ended with %d:\n%s" % (" ".join(words[:4]), done.returncode,
                                                  done.stdout[-2000:]))
    return done.stdout


class Image:
    """The system disk and the initramfs that all guests of a run share."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.folder = os.path.join(OUT, "distro")
        self.tree = os.path.join(self.folder, "root")
        self.disk = os.path.join(self.folder, "root.img")
        self.initrd = os.path.join(self.folder, "initrd.img")
        self.installed = os.path.join(self.folder, "installed")

    def make(self) -> None:
        done = subprocess.run([os.path.join(ROOT, "scripts/distro-root")],
                              stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise LabError("scripts/distro-root failed (exit %d)" % done.returncode)
        source = done.stdout.strip()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        run(["cp", "-a", "--reflink=auto", source, self.tree])
        self.install()
        self.configure()
        self.make_initrd()
        self.make_disk()
        shutil.rmtree(self.tree)

    def install(self) -> None:
        """What an administrator would do: make install, depmod."""
        run(["make", "-C", ROOT, "install", "DESTDIR=" + self.installed,
             "KDIR=" + self.kernel.kdir])
        # lib is a link there, and a directory in what was installed.
        run(["sh", "-c", "tar -C \"$1\" -c . | tar -C \"$2\" -x --keep-directory-symlink",
             "sh", self.installed, self.tree])
        run(["depmod", "-b", self.tree, self.kernel.release])

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = os.path.join(self.tree, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)

    def configure(self) -> None:
        self.write("etc/fstab", FSTAB)
        self.write("etc/hostname", "guest\n")
        self.write("etc/modprobe.d/lab.conf", "".join("blacklist %s\n" % m for m in USELESS))
        with open(os.path.join(self.tree, "etc/lvm/lvm.conf"), "a", encoding="utf-8") as f:
            f.write(LVM_CONF)
        for folder in ("srv/xfs", "srv/lv", "srv/md", "lab"):
            os.makedirs(os.path.join(self.tree, folder), exist_ok=True)
        for name, place in (("lab.service", "etc/systemd/system/lab.service"),
                            ("initramfs-hook", "etc/initramfs-tools/hooks/lab"),
                            ("initramfs-bottom", "etc/initramfs-tools/scripts/init-bottom/lab")):
            path = os.path.join(TESTS, "distro", name)
            target = os.path.join(self.tree, place)
            shutil.copy(path, target)
            os.chmod(target, 0o644 if name.endswith("service") else 0o755)
        wants = os.path.join(self.tree, "etc/systemd/system/multi-user.target.wants")
        os.makedirs(wants, exist_ok=True)
        os.symlink("/etc/systemd/system/lab.service", os.path.join(wants, "lab.service"))
        # Once a day or once a minute, beside a test, or for people who log in.
        for name in ("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer",
                     "fstrim.timer", "e2scrub_reap.service", "systemd-logind.service",
                     "serial-getty@ttyS0.service", "systemd-timesyncd.service",
                     "getty@tty1.service", "systemd-networkd-wait-online.service"):
            target = os.path.join(self.tree, "etc/systemd/system", name)
            if not os.path.lexists(target):
                os.symlink("/dev/null", target)
        self.write("etc/initramfs-tools/conf.d/lab", "COMPRESS=lz4\nRESUME=none\n"
                   if shutil.which("lz4", path=self.tree + "/usr/bin") else
                   "COMPRESS=zstd\nCOMPRESSLEVEL=1\nRESUME=none\n")

    def make_initrd(self) -> None:
        """In a namespace of its own, so that the mounts go with the last process."""
        script = ("mount -t proc proc \"$1/proc\" && mount --bind /dev \"$1/dev\" && "
                  "exec chroot \"$1\" mkinitramfs -o /boot/initrd.img \"$2\"")
        text = run(["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh",
                    self.tree, self.kernel.release],
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
        with open(os.path.join(self.folder, "mkinitramfs.log"), "w", encoding="utf-8") as f:
            f.write(text)
        shutil.move(os.path.join(self.tree, "boot/initrd.img"), self.initrd)

    def make_disk(self) -> None:
        out = run(["du", "-s", "--block-size=1", "--apparent-size", self.tree])
        size = (int(out.split()[0]) * 5 // 4 + SLACK) >> 20 << 20
        with open(self.disk, "wb") as f:
            f.truncate(size)
        run(["mke2fs", "-q", "-t", "ext4", "-L", LABEL, "-d", self.tree, "-m", "0",
             "-O", "^has_journal", self.disk])
