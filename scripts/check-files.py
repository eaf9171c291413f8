#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""check-files.py [FILE...]: the rules that hold for every file of the tree.

Licence and purpose at the head, length of files and functions, kernel versions
only in include/compat/, what the top level may hold, an ABI entry for each
sysfs attribute, the kernel options of the cases in the collection's config.
Prints file:line: what, and exits 1 when it printed anything.
Without arguments it looks at all files that git would commit.
"""
import ast
import os
import re
import subprocess
import sys

MAX_FILE = 700
MAX_FUNCTION = 60
TOP_LEVEL = {"Makefile", "Kbuild", "src", "include", "tests", "scripts",
             "Documentation", "README.md", "LICENSE", ".ci", ".gitignore"}
SPDX = re.compile(r"SPDX-License-Identifier: "
                  r"(\(?GPL-2\.0-only( WITH Linux-syscall-note)?\)?)( \*/)?$")
VERSION = re.compile(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION|HAVE_[A-Z0-9_]+)\b")
# A sysfs attribute comes from __ATTR, DEVICE_ATTR_RO and so on, or from a macro
# of the file's own that passes its argument on to one of these.
ATTRIBUTE = r"\b(?:__|[A-Z_]+_)ATTR(?:_[A-Z]+)?"
DEFINE = re.compile(r"^#\s*define\s+(\w+)(\(([^)]*)\))?((?:.*\\\n)*.*)", re.M)
# Beside C, shell and Python; other files are data, which may have no comments.
NEEDS_HEAD = re.compile(r"(^|/)(Makefile|Kbuild)$"
                        r"|\.(mk|config|rst|rules|conf|cocci|[1-8])$")


def files_of_tree():
    """What git has or would take: no build results, no editor's files."""
    out = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "-co",
                          "--exclude-standard"],
                         check=True, stdout=subprocess.PIPE).stdout.decode()
    return sorted({f for f in out.split("\0") if f and os.path.isfile(f)})


def language(name, text):
    """c, py, sh or another word for what the file is written in."""
    first = text.split("\n", 1)[0]
    if name.endswith((".c", ".h")):
        return "c"
    if name.endswith(".py") or (first.startswith("#!") and "python" in first):
        return "py"
    if name.endswith(".sh") or re.match(r"#!.*\b(ba|da)?sh\b", first):
        return "sh"
    return "other"


def c_functions(lines):
    """(name, line, length) of each function: kernel style, braces in column 0."""
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line.startswith("}") and start is not None:
            head = ""
            for j in range(start - 1, max(start - 12, -1), -1):
                head = lines[j] + " " + head
                if lines[j] and not lines[j][0].isspace():
                    break
            name = re.search(r"(\w+)\s*\(", head)
            if line == "}" and name:
                yield name.group(1), start + 1, i - start - 1
            start = None


def sh_functions(lines):
    """Likewise for shell, `name() {` to `}`, both in column 0."""
    start = None
    for i, line in enumerate(lines):
        match = re.match(r"([\w.-]+)\s*\(\)", line)
        if match and start is None:
            start = (match.group(1), i)
        elif start and re.match(r"[})]", line):
            yield start[0], start[1] + 1, i - start[1] - 1
            start = None


def py_functions(text):
    """Likewise for Python, its docstring not counted."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body
            if len(body) > 1 and ast.get_docstring(node) is not None:
                body = body[1:]
            yield node.name, node.lineno, node.end_lineno - body[0].lineno + 1


def check_head(name, lang, lines):
    """SPDX in the first two lines, then a comment that says what it does."""
    if lang == "other" and not NEEDS_HEAD.search(name):
        return
    at = next((i for i in (0, 1) if i < len(lines) and SPDX.search(lines[i])),
              None)
    if at is None:
        yield 1, "no `SPDX-License-Identifier: GPL-2.0-only` at the head"
        return
    rest = [line.strip() for line in lines[at + 1:at + 6]]
    rest = [line for line in rest
            if line and not line.startswith("# shellcheck")] or [""]
    begin = {"c": ("/*", "//"), "py": ('"""', 'r"""', "#"),
             "sh": ("#",)}.get(lang)
    if begin and not rest[0].startswith(begin):
        yield at + 2, "no comment at the head that says what the file does"
    elif begin and not re.search(r"\w", " ".join(rest)):
        yield at + 2, "an empty comment at the head"


def check_length(lang, text, lines):
    """Files and functions that fit in a head."""
    if lang == "other":
        return
    if len(lines) > MAX_FILE:
        yield MAX_FILE, f"{len(lines)} lines, more than {MAX_FILE}"
    found = {"c": lambda: c_functions(lines), "sh": lambda: sh_functions(lines),
             "py": lambda: py_functions(text)}[lang]()
    for func, line, length in found:
        if length > MAX_FUNCTION:
            yield line, f"{func}() has {length} lines, more than {MAX_FUNCTION}"


def check_version(name, lang, lines):
    """Kernel versions are include/compat/'s business alone."""
    if lang != "c" or name.startswith("include/compat/"):
        return
    for number, line in enumerate(lines, 1):
        match = VERSION.search(line)
        if match:
            yield number, f"{match.group(1)} outside include/compat/"


