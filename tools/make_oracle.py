#!/usr/bin/env python3
"""Reference vectors of a model, made once by PyPI sentence-transformers, for tools/compare_oracle.py.

    python3 -m venv build/oracle/venv && build/oracle/venv/bin/pip install sentence-transformers
    build/oracle/venv/bin/python tools/make_oracle.py MODEL_FOLDER --shared ../shared/data --out build/oracle

Writes texts.jsonl ({"id","text"}, at least 2,000 texts of many lengths and scripts), vectors.npy (float32, one row a
text, as encode(normalize_embeddings=True) returns them, 512 tokens at most) and made-by.json (versions, digests).
The texts are drawn from the judged data with a fixed seed, so two runs with the same data agree.
"""
import argparse
import csv
import gzip
import hashlib
import json
import pathlib
import random

SEED = 20260101
MAX_TOKENS = 512


def jsonl_gz(path, field):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)[field] for line in lines]


def sts(shared):
    with open(shared / "stsb/sts-test.tsv", encoding="utf-8", newline="") as rows:
        reader = csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        return [row[6] for row in reader]


def tatoeba(shared):
    for path in sorted((shared / "tatoeba").glob("tatoeba.*-eng.*")):
        if not path.name.endswith(".eng"):
            yield from path.read_text(encoding="utf-8").splitlines()


def stretched(random_source, texts):
    """Runs of whole texts joined to many lengths, from a few to well over the limit in words."""
    for words in (5, 20, 60, 120, 200, 300, 420, 600):
        for _ in range(25):
            joined = []
            while sum(len(t.split()) for t in joined) < words:
                joined.append(random_source.choice(texts))
            yield " ".join(joined)


def gather(shared):
    source = random.Random(SEED)
    abstracts = jsonl_gz(shared / "scifact/corpus.jsonl.gz", "text")
    golden = jsonl_gz(shared / "tokenizers/golden-bert-base-uncased.jsonl.gz", "text")
    foreign = [t for t in tatoeba(shared) if t]
    sentences = sts(shared)
    texts = source.sample(sentences, 400) + source.sample(abstracts, 500) + golden
    texts += source.sample(foreign, min(len(foreign), 500)) + list(stretched(source, sentences + foreign))
    kept = [t for t in dict.fromkeys(texts) if t.strip()]
    source.shuffle(kept)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()

    import numpy
    import sentence_transformers
    import torch

    torch.set_num_threads(2)
    texts = gather(options.shared)
    model = sentence_transformers.SentenceTransformer(str(options.model), device="cpu")
    model.max_seq_length = MAX_TOKENS
    vectors = model.encode(texts, batch_size=16, normalize_embeddings=True, convert_to_numpy=True)

    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "texts.jsonl", "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"id": str(i), "text": t}, ensure_ascii=False) + "\n" for i, t in enumerate(texts))
    numpy.save(options.out / "vectors.npy", vectors.astype("float32"))
    weights = (options.model / "model.safetensors").read_bytes()
    made_by = {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__, "texts": len(texts),
               "max_tokens": MAX_TOKENS, "weights_sha256": hashlib.sha256(weights).hexdigest(), "seed": SEED}
    (options.out / "made-by.json").write_text(json.dumps(made_by, indent=1) + "\n")
    print(json.dumps(made_by))


if __name__ == "__main__":
    main()
