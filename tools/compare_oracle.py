#!/usr/bin/env python3
"""Holds the program's vectors against those of tools/make_oracle.py: the smallest cosine over all texts, per role and
precision, and per range of lengths.

Usage: tools/compare_oracle.py ORACLE_FOLDER [--program build/release/bin/vicinal] [--model M]
Exit: 1 when a precision falls below its bound (f32 0.99999, bf16 0.9999, int8 0.995).
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import npy

BOUNDS = {"f32": 0.99999, "bf16": 0.9999, "int8": 0.995}


def cosine(a, b):
    dot = math.fsum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))


LENGTHS = (16, 64, 128, 256, 512)  # of texts, in tokens


def embed(options, role, precision, out):
    tokens = json.loads((options.oracle / "made-by.json").read_text(encoding="utf-8"))["max_tokens"]
    subprocess.run([options.program, "embed", "--input", str(options.oracle / "texts.jsonl"), "--model", options.model, "--as", role,
                    "--max-tokens", str(tokens), "--precision", precision, "--output", out], check=True)
    return npy.read_matrix(out)


def text_lengths(options):
    with open(options.oracle / "texts.jsonl", encoding="utf-8") as lines:
        return [json.loads(line).get("tokens", 0) for line in lines]


def by_length(cosines, lengths):
    """The smallest cosine of each range of lengths, as text."""
    parts, least = [], 1
    for most in LENGTHS:
        inside = [c for c, i in cosines if least <= lengths[i] <= most]
        if inside:
            parts.append(f"{least}-{most}: {min(inside):.6f} ({len(inside)})")
        least = most + 1
    return ", ".join(parts)


def compare(options, role, precision, reference, lengths):
    """True when the smallest cosine holds its bound."""
    with tempfile.TemporaryDirectory() as folder:
        ours = embed(options, role, precision, folder + "/ours.npy")
    if len(ours) != len(reference):
        print(f"{role} {precision}: {len(ours)} vectors for {len(reference)} texts")
        return False
    cosines = sorted((cosine(a, b), i) for i, (a, b) in enumerate(zip(ours, reference)))
    mean = math.fsum(c for c, _ in cosines) / len(cosines)
    holds = cosines[0][0] >= BOUNDS[precision]
    print(f"{role} {precision}: {len(ours)} texts, smallest cosine {cosines[0][0]:.7f} (text {cosines[0][1]}), mean {mean:.7f}, "
          f"bound {BOUNDS[precision]}{'' if holds else '  BELOW THE BOUND'}\n  by tokens: {by_length(cosines, lengths)}", flush=True)
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracle", type=pathlib.Path)
    parser.add_argument("--program", default="build/release/bin/vicinal")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    options = parser.parse_args()
    lengths = text_lengths(options)
    held = []
    for role, file in (("document", "vectors.npy"), ("query", "queries.npy")):
        if not (options.oracle / file).exists():
            continue
        reference = npy.read_matrix(options.oracle / file)
        held += [compare(options, role, precision, reference, lengths) for precision in BOUNDS]
    return 0 if held and all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
