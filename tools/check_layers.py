#!/usr/bin/env python3
"""Proves that includes go only downward: every #include "…" is held against the table of layers.

Usage: tools/check_layers.py [REPOSITORY]
Exit: 0 all includes allowed, 1 a forbidden one (each is printed), 2 bad use.

The table mirrors ARCHITECTURE.md. A new edge changes both, with its reason. Rules:
- a file of src/LAYER may include its own layer, the layers in its row, and public headers;
- public headers include only the standard library and each other;
- cli may include public headers and base, no layer in between: it translates, it computes nothing;
- tests and benches may include everything.
"""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": [],
    "text": ["base"],
    "read": ["base", "text"],
    "kernels": ["base"],
    "model": ["base", "kernels"],
    "embed": ["base", "text", "kernels", "model"],
    "filter": ["base", "read"],
    "lexical": ["base", "text"],
    "postings": ["base", "text", "lexical"],
    "index": ["base", "text", "kernels", "filter", "lexical", "postings"],
    "retrieve": ["base", "text", "kernels"],
    "engine": ["base", "text", "read", "kernels", "model", "embed", "filter", "lexical", "postings", "index", "retrieve"],
    "cli": ["base"],
}
MAX_PUBLIC_HEADERS = 15  # beside vicinal.h, which includes them all
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
SOURCES = (".h", ".cpp", ".inl")


def quoted_includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def check_layer(root, layer):
    allowed = {layer, "vicinal", *MAY_INCLUDE[layer]}
    for path in sorted((root / "src" / layer).rglob("*")):
        if path.suffix not in SOURCES:
            continue
        for include in quoted_includes(path):
            first = include.split("/")[0]
            if "/" not in include:
                yield f"{path.relative_to(root)}: \"{include}\" must name its layer"
            elif first not in allowed:
                yield f"{path.relative_to(root)}: {layer} may not include {first} (\"{include}\")"
            elif ".." in include:
                yield f"{path.relative_to(root)}: \"{include}\" climbs out of its folder"


def check_public(root):
    headers = sorted((root / "include" / "vicinal").glob("*.h"))
    if len(headers) - 1 > MAX_PUBLIC_HEADERS:
        yield f"include/vicinal: {len(headers) - 1} headers beside vicinal.h, at most {MAX_PUBLIC_HEADERS}"
    for path in headers:
        for include in quoted_includes(path):
            if not include.startswith("vicinal/"):
                yield f"{path.relative_to(root)}: public headers include only each other (\"{include}\")"


def main(arguments):
    root = pathlib.Path(arguments[1] if len(arguments) > 1 else ".").resolve()
    layers = sorted(p.name for p in (root / "src").iterdir() if p.is_dir())
    problems = [f"src/{layer}: not in the table of layers" for layer in layers if layer not in MAY_INCLUDE]
    for layer in MAY_INCLUDE:
        problems += check_layer(root, layer)
    problems += check_public(root)
    for problem in problems:
        print(problem)
    print(f"layers: {len(layers)} checked, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
