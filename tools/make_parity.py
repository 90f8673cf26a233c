#!/usr/bin/env python3
"""Makes data/parity/MODEL.json: the reference vectors that `vicinal doctor --parity` compares with. Every file there
becomes part of the program.

Usage: tools/make_parity.py --shared ../shared/data [--oracle FOLDER] [--model all-MiniLM-L6-v2] [--out FILE]

Role document. For all-MiniLM-L6-v2 two independent origins, so that an error of one cannot pass for the truth:
- vectors that others published (see the README files beside them): of documentation passages of 36 to 250 tokens,
  and of one short question;
- with --oracle: vectors of tools/make_oracle.py (sentence-transformers), of texts in other scripts and lengths.
For other models only the latter: texts in several scripts, and one of each of several lengths.
All are f32 and of unit length. Texts over the model's own limit are left out: they would be cut.
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
ORACLE_LENGTHS = (9, 20, 56, 107, 208, 330)  # tokens; the first text of at least as many, up to a quarter more
BOUNDS = {"f32": 0.99999, "bf16": 0.9999, "int8": 0.995}
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


class Oracle:
    """Rows of tools/make_oracle.py."""

    def __init__(self, folder):
        import npy
        self.vectors = npy.read_matrix(folder / "vectors.npy")
        made_by = json.loads((folder / "made-by.json").read_text(encoding="utf-8"))
        self.origin = next(f"{name} {made_by[name]}" for name in ("sentence-transformers", "onnxruntime") if name in made_by)
        with open(folder / "texts.jsonl", encoding="utf-8") as lines:
            self.rows = [json.loads(line) for line in lines]

    def row(self, i):
        return self.rows[i]["text"], self.vectors[i], self.origin

    def by_script(self):
        """A few short texts whose letters come from blocks of Unicode that no earlier one has."""
        seen, taken = set(), 0
        for i, row in enumerate(self.rows):
            new = scripts_of(row["text"]) - seen
            if new and 10 <= len(row["text"]) <= 120 and taken < ORACLE_TEXTS:
                seen |= new
                taken += 1
                yield self.row(i)

    def by_length(self):
        for wanted in ORACLE_LENGTHS:
            fits = [i for i, row in enumerate(self.rows) if wanted <= row["tokens"] <= wanted * 1.25 and not scripts_of(row["text"])]
            if not fits:
                raise SystemExit(f"the oracle has no text of {wanted} tokens")
            yield self.row(fits[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--oracle", type=pathlib.Path)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    out = options.out or ROOT / "data" / "parity" / f"{options.model}.json"
    found = []
    if options.model == "all-MiniLM-L6-v2":
        found += [*published_question(options.shared / "embedding-oracles" / "tei_vectors.json.gz"),
                  *published_passages(options.shared / "minilm-fp32-vectors")]
    elif not options.oracle:
        raise SystemExit("for this model no vectors are published: --oracle is needed")
    if options.oracle:
        oracle = Oracle(options.oracle)
        found += oracle.by_script() if found else [*oracle.by_length(), *oracle.by_script()]
    rows = ",\n".join(json.dumps({"text": text, "made_by": origin, "vector": [float(f"{x:.8g}") for x in unit(vector)]},
                                 ensure_ascii=False) for text, vector, origin in found)
    head = {"schema": 1, "model": options.model, "dimensions": len(found[0][1]), "bounds": BOUNDS}
    out.write_text(json.dumps(head)[:-1] + ', "texts": [\n' + rows + "\n]}\n", encoding="utf-8")
    print(f"{len(found)} texts")


if __name__ == "__main__":
    main()
