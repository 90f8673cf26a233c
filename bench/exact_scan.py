#!/usr/bin/env python3
"""Exact search beside its peers: FAISS IndexFlatIP and SQ8, usearch exact, numpy. One thread, CPU time, interleaved, with a control.

Usage: bench/exact_scan.py --python build/scan-peers/bin/python [--rows 100000] [--dimensions 384] [--rounds 7]
The environment, once:
       python3 -m venv build/scan-peers && build/scan-peers/bin/pip install faiss-cpu==1.15.1 usearch==2.26.6 numpy
       scripts/build release exact_scan_bench

Data: clustered unit vectors like those of a text encoder: rows/50 centres, a common direction, noise whose components
fall off as i^-0.3; 200 queries made like rows. Every engine answers all queries one at a time, in turn; a round is one turn of each; the
best of the rounds counts. Ours stands twice (A/A): what the two differ by is noise. Recall@10 is against float64.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
LIMIT = 10
QUERIES = 200


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/bin/exact_scan_bench", type=pathlib.Path)
    parser.add_argument("--python", help="the environment that holds the peers")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def make_vectors(numpy, rows, dimensions):
    random = numpy.random.default_rng(1)
    spectrum = numpy.arange(1, dimensions + 1) ** -0.3
    centres = random.standard_normal((max(1, rows // 50), dimensions)) * spectrum
    common = random.standard_normal(dimensions) * spectrum

    def draw(count):
        made = centres[random.integers(len(centres), size=count)] + 0.5 * common
        made = made + 0.7 * random.standard_normal((count, dimensions)) * spectrum
        return (made / numpy.linalg.norm(made, axis=1, keepdims=True)).astype(numpy.float32)

    return draw(rows), draw(QUERIES)


class Ours:
    """exact_scan_bench as a process that answers commands."""

    def __init__(self, program, rows, dimensions, folder):
        command = [program, "--serve", str(rows), str(dimensions), folder / "rows.f32", folder / "queries.f32"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def seconds(self, command):
        return self.ask(command)[0]


def cpu_time(queries, search):
    start = time.process_time()
    found = [search(query) for query in queries]
    return (time.process_time() - start) / len(queries), found


def peers(numpy, rows, queries):
    import faiss  # pylint: disable=import-outside-toplevel,import-error
    import usearch.index  # pylint: disable=import-outside-toplevel,import-error
    faiss.omp_set_num_threads(1)
    dimensions = rows.shape[1]
    flat = faiss.IndexFlatIP(dimensions)
    flat.add(rows)
    sq8 = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    sq8.train(rows)
    sq8.add(rows)

    def by_numpy(query):
        scores = rows @ query
        best = numpy.argpartition(scores, -LIMIT)[-LIMIT:]
        return best[numpy.argsort(-scores[best])]

    def by_usearch(query):
        return usearch.index.search(rows, query, LIMIT, usearch.index.MetricKind.IP, exact=True, threads=1).keys

    return {"FAISS IndexFlatIP": lambda q: flat.search(q[None], LIMIT)[1][0], "FAISS SQ8": lambda q: sq8.search(q[None], LIMIT)[1][0],
            "usearch exact": by_usearch, "numpy": by_numpy}


def recall(expected, found):
    return sum(len(set(a) & set(b)) for a, b in zip(expected, found, strict=True)) / (len(expected) * LIMIT)


def write_table(best, recalls, first):
    print("| engine | µs a query | times the first | recall@10 |\n|---|---|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds * 1e6:,.0f} | {seconds / best[first]:.2f} | {recalls.get(name, float('nan')):.4f} |")


def compare(options):
    import numpy  # pylint: disable=import-outside-toplevel
    rows, queries = make_vectors(numpy, options.rows, options.dimensions)
    truth = numpy.argsort(-(queries.astype(numpy.float64) @ rows.astype(numpy.float64).T), axis=1)[:, :LIMIT]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rows.tofile(folder / "rows.f32")
        queries.tofile(folder / "queries.f32")
        ours = Ours(options.program, options.rows, options.dimensions, folder)
        answers = numpy.array(ours.ask("answers"), dtype=numpy.int64).reshape(QUERIES, LIMIT)
    own = {"vicinal": "codes", "vicinal again": "codes", "vicinal, eight queries at once": "eight", "vicinal, floats only": "floats"}
    others = peers(numpy, rows, queries)
    best, recalls = {}, {name: recall(truth, answers) for name in own}
    for _ in range(options.rounds):
        for name, command in own.items():
            best[name] = min(best.get(name, 1e9), ours.seconds(command))
        for name, search in others.items():
            seconds, found = cpu_time(queries, search)
            best[name] = min(best.get(name, 1e9), seconds)
            recalls[name] = recall(truth, found)
    print(f"{options.rows} x {options.dimensions}, top {LIMIT}, {QUERIES} queries, best of {options.rounds} rounds; "
          f"{ours.ask('codes')[1]:.1f} rows a query scored from floats\n")
    write_table(best, recalls, "vicinal")


def main():
    options = arguments()
    if options.python and os.path.realpath(sys.prefix) != os.path.realpath(pathlib.Path(options.python).parent.parent):
        return subprocess.run([options.python, __file__, *[a for a in sys.argv[1:] if a not in ("--python", options.python)]],
                              env=os.environ | ONE_THREAD, check=False).returncode
    compare(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
