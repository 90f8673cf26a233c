#!/usr/bin/env python3
"""What weights of fields are worth to words: nDCG@10 of BM25F over title and body, beside BM25 over both as one text.

Usage: bench/fields.py [--shared ../shared/data] [--program build/release/bin/vicinal] [--only scifact]

No model is opened: the documents are stored with vectors of one component, and searched in lexical mode. nDCG@10 as in
bench/scores.py, the best passage of each document. Prints one line a set and choice of weights.
"""
import argparse
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scores  # noqa: E402

WEIGHTS = ("title:0.5,body:1", "title:1,body:1", "title:2,body:1", "title:4,body:1", "body:1", "title:1")


def write_rows(corpus, folder, fields):
    path = pathlib.Path(folder) / "rows.jsonl"
    with gzip.open(corpus, "rt", encoding="utf-8") as rows, open(path, "w", encoding="utf-8") as out:
        for line in rows:
            row = json.loads(line)
            vectors = {"vectors": {"title": [1], "body": [1]}} if fields else {"embedding": [1]}
            out.write(json.dumps({"id": row["_id"], "title": row.get("title", ""), "text": row["text"], **vectors}) + "\n")
    return path


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def ndcg(program, collection, data, folder, *flags):
    queries, run_file = pathlib.Path(folder) / "queries.jsonl", pathlib.Path(folder) / "run.trec"
    judged = scores.read_judgements(data / "qrels/test.tsv")
    with gzip.open(data / "queries.jsonl.gz", "rb") as packed, open(queries, "wb") as out:
        out.writelines(line for line in packed if json.loads(line)["_id"] in judged)
    run(program, "search", "--collection", collection, "--queries", queries, "--mode", "lexical", "--run", run_file, *flags)
    return scores.ndcg(run_file, judged)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", default="../shared/data", type=pathlib.Path)
    parser.add_argument("--program", default="build/release/bin/vicinal")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for name in scores.RETRIEVAL_SETS:
        data = options.shared / name
        if options.only not in name or not data.is_dir():
            continue
        with tempfile.TemporaryDirectory() as folder:
            for fields in (False, True):
                rows = write_rows(data / "corpus.jsonl.gz", folder, fields)
                collection = pathlib.Path(folder) / f"fields-{fields}"
                run(options.program, "index", rows, "--space", "none", "--collection", collection, *(["--field", "title"] if fields else []))
                choices = WEIGHTS if fields else ("",)
                for weights in choices:
                    flags = ["--field", weights] if weights else []
                    value = ndcg(options.program, collection, data, folder, *flags)
                    print(f"{name:10} {'BM25F ' + weights if fields else 'BM25 title and body as one text':34} {value:.4f}", flush=True)


if __name__ == "__main__":
    main()
