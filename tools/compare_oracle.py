#!/usr/bin/env python3
"""Holds the program's vectors against those of tools/make_oracle.py: the smallest cosine over all texts, per precision.

Usage: tools/compare_oracle.py ORACLE_FOLDER [--program build/release/bin/vicinal] [--model M]
Exit: 1 when a precision falls below its bound (f32 0.99999, bf16 0.9999, int8 0.995).
"""
import argparse
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


def embed(options, precision, out):
    subprocess.run([options.program, "embed", "--input", str(options.oracle / "texts.jsonl"), "--model", options.model,
                    "--max-tokens", "512", "--precision", precision, "--output", out], check=True)
    return npy.read_matrix(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracle", type=pathlib.Path)
    parser.add_argument("--program", default="build/release/bin/vicinal")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    options = parser.parse_args()
    reference = npy.read_matrix(options.oracle / "vectors.npy")
    failed = False
    for precision, bound in BOUNDS.items():
        with tempfile.TemporaryDirectory() as folder:
            ours = embed(options, precision, folder + "/ours.npy")
        if len(ours) != len(reference):
            print(f"{precision}: {len(ours)} vectors for {len(reference)} texts")
            return 1
        cosines = sorted((cosine(a, b), i) for i, (a, b) in enumerate(zip(ours, reference)))
        mean = math.fsum(c for c, _ in cosines) / len(cosines)
        failed |= cosines[0][0] < bound
        print(f"{precision}: {len(ours)} texts, smallest cosine {cosines[0][0]:.7f} (text {cosines[0][1]}), "
              f"mean {mean:.7f}, bound {bound}{'' if cosines[0][0] >= bound else '  BELOW THE BOUND'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
