"""An engine of the comparison as a process: lexical_bench, peers.py or LuceneWorker, which all speak alike."""
import os
import pathlib
import subprocess

import setup

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ("tantivy", "lucene", "xapian", "bm25s", "fts5")
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}


class Engine:
    """`name`: "vicinal" or one of PEERS; `made`: what setup.py made; `program`: lexical_bench."""

    def __init__(self, name, made, program):
        self.name, self.made, self.program, self.process = name, made.resolve(), pathlib.Path(program).resolve(), None

    def is_ours(self):
        return self.name.startswith("vicinal")

    def command(self, *arguments):
        if self.name.startswith("vicinal"):
            return [self.program, *arguments]
        if self.name == "lucene":
            return setup.lucene(self.made, *arguments)
        return [self.made / "peers/bin/python", HERE / "peers.py", self.name, *arguments]

    def build(self, passages, index):
        """CPU seconds, bytes."""
        done = subprocess.run(self.command("build", passages, index), check=True, stdout=subprocess.PIPE, env=os.environ | ONE_THREAD, text=True)
        seconds, size = done.stdout.split()[-2:]
        return float(seconds), int(size)

    def serve(self, index, queries):
        self.process = subprocess.Popen(self.command("serve", index, queries), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=os.environ | ONE_THREAD, text=True)
        self.count = sum(1 for _ in open(queries, "rb"))

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def run(self, count):
        """CPU seconds of the first `count` queries."""
        self.ask(f"run {count}")
        return float(self.process.stdout.readline())

    def answers(self):
        """Of each query the rows and their scores, best first."""
        self.ask("answers")
        lines = [self.process.stdout.readline() for _ in range(self.count)]
        return [[(int(row), float(score)) for row, score in (found.split(":") for found in line.split())] for line in lines]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
