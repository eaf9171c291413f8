# SPDX-License-Identifier: GPL-2.0-only
"""What only some cases need in the guest: test modules, the kselftest runner, the ABI files, sgio.

A case asks for it by `# NEEDS:`.
"""

import atexit
import os
import shutil
import subprocess
import tempfile

from . import OUT, ROOT, TESTS, LabError
from .kernel import Kernel

ABI = os.path.join(ROOT, "Documentation/ABI/testing")


def copy_tree(source: str, target: str) -> None:
    """Copy what changed, so that make sees what changed."""
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        old, new = os.path.join(source, name), os.path.join(target, name)
        if not os.path.exists(new) or os.stat(new).st_mtime < os.stat(old).st_mtime:
            shutil.copyfile(old, new)


def test_modules(kernel: Kernel, needs: set) -> list:
    """Kernel modules, built for the kernel, that the self-tests misuse."""
    if "badmod" not in needs:
        return []
    tree = os.path.join(ROOT, "build", "selftest")
    copy_tree(os.path.join(TESTS, "selftest", "badmod"), tree)
    done = subprocess.run([os.path.join(ROOT, "scripts/build-module"), kernel.flavour],
                          env={**os.environ, "TREE": tree}, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise LabError("cannot build the self-tests' module:\n%s%s" % (done.stdout, done.stderr))
    return [os.path.join(tree, "build", kernel.release, "vmpbad.ko")]


def kselftest(out: str) -> dict:
    """Install the cases as a kselftest collection, with the runner of linux-source-6.1."""
    script = os.path.join(ROOT, "scripts/kernel-source")
    done = subprocess.run([script, "6.1"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise LabError("scripts/kernel-source 6.1 failed (exit %d)" % done.returncode)
    source = os.path.join(done.stdout.strip().splitlines()[-1], "tools/testing/selftests")
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    make = ["make", "-s", "-C", os.path.join(TESTS, "guest"), "SELFTESTS=" + source]
    for words in (["install", "INSTALL_PATH=" + os.path.join(out, "vmpath")],
                  ["emit_tests", "COLLECTION=vmpath"]):
        done = subprocess.run(make + words, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError("kselftest %s: %s" % (words[0], done.stderr.strip()))
    with open(os.path.join(out, "kselftest-list.txt"), "w", encoding="utf-8") as f:
        f.write(done.stdout)
    os.makedirs(os.path.join(out, "kselftest"))
    shutil.copy(os.path.join(source, "run_kselftest.sh"), out)
    shutil.copy(os.path.join(source, "kselftest/runner.sh"), os.path.join(out, "kselftest"))
    for name in os.listdir(os.path.join(out, "vmpath")):
        if name.endswith(".sh"):
            os.chmod(os.path.join(out, "vmpath", name), 0o755)
    return {"/kselftest/" + os.path.relpath(os.path.join(folder, name), out):
            os.path.join(folder, name)
            for folder, _, names in os.walk(out) for name in names}


def sgio(out: str) -> dict:
    """Build the program that calls SG_IO as no tool does; static: the guest has few libraries."""
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    program = os.path.join(out, "sgio")
    words = ["cc", "-std=gnu11", "-O2", "-static", "-pthread", "-D_GNU_SOURCE", "-Wall", "-Wextra",
             "-Werror", "-o", program, os.path.join(TESTS, "guest", "sgio.c")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError("cannot build tests/guest/sgio.c:\n" + done.stderr)
    return {"/usr/sbin/sgio": program}


def files(kernel: Kernel, needs: set) -> dict:
    """NEEDS word -> {path in the guest: file of the host}."""
    result: dict = {}
    scratch = os.path.join(OUT, "scratch")
    os.makedirs(scratch, exist_ok=True)
    for need in needs:
        if need == "kselftest":
            result[need] = kselftest(tempfile.mkdtemp(prefix="kselftest.", dir=scratch))
            result[need]["/boot/config-" + kernel.release] = kernel.config_path
        elif need == "badmod":
            result[need] = {}
        elif need == "sgio":
            result[need] = sgio(tempfile.mkdtemp(prefix="sgio.", dir=scratch))
        elif need == "abi":
            result[need] = {"/lab/abi/" + name: os.path.join(ABI, name)
                            for name in os.listdir(ABI)}
    return result
