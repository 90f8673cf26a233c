#!/usr/bin/env python3
"""Words beside their peers: building an inverted index, its size, queries a second. One thread, CPU time, interleaved, with a control.

Usage: bench/lexical/run.py [--made build/lexical] [--texts build/lexical] [--engines vicinal,tantivy,…] [--rounds 5] [--keep] [--results FILE]
The peers and texts, once: bench/lexical/setup.py, bench/lexical/texts.py; scripts/build release lexical_bench

Everybody gets the same words, separated by spaces, and keeps positions (bm25s has none). A peer's index is built once and kept with its
figures; ours is built anew. A round asks each engine in turn for the ten best of all queries; the best of the rounds counts. Ours
stands twice (A/A): what the two differ by is noise. At first 60 queries are asked, and whoever needs eight times the fastest's time for
them is not asked again. `alike`: the share of our ten best whose score the engine's answer has at the same rank, to 2 %
(lengths in a byte, other formulas).
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys

import engines

WARM, SLOW = 60, 8


def say(text):
    print(f"# lexical: {text}", file=sys.stderr, flush=True)


def built(engine, options):
    """Seconds and bytes of an index that is there afterwards."""
    index = options.made / f"{engine.name.split()[0]}.index"
    record = options.made / f"{engine.name}.built.json"
    stamp = f"{(options.texts / 'passages.txt').stat().st_size}"
    if record.exists() and json.loads(record.read_text())["stamp"] == stamp and (options.keep or not engine.is_ours()):
        return json.loads(record.read_text())
    say(f"{engine.name} builds")
    seconds, size = engine.build(options.texts / "passages.txt", index)
    figures = {"stamp": stamp, "seconds": seconds, "bytes": size}
    record.write_text(json.dumps(figures))
    return figures


def measure(asked, count, rounds):
    """Of each engine the seconds a query in each round."""
    for engine in asked.values():
        engine.run(WARM)
        engine.run(WARM)
    seconds = {name: [engine.run(WARM) / WARM] for name, engine in asked.items()}
    least = min(figures[0] for figures in seconds.values())
    followed = {name: engine for name, engine in asked.items() if seconds[name][0] < SLOW * least}
    for name in followed:
        for _ in range(3):
            asked[name].run(count)  # Lucene is compiled meanwhile
        seconds[name] = []
    for number in range(rounds):
        for name, engine in followed.items():
            seconds[name].append(engine.run(count) / count)
        say(f"round {number + 1}: " + ", ".join(f"{name} {seconds[name][-1] * 1e6:.0f} µs" for name in followed))
    return seconds


def alike(ours, theirs):
    scale = statistics.median(a[0][1] / b[0][1] for a, b in zip(ours, theirs) if a and b)
    same = [abs(b * scale - a) <= 0.02 * a for x, y in zip(ours, theirs) for (_, a), (_, b) in zip(x, y)]
    return sum(same) / sum(map(len, ours))


def table(figures, first="vicinal"):
    lines = ["| engine | µs a query | times ours | build, CPU s | index, MB | alike |", "|---|---|---|---|---|---|"]
    ours = min(figures[first]["seconds"])
    for name, each in figures.items():
        query = min(each["seconds"])
        once = " (asked once)" if len(each["seconds"]) == 1 else ""
        lines.append(f"| {name} | {query * 1e6:,.0f}{once} | {query / ours:.2f} | {each['build']:.1f} | {each['bytes'] / 1e6:.1f} | {each['alike']:.3f} |")
    return "\n".join(lines)


def compare(options):
    names = options.engines.split(",")
    queries = options.texts / "queries.txt"
    count = sum(1 for _ in open(queries, "rb"))
    asked, figures = {}, {}
    for name in names + ["vicinal again"]:
        engine = engines.Engine(name, options.made, options.program)
        if name != "vicinal again":
            figures[name] = built(engine, options)
        engine.serve(options.made / f"{name.split()[0]}.index", queries)
        asked[name] = engine
    figures["vicinal again"] = figures["vicinal"]
    seconds = measure(asked, count, options.rounds)
    ours = asked["vicinal"].answers()
    rows = {}
    for name, engine in asked.items():
        rows[name] = {"seconds": seconds[name], "build": figures[name]["seconds"], "bytes": figures[name]["bytes"],
                      "alike": alike(ours, engine.answers())}
        engine.close()
    passages = sum(1 for _ in open(options.texts / "passages.txt", "rb"))
    head = (f"{passages:,} passages, {(options.texts / 'passages.txt').stat().st_size / 1e6:.0f} MB, {count} queries, best of {options.rounds} rounds, "
            f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.date.today()}")
    print(f"{head}\n\n{table(rows)}")
    if options.results:
        options.results.write_text(json.dumps({"what": head, "engines": rows}, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--made", type=pathlib.Path, default=pathlib.Path("build/lexical"))
    parser.add_argument("--texts", type=pathlib.Path, default=pathlib.Path("build/lexical"))
    parser.add_argument("--program", type=pathlib.Path, default=pathlib.Path("build/release/bin/lexical_bench"))
    parser.add_argument("--engines", default=",".join(("vicinal", *engines.PEERS)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="ours is not built anew either")
    parser.add_argument("--results", type=pathlib.Path, help="raw figures as JSON")
    compare(parser.parse_args())
    return 0


if __name__ == "__main__":
    sys.exit(main())
