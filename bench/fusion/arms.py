"""Both arms of a judged set: every query's score of every document, and what fusion may know besides."""
import collections
import dataclasses
import json
import re
import subprocess

import numpy
import Stemmer

K1, B = 1.2, 0.75
STOP_WORDS = frozenset("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
                       "to was will with".split())


@dataclasses.dataclass
class Lexical:
    scores: numpy.ndarray  # [queries, documents], BM25 in Lucene's form: idf · tf / (tf + k1 (1 − b + b |d| / mean |d|))
    most: numpy.ndarray    # [queries], what a query could get: Σ idf, words that no document has included


@dataclasses.dataclass
class Dense:
    scores: numpy.ndarray  # [queries, documents], cosine
    mean: float            # of 10,000 random pairs of documents
    sigma: float


class Analysis:
    def __init__(self, stop_words=STOP_WORDS):
        self.stem, self.stop_words, self.known = Stemmer.Stemmer("english").stemWord, stop_words, {}

    def words(self, text):
        found = (word for word in re.findall(r"[^\W_]+", text.lower()) if word not in self.stop_words)
        return [self.known.get(word) or self.known.setdefault(word, self.stem(word)) for word in found]


def postings_of(documents):
    mean_length = sum(map(len, documents)) / len(documents)
    postings = collections.defaultdict(lambda: ([], []))
    for number, words in enumerate(documents):
        norm = K1 * (1 - B + B * len(words) / mean_length)
        for word, count in collections.Counter(words).items():
            postings[word][0].append(number)
            postings[word][1].append(count / (count + norm))
    return {word: (numpy.array(numbers), numpy.array(parts)) for word, (numbers, parts) in postings.items()}


def lexical_arm(judged, analysis=None):
    analysis = analysis or Analysis()
    documents = [analysis.words(text) for text in judged.documents.values()]
    postings = postings_of(documents)
    scores = numpy.zeros((len(judged.queries), len(documents)))
    most = numpy.zeros(len(judged.queries))
    for row, text in enumerate(judged.queries.values()):
        for word in analysis.words(text):  # a word that stands twice counts twice
            numbers, parts = postings.get(word, ((), ()))
            idf = numpy.log(1 + (len(documents) - len(numbers) + 0.5) / (len(numbers) + 0.5))
            most[row] += idf
            if len(numbers):
                scores[row, numbers] += idf * parts
    return Lexical(scores, most)


def embedded(texts, role, model, path, program):
    """The program's vectors, made once and kept at `path`."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = path.with_suffix(".jsonl")
        rows.write_text("".join(json.dumps({"id": key, "text": text or "empty"}) + "\n" for key, text in texts.items()), encoding="utf-8")
        subprocess.run([program, "embed", "-q", "--model", model, "--as", role, "--input", rows, "--output", path], check=True)
        rows.unlink()
    vectors = numpy.load(path)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def dense_arm(judged, model, work, program):
    documents = embedded(judged.documents, "document", model, work / judged.name / f"{model}.docs.npy", program)
    queries = embedded(judged.queries, "query", model, work / judged.name / f"{model}.queries.npy", program)
    draw = numpy.random.default_rng(0)
    a, b = draw.integers(0, len(documents), (2, 10_000))
    pairs = (documents[a[a != b]] * documents[b[a != b]]).sum(1)
    return Dense(queries @ documents.T, float(pairs.mean()), float(pairs.std()))
