#!/usr/bin/env python3
"""Makes data/parity/all-MiniLM-L6-v2.json: the reference vectors that `vicinal doctor --parity` compares with.

Usage: tools/make_parity.py --shared ../shared/data [--oracle FOLDER] [--out data/parity/all-MiniLM-L6-v2.json]

Two independent origins, so that an error of one cannot pass for the truth:
- vectors that others published (see the README files beside them): of documentation passages of 36 to 250 tokens,
  and of one short question;
- with --oracle: vectors of tools/make_oracle.py (sentence-transformers), of texts in other scripts and lengths.
All are f32 and of unit length. Texts over 256 tokens are left out: the model's own limit would cut them.
"""
import argparse
import array
import gzip
import json
import math
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parent.parent
PUBLISHED_TOKENS = (36, 56, 67, 76, 86, 107, 121, 149, 184, 208, 253)
ORACLE_TEXTS = 8
QUESTION = "What is Deep Learning?"


def unit(vector):
    norm = math.sqrt(math.fsum(x * x for x in vector))
    return [struct.unpack("<f", struct.pack("<f", x / norm))[0] for x in vector]


def published_passages(folder):
    values = array.array("f", (folder / "vectors.f32").read_bytes())
    with gzip.open(folder / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    wanted = list(PUBLISHED_TOKENS)
    for i, row in enumerate(rows):
        if row["tokens"] in wanted:
            wanted.remove(row["tokens"])
            yield row["text"], values[i * 384:(i + 1) * 384], "npm @sap-ux/fiori-docs-embeddings 1.2.6"


def published_question(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = json.load(file)["embeddings"]
    row = next(r for r in rows if r["model"].endswith("/all-MiniLM-L6-v2") and r["pooling"] == "mean" and r["text"] == QUESTION)
    yield QUESTION, row["vector"], "text-embeddings-inference test snapshot"


def scripts_of(text):
    return {ord(c) >> 8 for c in text if c.isalpha() and ord(c) > 0x24F}


def oracle_texts(folder):
    """A few short texts whose letters come from blocks of Unicode that no earlier one has."""
    import npy
    vectors = npy.read_matrix(folder / "vectors.npy")
    made_by = json.loads((folder / "made-by.json").read_text(encoding="utf-8"))
    seen, taken = set(), 0
    with open(folder / "texts.jsonl", encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            text = json.loads(line)["text"]
            new = scripts_of(text) - seen
            if new and 10 <= len(text) <= 120 and taken < ORACLE_TEXTS:
                seen |= new
                taken += 1
                yield text, vectors[i], f"sentence-transformers {made_by['sentence-transformers']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--oracle", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "data" / "parity" / "all-MiniLM-L6-v2.json")
    options = parser.parse_args()
    found = [*published_question(options.shared / "embedding-oracles" / "tei_vectors.json.gz"),
             *published_passages(options.shared / "minilm-fp32-vectors")]
    if options.oracle:
        found += oracle_texts(options.oracle)
    rows = ",\n".join(json.dumps({"text": text, "made_by": origin, "vector": [float(f"{x:.8g}") for x in unit(vector)]},
                                 ensure_ascii=False) for text, vector, origin in found)
    head = {"schema": 1, "model": "all-MiniLM-L6-v2", "dimensions": 384, "bounds": {"f32": 0.99999, "bf16": 0.9999, "int8": 0.995}}
    options.out.write_text(json.dumps(head)[:-1] + ', "texts": [\n' + rows + "\n]}\n", encoding="utf-8")
    print(f"{len(found)} texts")


if __name__ == "__main__":
    main()
