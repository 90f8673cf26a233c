#!/usr/bin/env python3
"""Runs every fuzz target for a while, on its seeds; a crash is kept beside the build and printed.

Usage: tools/run_fuzz.py BUILD [--seconds N] [--only NAME] [--seed N]

A run from an empty corpus folder is the same as every other of the same seed, as far as its time goes: what a run of 20
seconds finds, a run of 60 seconds has found before. --seed 0 draws another one each time, to look further.
Exit: 0 no target crashed, 1 one did, 2 bad use or no targets.
"""
import argparse
import pathlib
import subprocess
import sys


def run_target(binary, seeds, work, seconds, seed):
    corpus = work / "corpus" / binary.name
    corpus.mkdir(parents=True, exist_ok=True)
    command = [str(binary), f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=65536",
               "-rss_limit_mb=3072", "-timeout=20", f"-artifact_prefix={work}/crash-{binary.name}-", "-print_final_stats=1", str(corpus)]
    if seeds.is_dir():
        command.append(str(seeds))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          timeout=seconds + 300, check=False)
    executed = [line for line in done.stdout.splitlines() if "number_of_executed_units" in line]
    if done.returncode != 0:
        print(f"FAILED fuzz: {binary.name}\n{done.stdout[-6000:]}")
        return False
    print(f"# fuzz: {binary.name}: {executed[0].split()[-1] if executed else '?'} inputs, no crash")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    targets = sorted(p for p in (options.build / "bin").glob("*_fuzz") if options.only in p.name)
    if not targets:
        print(f"no fuzz targets in {options.build}/bin", file=sys.stderr)
        return 2
    seeds = pathlib.Path(__file__).resolve().parent.parent / "tests" / "fuzz" / "seeds"
    results = [run_target(t, seeds / t.name.removesuffix("_fuzz"), options.build, options.seconds, options.seed)
               for t in targets]
    print(f"# fuzz: {sum(results)} of {len(results)} targets clean")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
