#!/usr/bin/env python3
"""Our encoder beside its peers on this machine: same weights, same threads, CPU time, interleaved, with an A/A control.

    bench/peers/setup.py        once: environments, models, texts (build/peers)
    bench/peers/run.py          the whole comparison; writes bench/results/DATE-MACHINE.md and .json

Every engine is a process of its own that loads a model once. A round asks each for each profile, in turn, after a warm-up: a length
(one batch of 2,048 tokens, again and again), `mixed` (2,000 real texts once), `query` (one text of 16 tokens at a time). Each of our precisions runs
twice, in two processes: the spread of their ratio is the noise of the whole table. After the first round, a peer that was slower
than --follow of the fastest at its precision is left out, so that the time goes where a difference decides (--follow 0: all stay).
The tables are written after each round: a run can be stopped.
"""
import argparse
import os
import pathlib
import sys

import engines
import parity
import report
from results import Results
from sources import published_folder
from workers.model import Model

PROFILES_OF = {"all-MiniLM-L6-v2": ("8", "16", "32", "128", "512", "mixed", "query"),
               "bge-small-en-v1.5": ("128", "query"), "all-mpnet-base-v2": ("128",)}


def model_of(name, made):
    return Model(published_folder(name, made), made / "models" / name)


def chosen_engines(options, model):
    wanted = [engine for engine in engines.ENGINES if not engine.models or model in engine.models]
    return [engine for engine in wanted if not options.only or engine.name.startswith(tuple(options.only))]


def start_all(options, name, results):
    """The processes that run and compute the same vectors; the others are noted with the reason."""
    model, running = model_of(name, options.made), []
    try:
        expected = parity.reference(model, options)
    except (RuntimeError, OSError) as reason:
        results.note(f"{name}: our engine does not run it: {reason}")
        return running
    for engine in chosen_engines(options, name):
        print(f"# {name}: {engine.name}", file=sys.stderr)
        try:
            process, results.versions[engine.name] = engines.start(engine, model, options)
            results.parity.setdefault(name, {})[engine.name] = parity.compare(process, model, expected)
            running.append(process)
        except (RuntimeError, OSError, parity.Different) as reason:
            results.note(f"{engine.name} ({name}): {reason}")
    return running


def one_round(options, results, name, profile, running, number):
    for process in running:
        if not results.is_followed(name, profile, process.engine, number, options.follow):
            continue
        try:
            results.add(name, profile, process.engine, number, process.measure(profile))
        except RuntimeError as reason:
            results.note(f"{process.engine.name} ({name}, {profile}): {reason}")
    print(f"# {name}: {profile}, round {number + 1}", file=sys.stderr)


def profiles_of(options, name, number):
    """Mixed texts take most of the time, so they have their own number of rounds."""
    asked = options.profiles or PROFILES_OF[name]
    return [profile for profile in asked if profile != "mixed" or number < options.mixed_rounds]


def run_model(options, results, name):
    running = start_all(options, name, results)
    for number in range(options.rounds):
        for profile in profiles_of(options, name, number):
            one_round(options, results, name, profile, running, number)
        report.write(options, results)
    for process in running:
        process.stop()


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    comma = lambda text: text.split(",")  # noqa: E731
    parser.add_argument("--only", type=comma, help='engines whose name begins with one of these: "vicinal,openvino,onnxruntime int8"')
    parser.add_argument("--profiles", type=comma, help="of 8, 16, 32, 128, 512, mixed, query (default: each model's own list)")
    parser.add_argument("--models", type=comma, default=list(PROFILES_OF), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mixed-rounds", type=int, default=1, help="of the rounds, those that do the mixed texts: most of the time of a run")
    parser.add_argument("--seconds", type=float, default=0.7, help="of CPU time a measurement, at least")
    parser.add_argument("--follow", type=float, default=0.75, help="of the fastest peer's rate in round 1; below, a peer is measured once")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--clock", choices=("cpu", "ticks"), default="cpu", help="ticks: where a host takes cores away unseen (tick_clock.py)")
    parser.add_argument("--program", type=pathlib.Path, default="build/release/bin/peer_worker")
    parser.add_argument("--made", type=pathlib.Path, default="build/peers", help="what setup.py made")
    parser.add_argument("--results", type=pathlib.Path, default="bench/results", help="folder of the written tables")
    return parser.parse_args(arguments)


def main():
    os.chdir(engines.HERE.parent.parent)
    options = parse(sys.argv[1:])
    options.made = options.made.resolve()
    results = Results()
    for name in options.models:
        run_model(options, results, name)
    print(report.write(options, results))


if __name__ == "__main__":
    main()
