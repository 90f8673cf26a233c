#!/usr/bin/env python3
"""Kills `vicinal index` at random moments: what was acknowledged is there, the collection opens, the next run completes.

Usage: tests/cli/kill_test.py PROGRAM [--rounds 50] [--documents 400]

Each round starts indexing with --progress json, waits for a random time, kills the process (SIGKILL), and then asks the
collection itself: the first `acknowledged` documents of the input must be listed and their text must be whole. The seed is printed.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

WORDS = "river mountain ledger engine harbour copper signal winter garden theory market lantern bridge colour method".split()


def write_corpus(path, documents, source):
    texts = {}
    with open(path, "w", encoding="utf-8") as out:
        for i in range(documents):
            text = f"document {i}: " + " ".join(source.choices(WORDS, k=source.randint(20, 120)))
            texts[f"d{i:05d}"] = text
            out.write(json.dumps({"_id": f"d{i:05d}", "text": text}) + "\n")
    return texts


def index_and_kill(program, corpus, collection, delay):
    """The last acknowledged count that was printed before the kill, and whether the run ended by itself."""
    process = subprocess.Popen([program, "index", corpus, "--collection", collection, "--precision", "bf16", "--progress", "json"],
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    acknowledged = 0

    def listen():
        nonlocal acknowledged
        for line in process.stderr:
            if line.startswith(b"{"):
                try:
                    acknowledged = max(acknowledged, json.loads(line).get("acknowledged", 0))
                except ValueError:
                    pass  # the line that the kill cut

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(delay)
    ended = process.poll() is not None
    process.send_signal(signal.SIGKILL) if not ended else None
    process.wait()
    listener.join()
    return acknowledged, ended


def stored_ids(program, collection):
    done = subprocess.run([program, "list", "--collection", collection, "--limit", "100000"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"the collection does not open: {done.stderr.strip()}")
    return done.stdout.split()


def check_texts(program, collection, expected):
    """Every document of `expected` (id to text) is there, as it was given."""
    done = subprocess.run([program, "get", *expected, "--collection", collection, "--json"], capture_output=True, text=True, check=False)
    stored = {row["id"]: row["text"] for row in map(json.loads, done.stdout.splitlines())}
    for name, text in expected.items():
        assert stored.get(name) == text, f"the acknowledged {name} came back changed: {stored.get(name)!r} {done.stderr.strip()}"


def check_round(options, corpus, collection, texts, delay):
    acknowledged, ended = index_and_kill(options.program, corpus, collection, delay)
    if not os.path.exists(collection):
        assert acknowledged == 0
        return 0, ended
    done = subprocess.run([options.program, "stats", "--collection", collection, "--json"], capture_output=True, text=True, check=False)
    if done.returncode == 3 and acknowledged == 0:
        return 0, ended  # killed before the collection was made
    stored = set(stored_ids(options.program, collection))
    expected = dict(list(texts.items())[:acknowledged])
    missing = [name for name in expected if name not in stored]
    assert not missing, f"{len(missing)} acknowledged documents are gone, first {missing[0]}"
    if expected:
        check_texts(options.program, collection, expected)
    return acknowledged, ended


def check_complete(options, corpus, collection, texts):
    subprocess.run([options.program, "index", corpus, "--collection", collection, "--precision", "bf16"], check=True, capture_output=True)
    rows = subprocess.run([options.program, "export", "--collection", collection], check=True, capture_output=True, text=True).stdout
    whole = {}
    for line in rows.splitlines():
        row = json.loads(line)
        assert len(row["embedding"]) > 0 and any(row["embedding"]), f"{row['id']} has no vector"
        whole.setdefault(row["document"], []).append(row["text"])
    assert set(whole) == set(texts), f"{len(whole)} documents instead of {len(texts)}"
    for name, chunks in whole.items():
        assert chunks[0] == texts[name], f"{name} came back changed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    if subprocess.run([options.program, "embed", "probe"], capture_output=True, check=False).returncode != 0:
        print("skipped: the default model is not installed; `vicinal pull all-MiniLM-L6-v2` gets it")
        return 77
    source = random.Random(options.seed)
    print(f"# seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder) / "corpus.jsonl"
        texts = write_corpus(corpus, options.documents, source)
        started = time.monotonic()
        check_complete(options, corpus, pathlib.Path(folder) / "first", texts)
        whole_run = time.monotonic() - started
        generation, kept, finished = 0, 0, 0
        for _ in range(options.rounds):
            collection = pathlib.Path(folder) / f"c{generation}"
            acknowledged, ended = check_round(options, corpus, collection, texts, source.uniform(0, whole_run))
            kept += acknowledged > 0
            if ended or source.random() < 0.3:  # else the next round goes on with the killed collection
                finished += 1
                check_complete(options, corpus, collection, texts)
                generation += 1
    print(f"# {options.rounds} kills, {kept} after an acknowledgement, {finished} collections completed and compared")
    print("1 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
