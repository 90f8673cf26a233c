"""What run.py says to a process that holds one engine, and how the engine's work is timed.

The first line on stdout is {"version"}; then each line on stdin is answered with one line of JSON:

    warm PROFILE     does the work of the profile once (of the mixed texts, a part)
    run PROFILE      does it for the given seconds of CPU time, the mixed texts once in full:
                     {"tokens", "cpu_seconds", "wall_seconds"}; "query": {"p50_ms", "p95_ms" of CPU time, "wall_p50_ms"} too
    vectors PATH     writes the vectors of the first texts of the mixed set, float32 rows

PROFILE is a file of texts: 8, 16, 32, 128, 512 (one batch of 2,048 tokens of that length), mixed, query (one text at a time).
An engine has `encode_ids`, and then texts of one length are tokenized beforehand, or `encode_texts` where the product takes texts.
`mixed` and `query` include tokenizing for everybody.
"""
import json
import sys
import time

import numpy
import tokenizers

from workers.batches import MAX_TOKENS, sorted_batches

WARM_MIXED = 100
COMPARED_TEXTS = 64
QUERIES_AT_LEAST = 50


class Texts:
    def __init__(self, model):
        self.folder, self.files = model.texts, {}

    def __getitem__(self, profile):
        if profile not in self.files:
            with open(self.folder / f"{profile}.jsonl", encoding="utf-8") as lines:
                self.files[profile] = [json.loads(line)["text"] for line in lines]
        return self.files[profile]


def open_tokenizer(model):
    tokenizer = tokenizers.Tokenizer.from_file(str(model.published / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


class Work:
    """The work of each profile, as functions that return the number of real tokens done."""

    def __init__(self, engine, model):
        self.engine, self.texts, self.tokenizer = engine, Texts(model), open_tokenizer(model)
        self.takes_texts = hasattr(engine, "encode_texts")
        self.fixed, self.next_query = {}, 0

    def ids_of(self, texts):
        return [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]

    def vectors_of(self, texts):
        """In the order of the texts; tokenizing, sorting and padding included."""
        if self.takes_texts:
            return self.engine.encode_texts(texts)
        encoded = self.ids_of(texts)
        result = None
        for batch in sorted_batches(encoded, self.engine.batch_tokens):
            vectors = self.engine.encode_ids([encoded[index] for index in batch])
            result = numpy.empty((len(texts), vectors.shape[1]), numpy.float32) if result is None else result
            result[batch] = vectors
        return result

    def one_length(self, profile):
        if profile not in self.fixed:
            self.fixed[profile] = self.ids_of(self.texts[profile])
            self.expect(len(self.fixed[profile]), self.fixed[profile])
        encoded = self.fixed[profile]
        self.engine.encode_texts(self.texts[profile]) if self.takes_texts else self.engine.encode_ids(encoded)
        return sum(map(len, encoded))

    def expect(self, texts, encoded):
        """Tells an engine that wants to know which shape will come."""
        if hasattr(self.engine, "expect"):
            self.engine.expect(texts, max(map(len, encoded)))

    def mixed(self, count=None):
        texts = self.texts["mixed"][:count]
        self.vectors_of(texts)
        return sum(map(len, self.ids_of(texts))) if count else self.mixed_tokens()

    def mixed_tokens(self):
        if "mixed" not in self.fixed:
            self.fixed["mixed"] = sum(map(len, self.ids_of(self.texts["mixed"])))
        return self.fixed["mixed"]

    def query(self):
        texts = self.texts["query"]
        text = texts[self.next_query % len(texts)]
        self.next_query += 1
        if self.takes_texts:
            self.engine.encode_texts([text])
        else:
            self.engine.encode_ids([self.tokenizer.encode(text).ids])


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def time_queries(work, seconds):
    cpu, wall = [], []
    while len(cpu) < QUERIES_AT_LEAST or sum(cpu) < seconds:
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        work.query()
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
    return {"p50_ms": percentile(cpu, 0.5) * 1e3, "p95_ms": percentile(cpu, 0.95) * 1e3, "wall_p50_ms": percentile(wall, 0.5) * 1e3}


def time_texts(work, profile, seconds):
    tokens = work.mixed_tokens() if profile == "mixed" else 0  # counted beforehand
    once = work.mixed if profile == "mixed" else lambda: work.one_length(profile)
    cpu, wall = time.process_time(), time.perf_counter()
    tokens = once()
    while profile != "mixed" and time.process_time() - cpu < seconds:
        tokens += once()
    return {"tokens": tokens, "cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}


def warm(work, profile):
    if profile == "query":
        work.expect(1, work.ids_of(work.texts["query"]))
        for _ in range(5):
            work.query()
    elif profile == "mixed":
        work.mixed(getattr(work.engine, "warm_mixed", WARM_MIXED))
    else:
        work.one_length(profile)
    return {}


def write_vectors(work, path):
    numpy.asarray(work.vectors_of(work.texts["mixed"][:COMPARED_TEXTS]), numpy.float32).tofile(path)
    return {}


def answer(work, command, argument, seconds):
    if command == "vectors":
        return write_vectors(work, argument)
    if command == "warm":
        return warm(work, argument)
    return time_queries(work, seconds) if argument == "query" else time_texts(work, argument, seconds)


def serve(engine, version, model, seconds):
    work = Work(engine, model)
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        command, argument = line.split()
        print(json.dumps(answer(work, command, argument, seconds)), flush=True)
