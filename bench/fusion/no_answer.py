#!/usr/bin/env python3
"""How often the noise floor is wrong: each judged set's queries put to its own documents, and to those of every other set.

Usage: bench/fusion/no_answer.py [--shared ../shared/data] [--program build/release/bin/vicinal] [--work build/fusion]
                                 [--models M,…] [--sets S,…] [--queries 400] [--ready]
Needs numpy and PyStemmer. `refused of true`: queries that do have an answer, and are told that there is none. `refused of foreign`: queries
of another set; some of them do find something (scifact and nfcorpus are both medicine, quora is about everything).
"""
import argparse
import dataclasses
import pathlib
import re

import numpy

import arms
from judged_sets import LOADERS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = ("all-MiniLM-L6-v2", "bge-small-en-v1.5", "e5-small-v2")
LEXICAL_SIGMAS, LEAST, LEAST_DENSE = 6, 1.5, -0.2  # src/retrieve/noise_floor.h


def probe_questions():
    source = (ROOT / "src/retrieve/probe_questions.cpp").read_text(encoding="utf-8")
    return dict(enumerate(re.findall(r'^    "(.*)",$', source, re.MULTILINE)))


@dataclasses.dataclass
class Signs:
    best: numpy.ndarray      # [queries], the best cosine
    share: numpy.ndarray     # [queries], the best BM25 over the most that the query could get
    mean: float              # of the probes' best cosines
    sigma: float
    pairs_best: float        # median of the best of n random pairs: quantile 0.99, beyond it an exponential tail

    def strength(self):
        return (self.best - self.mean) / self.sigma

    def refusals(self):
        return {f"with BM25, strength < {LEAST}": self.strength() + LEXICAL_SIGMAS * self.share < LEAST,
                f"dense alone, strength < {LEAST_DENSE}": self.strength() < LEAST_DENSE,
                "best cosine < best of n random pairs": self.best < self.pairs_best}


def best_of_pairs(vectors):
    a, b = numpy.random.default_rng(0).integers(0, len(vectors), (2, 10_000))
    scores = (vectors[a[a != b]] * vectors[b[a != b]]).sum(1)
    high = numpy.quantile(scores, 0.99)
    return high + (scores[scores > high] - high).mean() * numpy.log(0.01 * len(vectors) / numpy.log(2))


def signs_of(judged, model, asked, options):
    """asked: {set: its queries}. One Signs for each."""
    def vectors(texts, role, name):
        return arms.embedded(texts, role, model, options.work / name, options.program)

    documents = vectors(judged.documents, "document", f"{judged.name}/{model}.docs.npy")
    probes = (vectors(probe_questions(), "query", f"probes/{model}.npy") @ documents.T).max(1)
    result = {}
    for name, queries in asked.items():
        own = arms.lexical_arm(dataclasses.replace(judged, queries=queries))
        asking = vectors(LOADERS[name](options.shared).queries, "query", f"{name}/{model}.queries.npy")[:len(queries)]
        share = own.scores.max(1) / numpy.where(own.most > 0, own.most, 1)
        result[name] = Signs((asking @ documents.T).max(1), share, probes.mean(), probes.std(), best_of_pairs(documents))
    return result


def is_ready(options, model, name):
    return all((options.work / name / f"{model}.{part}.npy").exists() for part in ("docs", "queries"))


def report(model, options):
    sets = [name for name in options.sets if not options.ready or is_ready(options, model, name)]
    judged = {name: LOADERS[name](options.shared) for name in sets}
    asked = {name: dict(list(of.queries.items())[:options.queries]) for name, of in judged.items()}
    own, foreign = {}, {}
    for name, of in judged.items():
        for asking, signs in signs_of(of, model, asked, options).items():
            for rule, refused in signs.refusals().items():
                (own if asking == name else foreign).setdefault(rule, {}).setdefault(name, []).append(refused)
    for rule in own:
        every = [100 * numpy.concatenate(sum(side[rule].values(), [])).mean() for side in (own, foreign)]
        each = ", ".join(f"{name} {100 * numpy.concatenate(own[rule][name]).mean():.1f}/{100 * numpy.concatenate(foreign[rule][name]).mean():.0f}"
                         for name in sets)
        print(f"| {model} | {rule} | {every[0]:.2f} % | {every[1]:.1f} % | {each} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--program", type=pathlib.Path, default=pathlib.Path("build/release/bin/vicinal"))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/fusion"))
    parser.add_argument("--models", type=lambda text: text.split(","), default=MODELS)
    parser.add_argument("--sets", type=lambda text: text.split(","), default=[name for name in LOADERS if name != "ident"])
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--ready", action="store_true", help="only models and sets whose vectors are there")
    options = parser.parse_args()
    print("| model | rule | refused of true | refused of foreign | true/foreign by set of documents, % |\n|---|---|---|---|---|")
    for model in options.models:
        report(model, options)


if __name__ == "__main__":
    main()
