#!/usr/bin/env python3
"""Holds the documentation against the tree: relative links lead somewhere, named commands exist, names of layers agree,
the C++ examples of README.md and of the public headers' heads are compiled and run by tests/api.

Usage: tools/check_docs.py [--program build/release/bin/vicinal]
Exit: 1 when anything is off; each problem is a line.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\s*\$ vicinal ([a-z]+)", re.MULTILINE)


def documents():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed]


def broken_links():
    for document in documents():
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (document.parent / target).exists():
                yield f"{document.relative_to(ROOT)}: link to {target} leads nowhere"


def unknown_commands(program):
    help_text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"\b[a-z]+\b", help_text))
    for document in documents():
        for verb in COMMAND.findall(document.read_text(encoding="utf-8")):
            if verb not in known:
                yield f"{document.relative_to(ROOT)}: `vicinal {verb}` is not in the program's help"


def undescribed_layers():
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for layer in sorted(p.name for p in (ROOT / "src").iterdir() if p.is_dir()):
        if f"src/{layer}" not in architecture:
            yield f"ARCHITECTURE.md: src/{layer} is not described"


def examples():
    """(document, code) of each block: ```cpp in README.md, indented comment lines that use the library in headers."""
    for block in re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL):
        yield "README.md", block
    for header in sorted((ROOT / "include" / "vicinal").glob("*.h")):
        for block in re.findall(r"(?:^///     .*\n)+", header.read_text(encoding="utf-8"), re.MULTILINE):
            if "vicinal::" in block:
                yield header.relative_to(ROOT), block.replace("///", "")


def untested_examples():
    tested = {line.strip() for test in (ROOT / "tests" / "api").glob("*.cpp") for line in test.read_text(encoding="utf-8").splitlines()}
    for document, block in examples():
        for line in filter(None, map(str.strip, block.splitlines())):
            if line not in tested:
                yield f"{document}: no test in tests/api has the line {line}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program")
    options = parser.parse_args()
    problems = [*broken_links(), *undescribed_layers(), *untested_examples()]
    if options.program:
        problems += unknown_commands(options.program)
    for problem in problems:
        print(problem)
    print(f"documentation: {len(documents())} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
