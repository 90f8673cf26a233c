#!/usr/bin/env python3
"""How often the noise floor is wrong: each judged set's queries put to its own documents, and to those of every other set.

Usage: bench/fusion/no_answer.py [the flags of run.py] [--queries 400]
Needs numpy, and the targets vicinal and fusion_arms. `refused of true`: queries that do have an answer, and are told that there is
none. `refused of foreign`: queries of another set; some of them do find something (scifact and nfcorpus are both medicine, quora is
about everything).
"""
import argparse
import dataclasses
import pathlib
import re

import numpy

import arms
import run
from judged_sets import LOADERS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
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


def best_cosines(found):
    return numpy.array([scores.max() for scores in found.dense])


def signs_of(judged, model, asked, options):
    """asked: {set: its queries}. One Signs for each."""
    documents = arms.documents_of(judged, model, options)
    vectors = numpy.load(documents.vectors)
    pairs_best = best_of_pairs(vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True))
    questions = arms.Texts(probe_questions(), "query", model, options.work / "probes" / "queries", options)
    probes = best_cosines(arms.ask(documents, questions, options))
    result = {}
    for name, queries in asked.items():
        found = arms.ask(documents, queries, options)
        shares = numpy.array([scores.max() / most if most > 0 else 0 for scores, most in zip(found.lexical, found.most)])
        result[name] = Signs(best_cosines(found)[:options.queries], shares[:options.queries], probes.mean(), probes.std(), pairs_best)
    return result


def report(model, options):
    sets = [name for name in options.sets if not options.ready or arms.is_ready(name, model, options)]
    judged = {name: LOADERS[name](options.shared) for name in sets}
    asked = {name: arms.queries_of(of, model, options) for name, of in judged.items()}
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
    run.add_arguments(parser)
    parser.add_argument("--queries", type=int, default=400, help="of each set, the first so many")
    parser.set_defaults(sets=[name for name in LOADERS if name != "ident"])
    options = parser.parse_args()
    print("| model | rule | refused of true | refused of foreign | true/foreign by set of documents, % |\n|---|---|---|---|---|")
    for model in options.models:
        report(model, options)


if __name__ == "__main__":
    main()
