#!/usr/bin/env python3
"""Reference vectors of a model, made once by an implementation of others, for tools/compare_oracle.py.

    python3 -m venv build/oracle/venv && build/oracle/venv/bin/pip install sentence-transformers
    build/oracle/venv/bin/python tools/make_oracle.py MODEL_FOLDER --shared ../shared/data --out build/oracle

PyPI sentence-transformers on a model folder; with --onnx, PyPI onnxruntime and tokenizers on the export that a folder
was converted from (pip install onnxruntime tokenizers numpy), one text at a time, so that nothing is padded.

Writes texts.jsonl ({"id","text","tokens"}, at least 2,000 texts of many lengths and scripts unless --texts says fewer),
vectors.npy (float32, one row a text, role document, unit length, as many tokens as the model has positions), queries.npy
where the model puts another prompt before a query, and made-by.json (versions, digests). Pooling and prompts are those of
data/models.json, by the folder's name. The texts are drawn from the judged data with a fixed seed: runs agree.
"""
import argparse
import csv
import gzip
import hashlib
import json
import pathlib
import random

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEED = 20260101
POSITIONS_OFFSET = {"mpnet": 2}  # positions of the table that no token gets


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


def catalogue_entry(name):
    models = json.loads((ROOT / "data" / "models.json").read_text(encoding="utf-8"))["models"]
    found = [m for m in models if m["id"].rsplit("/", 1)[-1] == name]
    if not found:
        raise SystemExit(f"data/models.json has no model {name}: the folder's name tells pooling and prompts")
    return found[0]


def limit_of(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return config["max_position_embeddings"] - POSITIONS_OFFSET.get(config["model_type"], 0)


class SentenceTransformer:
    def __init__(self, options, entry, limit):
        import sentence_transformers
        import torch

        torch.set_num_threads(2)
        self.model = sentence_transformers.SentenceTransformer(str(options.model), device="cpu")
        self.model.max_seq_length = limit
        self.made_by = {"sentence-transformers": sentence_transformers.__version__, "torch": torch.__version__}

    def tokens(self, text):
        return len(self.model.tokenizer(text, truncation=True, max_length=self.model.max_seq_length)["input_ids"])

    def embed(self, texts, prompt):
        return self.model.encode(texts, prompt=prompt or None, batch_size=16, normalize_embeddings=True, convert_to_numpy=True)


class OnnxRuntime:
    def __init__(self, options, entry, limit):
        import onnxruntime
        import tokenizers

        self.tokenizer = tokenizers.Tokenizer.from_file(str(options.model / "tokenizer.json"))
        self.tokenizer.enable_truncation(limit)
        self.tokenizer.no_padding()
        session = onnxruntime.SessionOptions()
        session.intra_op_num_threads = 2
        self.session = onnxruntime.InferenceSession(str(options.onnx), session, providers=["CPUExecutionProvider"])
        self.inputs = [each.name for each in self.session.get_inputs()]
        self.pooling = entry["pooling"]
        self.made_by = {"onnxruntime": onnxruntime.__version__, "tokenizers": tokenizers.__version__,
                        "onnx_sha256": hashlib.sha256(options.onnx.read_bytes()).hexdigest()}

    def tokens(self, text):
        return len(self.tokenizer.encode(text).ids)

    def embed_one(self, text):
        import numpy

        encoding = self.tokenizer.encode(text)
        fed = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
        rows = self.session.run(None, {name: numpy.array([fed[name]], dtype="int64") for name in self.inputs})[0][0]
        vector = {"mean": lambda: rows.mean(axis=0, dtype="float64"), "cls": lambda: rows[0].astype("float64"),
                  "last": lambda: rows[-1].astype("float64")}[self.pooling]()
        return vector / numpy.linalg.norm(vector)

    def embed(self, texts, prompt):
        import numpy

        return numpy.stack([self.embed_one(prompt + text) for text in texts])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--onnx", type=pathlib.Path)
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--texts", type=int, default=0, help="the first N only (default: all)")
    options = parser.parse_args()

    import numpy

    entry = catalogue_entry(options.model.resolve().name)
    limit = limit_of(options.model)
    texts = gather(options.shared)[:options.texts or None]
    oracle = (OnnxRuntime if options.onnx else SentenceTransformer)(options, entry, limit)
    prompts = entry["prompts"]
    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "texts.jsonl", "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"id": str(i), "text": t, "tokens": oracle.tokens(t)}, ensure_ascii=False) + "\n"
                       for i, t in enumerate(texts))
    numpy.save(options.out / "vectors.npy", oracle.embed(texts, prompts["document"]).astype("float32"))
    if prompts["query"] != prompts["document"]:
        numpy.save(options.out / "queries.npy", oracle.embed(texts, prompts["query"]).astype("float32"))
    weights = (options.model / "model.safetensors").read_bytes()
    made_by = {**oracle.made_by, "model": entry["id"], "texts": len(texts), "max_tokens": limit, "prompts": prompts,
               "weights_sha256": hashlib.sha256(weights).hexdigest(), "seed": SEED}
    (options.out / "made-by.json").write_text(json.dumps(made_by, indent=1) + "\n")
    print(json.dumps(made_by))


if __name__ == "__main__":
    main()
