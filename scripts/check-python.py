#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""check-python.py FILE...: what a compiler would say about Python.

Compiles each file with warnings as errors (nothing is written), then looks for
unused imports and names, bare except, mutable defaults, comparisons with None,
f-strings that hold nothing, and imports from outside the standard library.
Prints file:line: what, and exits 1 when it printed anything.
"""
import ast
import os
import sys
import warnings

MAX_LINE = 100


def imports(tree):
    """(name bound, module, line) of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                yield (a.asname or a.name).split(".")[0], a.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for a in node.names:
                module = "." * node.level + (node.module or "")
                yield a.asname or a.name, module, node.lineno


def check_imports(name, tree, text):
    """Used, and of the standard library or our own."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    public = next((ast.literal_eval(n.value) for n in tree.body
                   if isinstance(n, ast.Assign)
                   and getattr(n.targets[0], "id", "") == "__all__"), ())
    here = os.path.dirname(os.path.abspath(name))
    for bound, module, line in imports(tree):
        keep = "# noqa" in text.split("\n")[line - 1]
        if bound not in used and bound not in public and not keep \
                and os.path.basename(name) != "__init__.py":
            yield line, f"{bound} is imported and not used"
        top = module.split(".")[0]
        if top and top not in sys.stdlib_module_names and not own(here, top):
            yield line, f"{top} is not in the standard library"


def own(here, module):
    """A module of this project: beside the file, or in a directory above."""
    for _ in range(4):
        for f in (module + ".py", module):
            if os.path.exists(os.path.join(here, f)):
                return True
        here = os.path.dirname(here)
    return False


def check_locals(func):
    """Local names that are assigned alone and never read."""
    stored, loaded = {}, set()
    for node in ast.walk(func):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                stored.setdefault(node.id, node.lineno)
            else:
                loaded.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            loaded.update(node.names)
    for name, line in stored.items():
        if name not in loaded and not name.startswith("_"):
            yield line, f"{name} is assigned and not used"


def check_node(node):
    """Rules for one node of the tree."""
    if isinstance(node, ast.ExceptHandler) and node.type is None:
        yield node.lineno, "bare except"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for default in node.args.defaults + node.args.kw_defaults:
            if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                yield default.lineno, f"{node.name}: mutable default"
        yield from check_locals(node)
    if isinstance(node, ast.Compare):
        for op, right in zip(node.ops, node.comparators):
            if isinstance(op, (ast.Eq, ast.NotEq)) \
                    and isinstance(right, ast.Constant) and right.value is None:
                yield node.lineno, "comparison with None by =="
    if isinstance(node, ast.JoinedStr) and not any(
            isinstance(v, ast.FormattedValue) for v in node.values):
        yield node.lineno, "f-string that holds nothing"


def check_file(name):
    """All rules for one file."""
    with open(name, encoding="utf-8") as f:
        text = f.read()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(text, name, "exec", dont_inherit=True)
        tree = ast.parse(text)
    except SyntaxError as e:
        yield e.lineno or 1, f"does not compile: {e.msg}"
        return
    yield from check_imports(name, tree, text)
    # A format specification is a JoinedStr of its own.
    specs = {id(n.format_spec) for n in ast.walk(tree)
             if isinstance(n, ast.FormattedValue) and n.format_spec}
    for node in ast.walk(tree):
        if id(node) not in specs:
            yield from check_node(node)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            yield number, f"{len(line)} columns, more than {MAX_LINE}"
        if line.startswith("\t"):
            yield number, "indented by a tab"


def main():
    """Returns the exit code."""
    bad = 0
    for name in sys.argv[1:]:
        for line, what in sorted(set(check_file(name))):
            print(f"{name}:{line}: {what}")
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
