#!/usr/bin/env python3
"""Task scores of a model on judged data, through the program's own commands: STS-B Spearman, SciFact and NFCorpus nDCG@10.

Usage: bench/scores.py [--shared ../shared/data] [--program build/release/bin/vicinal] [--model M] [--precision f32] [--only sts-b]
                       [--json] [--check]
--check: exit 1 unless the model scores what it is known to score at f32 (EXPECTED below); without the judged data, or a model
other than the default one, it says so and exits 0. bf16 is held to the same figures, int8 to ten times their tolerance.

nDCG@10 is trec_eval's: gain = judgement as given, discount log2(rank + 1), ideal over all judged documents of a query,
mean over the queries with judgements. Documents are title + space + text as one passage (--chunk none), exact search, cosine.
Spearman's rank correlation takes mean ranks for ties. Queries are embedded in the query role, documents in the document role; the
sentences of STS-B, which are neither, all in the role that the model's makers use there: e5 "query: ", others none.
"""
import argparse
import csv
import gzip
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import npy  # noqa: E402

DEFAULT_MODEL = "all-MiniLM-L6-v2"
RETRIEVAL_SETS = ("scifact", "nfcorpus")
# f32: (score, tolerance), as sentence-transformers or onnxruntime give with exact search.
EXPECTED = {
    "all-MiniLM-L6-v2": {"sts-b spearman": (0.8203, 0.0005), "scifact ndcg@10": (0.645, 0.001), "nfcorpus ndcg@10": (0.317, 0.001)},
    "bge-small-en-v1.5": {"sts-b spearman": (0.8586, 0.0005), "scifact ndcg@10": (0.7127, 0.001), "nfcorpus ndcg@10": (0.3435, 0.001)},
    "e5-small-v2": {"sts-b spearman": (0.8594, 0.0005), "scifact ndcg@10": (0.6875, 0.001), "nfcorpus ndcg@10": (0.3251, 0.001)},
    "all-mpnet-base-v2": {"sts-b spearman": (0.8342, 0.0005), "scifact ndcg@10": (0.6557, 0.001), "nfcorpus ndcg@10": (0.3329, 0.001)},
}
STS_ROLE = {"e5-small-v2": "query"}
TOLERANCE = {"f32": 1, "bf16": 1, "int8": 10}


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for i in order[start:end]:
            result[i] = (start + end + 1) / 2
        start = end
    return result


def pearson(a, b):
    mean_a, mean_b = math.fsum(a) / len(a), math.fsum(b) / len(b)
    covariance = math.fsum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return covariance / math.sqrt(math.fsum((x - mean_a) ** 2 for x in a) * math.fsum((y - mean_b) ** 2 for y in b))


def run(options, *arguments):
    subprocess.run([options.program, *map(str, arguments), "--model", options.model, "--precision", options.precision], check=True)


def sts_spearman(options, work):
    with open(options.shared / "stsb/sts-test.tsv", encoding="utf-8", newline="") as rows:
        reader = csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        pairs = [(float(row[5]), row[6], row[7]) for row in reader]
    with open(work / "sts.jsonl", "w", encoding="utf-8") as out:
        for side in (1, 2):
            out.writelines(json.dumps({"id": str(i), "text": pair[side]}) + "\n" for i, pair in enumerate(pairs))
    run(options, "embed", "--input", work / "sts.jsonl", "--as", STS_ROLE.get(options.model, "document"), "--output", work / "sts.npy")
    vectors = npy.read_matrix(work / "sts.npy")
    half = len(pairs)
    cosines = [math.fsum(x * y for x, y in zip(vectors[i], vectors[half + i])) for i in range(half)]
    return pearson(ranks(cosines), ranks([pair[0] for pair in pairs]))


def read_judgements(path):
    judged = {}
    with open(path, encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            query, document, score = row.split()
            judged.setdefault(query, {})[document] = int(score)
    return judged


def read_run(path):
    found = {}
    with open(path, encoding="utf-8") as rows:
        for row in rows:
            query, _, document, rank, _, _ = row.split()
            found.setdefault(query, []).append((int(rank), document))
    return {query: [document for _, document in sorted(ranked)] for query, ranked in found.items()}


def ndcg(found, judged, depth=10):
    """`found`: of each query the documents, best first; `judged`: of each query {document: gain}."""
    total = 0.0
    for query, documents in judged.items():
        gains = [max(documents.get(document, 0), 0) for document in found.get(query, [])[:depth]]
        ideal = sorted((g for g in documents.values() if g > 0), reverse=True)[:depth]
        best = math.fsum(g / math.log2(i + 2) for i, g in enumerate(ideal))
        total += math.fsum(g / math.log2(i + 2) for i, g in enumerate(gains)) / best if best else 0.0
    return total / len(judged)


def retrieval_ndcg(options, work, name):
    folder = options.shared / name
    judged = read_judgements(folder / "qrels/test.tsv")
    for file in ("corpus", "queries"):
        with gzip.open(folder / f"{file}.jsonl.gz", "rb") as packed, open(work / f"{file}.jsonl", "wb") as out:
            for line in packed:
                if file == "corpus" or json.loads(line)["_id"] in judged:
                    out.write(line)
    collection = work / f"{name}.collection"
    shutil.rmtree(collection, ignore_errors=True)
    run(options, "index", work / "corpus.jsonl", "--collection", collection, "--chunk", "none")
    run(options, "search", "--collection", collection, "--queries", work / "queries.jsonl", "-k", "100", "--mode", "dense", "--run", work / f"{name}.trec")
    return ndcg(read_run(work / f"{name}.trec"), judged)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--program", default="build/release/bin/vicinal")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--only", default="", help="the sets whose name begins so: sts-b, scifact, nfcorpus")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check and not options.shared.is_dir():
        print(f"# scores: skipped, no judged data at {options.shared}")
        return 0
    if options.check and options.model not in EXPECTED:
        parser.error(f"no figures are known for {options.model}")
    if options.check and options.model != DEFAULT_MODEL and not is_installed(options):
        print(f"# scores: skipped, {options.model} is not installed")
        return 0
    scores = measure(options)
    if options.json:
        print(json.dumps({"model": options.model, "precision": options.precision, "scores": scores}))
    else:
        for name, score in scores.items():
            print(f"{options.model} {options.precision} {name} {score:.4f}")
    return 0 if not options.check or all_as_expected(options, scores) else 1


def is_installed(options):
    models = json.loads(subprocess.run([options.program, "models", "--json"], check=True, capture_output=True).stdout)["models"]
    return any(model["path"] and model["id"].rsplit("/", 1)[-1] == options.model for model in models)


def measure(options):
    scores = {}
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if "sts-b".startswith(options.only):
            scores["sts-b spearman"] = sts_spearman(options, work)
        for name in RETRIEVAL_SETS:
            if name.startswith(options.only):
                scores[f"{name} ndcg@10"] = retrieval_ndcg(options, work, name)
    return scores


def all_as_expected(options, scores):
    expected, times = EXPECTED[options.model], TOLERANCE[options.precision]
    missed = {name: score for name, score in scores.items() if abs(score - expected[name][0]) > expected[name][1] * times}
    for name, score in missed.items():
        print(f"FAILED scores: {options.model} {options.precision} {name} is {score:.5f}, expected {expected[name][0]} ± {expected[name][1] * times}")
    return not missed


if __name__ == "__main__":
    sys.exit(main())
