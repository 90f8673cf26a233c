"""Both arms of a judged set, as the engine has them: `fusion_arms` makes a collection of the documents and asks it every query."""
import dataclasses
import json
import subprocess

import numpy

DEFAULT_ANALYZER = "unicode"
REFERENCE_ANALYZER = "ascii stem=en stop=lucene33"  # what published BM25 figures are made with


@dataclasses.dataclass
class Arms:
    """Of each query its candidates, the union of both arms' best; lists of different lengths."""
    mean: float       # of cosines of random pairs of documents
    sigma: float
    documents: list   # of each candidate: its number among the documents
    dense: list       # cosines
    lexical: list     # BM25; 0 for a document without a word of the query
    most: list        # of each query: what BM25 could reach
    rankings: dict    # {"default", "rrf"}: of each query the engine's best ten, by number


def write_rows(texts, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"id": key, "text": text or "empty"}) + "\n" for key, text in texts.items()), encoding="utf-8")


class Texts:
    """Texts and the program's vectors of them, made once and kept under the work folder."""

    def __init__(self, texts, role, model, path, options):
        self.rows, self.vectors = path.with_suffix(".jsonl"), path.with_suffix(f".{model}.npy")
        write_rows(texts, self.rows)
        if not self.vectors.exists():
            subprocess.run([options.bin / "vicinal", "embed", "-q", "--model", model, "--as", role, "--input", self.rows,
                            "--output", self.vectors], check=True)


def documents_of(judged, model, options):
    return Texts(judged.documents, "document", model, options.work / judged.name / "docs", options)


def queries_of(judged, model, options):
    return Texts(judged.queries, "query", model, options.work / judged.name / "queries", options)


def is_ready(name, model, options):
    return all((options.work / name / f"{part}.{model}.npy").exists() for part in ("docs", "queries"))


def ask(documents, queries, options):
    """options: bin, analyzer, depth."""
    command = [options.bin / "fusion_arms", documents.rows, documents.vectors, queries.rows, queries.vectors, options.analyzer, str(options.depth)]
    floor, *answers = map(json.loads, subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines())
    columns = {key: [answer[key] for answer in answers] for key in answers[0]}
    return Arms(floor["mean"], floor["sigma"], columns["documents"], [numpy.array(x) for x in columns["dense"]],
                [numpy.array(x) for x in columns["lexical"]], columns["most"], {key: columns[key] for key in ("default", "rrf")})


def arms_of(judged, model, options):
    return ask(documents_of(judged, model, options), queries_of(judged, model, options), options)
