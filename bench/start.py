#!/usr/bin/env python3
"""From the start of the process to the end of `vicinal embed "hello"`: CPU and wall milliseconds of each precision.

    bench/start.py [--program build/release/bin/vicinal] [--model all-MiniLM-L6-v2] [--rounds 30] [--json FILE]

Every round runs each case once, in turn, as a process of its own: a precision with packed weights in the cache, the
same again (A and A: their difference is the noise of the table), and without (packing every time). Digests of the
weights are remembered throughout, and the files are in the system's page cache. `version`, which opens no model, says
what the program itself takes. CPU time is the process's own, user and system; wall time is worth reading on a quiet
machine only. --baseline PROGRAM adds another build, interleaved. Prints Markdown.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PRECISIONS = ("f32", "bf16", "int8")


def run(command, cache):
    """One process; (CPU ms, wall ms)."""
    quiet = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, dict(os.environ, VICINAL_CACHE=str(cache)), file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return (usage.ru_utime + usage.ru_stime) * 1e3, wall * 1e3


def make_caches(folder):
    """One that keeps packed weights, and one that cannot: a file stands where their folder would be."""
    keeping, without = folder / "keeping", folder / "without"
    for cache in (keeping, without):
        cache.mkdir()
    (without / "packed").touch()
    return keeping, without


def cases(options, keeping, without):
    yield "`version`", [options.program, "version"], keeping
    for precision in PRECISIONS:
        command = [options.program, "embed", "hello", "--model", options.model, "--precision", precision]
        yield precision, command, keeping
        yield f"{precision} again", command, keeping
        yield f"{precision}, nothing kept", command, without
        if options.baseline:
            yield f"{precision}, baseline", [options.baseline, *command[1:]], without


def measure(options):
    with tempfile.TemporaryDirectory(prefix="vicinal-start-") as folder:
        listed = list(cases(options, *make_caches(pathlib.Path(folder))))
        for _ in range(2):  # the first run remembers the digest and packs
            for _, command, cache in listed:
                run(command, cache)
        taken = {name: [] for name, _, _ in listed}
        for _ in range(options.rounds):
            for name, command, cache in listed:
                taken[name].append(run(command, cache))
        return taken


def print_table(taken):
    print("| run | CPU ms, least | median | wall ms, least | median |\n|---|---|---|---|---|")
    for name, runs in taken.items():
        cpu, wall = zip(*runs)
        print(f"| {name} | {min(cpu):.1f} | {statistics.median(cpu):.1f} | {min(wall):.1f} | {statistics.median(wall):.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/vicinal"))
    parser.add_argument("--baseline", default="")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before, {datetime.date.today()}, {options.rounds} rounds, {options.model}\n")
    taken = measure(options)
    print_table(taken)
    if options.json:
        options.json.write_text(json.dumps({"load": load, "rounds": taken}), encoding="utf-8")


if __name__ == "__main__":
    main()