def check_text(lang, text, lines):
    """What no editor should leave behind."""
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    for number, line in enumerate(lines, 1):
        if lang != "other" and line.endswith((" ", "\t")):
            yield number, "white space at the end of the line"
        if re.match(r"(<<<<<<<|>>>>>>>) ", line):
            yield number, "merge conflict"


def check_file(name):
    """All rules for one file."""
    with open(name, "rb") as f:
        raw = f.read()
    if b"\0" in raw:
        yield 1, "a binary file"
        return
    text = raw.decode("utf-8", errors="replace")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    lang = language(name, text)
    yield from check_text(lang, text, lines)
    if name == "LICENSE":
        return
    yield from check_head(name, lang, lines)
    yield from check_version(name, lang, lines)
    try:
        yield from check_length(lang, text, lines)
    except SyntaxError as e:
        yield e.lineno or 1, f"does not parse: {e.msg}"


def check_top_level(files):
    """Nothing new at the top without a reason."""
    for top in sorted({f.split("/", 1)[0] for f in files}):
        if top not in TOP_LEVEL:
            yield top, 1, "not one of the entries the top level may hold"


def check_config(files):
    """What a case needs of the kernel is in the collection's own config."""
    with open("tests/guest/config", encoding="ascii") as f:
        known = set(re.findall(r"^(CONFIG_\w+)=[ym]$", f.read(), re.M))
    for name in files:
        if not re.fullmatch(r"tests/guest/cases/[\w-]*\.sh", name):
            continue
        with open(name, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                if line.startswith("# CONFIG:"):
                    for option in sorted(set(line.split()[2:]) - known):
                        yield name, number, f"{option} is not in tests/guest/config"


def attributes(text):
    """(name, line) of each sysfs attribute that a C file defines."""
    own = [m.group(1) for m in DEFINE.finditer(text)
           if re.search(ATTRIBUTE + r"\(\s*\w+", m.group(4))]
    # The definitions themselves go, their lines stay.
    text = DEFINE.sub(lambda m: "\n" * m.group(0).count("\n"), text)
    makers = "|".join([ATTRIBUTE] + [rf"\b{name}" for name in own])
    for match in re.finditer(rf"(?:{makers})\(\s*([a-z]\w*)", text):
        yield match.group(1), text[:match.start()].count("\n") + 1


def check_abi(files):
    """Each attribute in src/sysfs*.c has an entry in Documentation/ABI/."""
    entries = set()
    for name in files:
        if not name.startswith("Documentation/ABI/"):
            continue
        with open(name, encoding="utf-8") as f:
            text = f.read()
        for block in re.split(r"\n(?=What:)", text):
            what = re.findall(r"^(?:What:)?\s+(/\S+)", block, re.M)
            entries.update(w.rstrip("/").rsplit("/", 1)[-1] for w in what)
            for field in ("Date:", "Contact:", "Description:"):
                if what and field not in block:
                    line = text[:text.index(block)].count("\n") + 1
                    yield name, line, f"{what[0]}: no {field}"
    for name in files:
        if not re.fullmatch(r"src/sysfs[\w-]*\.c", name):
            continue
        with open(name, encoding="utf-8") as f:
            text = f.read()
        for attribute, line in attributes(text):
            if attribute not in entries:
                yield name, line, f"{attribute} has no entry in Documentation/ABI/"


def main():
    """Returns the exit code."""
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    files = sys.argv[1:] or files_of_tree()
    found = [(f, line, what) for f in files for line, what in check_file(f)]
    if not sys.argv[1:]:
        found += check_top_level(files)
        found += check_abi(files)
        found += check_config(files)
    for name, line, what in found:
        print(f"{name}:{line}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
