#!/usr/bin/env python3
"""Fusion of BM25 with a dense arm on nine judged sets: nDCG@10 of every method, and what the default is worth.

Usage: bench/fusion/run.py [--shared ../shared/data] [--program build/release/bin/vicinal] [--work build/fusion]
                           [--models M,…] [--sets S,…] [--depth 100] [--no-stop-words] [--ready]
Needs numpy and PyStemmer. Vectors are made by the program in the first run and kept under --work. A model and set whose
vectors take too long can be left out with --ready, which takes only what is there.

Candidates are the union of both arms' best --depth; each is scored in both arms exactly. nDCG@10 is trec_eval's. `better` is the
better single arm of each line, which no search knows beforehand; intervals are 95 % of a paired bootstrap over the queries.
"""
import argparse
import datetime
import pathlib

import numpy

import arms
from judged_sets import LOADERS

MODELS = ("all-MiniLM-L6-v2", "bge-small-en-v1.5", "e5-small-v2")
DISCOUNTS = 1 / numpy.log2(numpy.arange(2, 12))
SPAN = 5  # kBaselineSpan of src/retrieve/fusion.h


class Candidates:
    """Per query a row, filled up with columns that are not `real`."""

    def __init__(self, judged, lexical, dense, depth):
        self.mean, self.sigma, self.most = dense.mean, dense.sigma, lexical.most
        documents = {key: i for i, key in enumerate(judged.documents)}
        depth = min(depth, len(documents))
        shape = (len(judged.queries), 2 * depth)
        self.dense, self.lexical, self.gain = numpy.full(shape, -9.0), numpy.zeros(shape), numpy.zeros(shape)
        self.real = numpy.zeros(shape, bool)
        self.ideal = numpy.zeros(shape[0])
        for row, query in enumerate(judged.queries):
            gains = judged.gains[query]
            best = sorted(gains.values(), reverse=True)[:10]
            self.ideal[row] = (best * DISCOUNTS[:len(best)]).sum()
            top = numpy.argpartition(-dense.scores[row], depth - 1)[:depth]
            matching = numpy.argpartition(-lexical.scores[row], depth - 1)[:depth]
            matching = matching[lexical.scores[row, matching] > 0]
            chosen = numpy.union1d(top, matching)
            self.real[row, :len(chosen)] = True
            self.dense[row, :len(chosen)] = dense.scores[row, chosen]
            self.lexical[row, :len(chosen)] = lexical.scores[row, chosen]
            of_document = {documents[key]: gain for key, gain in gains.items() if key in documents}
            self.gain[row, :len(chosen)] = [of_document.get(int(i), 0) for i in chosen]

    def ndcg(self, scores):
        order = numpy.argsort(-numpy.where(self.real, scores, -numpy.inf), axis=1, kind="stable")[:, :10]
        gains = numpy.take_along_axis(numpy.where(self.real, self.gain, 0), order, 1)
        return (gains * DISCOUNTS[:gains.shape[1]]).sum(1) / self.ideal

    def reduced(self, scores, function, filler):
        return function(numpy.where(self.real, scores, filler), 1)[:, None]

    def range(self, scores):
        return positive(self.reduced(scores, numpy.max, -1e9) - self.reduced(scores, numpy.min, 1e9))

    def spread(self, scores):
        count = self.real.sum(1, keepdims=True)
        mean = numpy.where(self.real, scores, 0).sum(1, keepdims=True) / count
        return positive(numpy.sqrt((numpy.where(self.real, scores - mean, 0) ** 2).sum(1, keepdims=True) / count))

    def best(self, scores):
        return positive(self.reduced(scores, numpy.max, 0))


def positive(divisors):
    return numpy.where(divisors > 1e-9, divisors, 1)


def reciprocal_ranks(scores, found, k=60):
    order = numpy.argsort(-numpy.where(found, scores, -numpy.inf), axis=1, kind="stable")
    ranks = numpy.empty_like(order)
    numpy.put_along_axis(ranks, order, numpy.broadcast_to(numpy.arange(order.shape[1]), order.shape), 1)
    return numpy.where(found, 1 / (k + ranks + 1), 0)


def weighted(alpha, dense_divisor, lexical_divisor):
    return lambda c: alpha * c.dense / dense_divisor(c) + (1 - alpha) * c.lexical / lexical_divisor(c)


# Shifts are left out: they add the same to all candidates of a query.
METHODS = {
    "BM25": lambda c: c.lexical,
    "dense": lambda c: c.dense,
    "rrf, k 60": lambda c: reciprocal_ranks(c.dense, c.real) + reciprocal_ranks(c.lexical, c.real & (c.lexical > 0)),
    **{f"min-max, α {a}": weighted(a, lambda c: c.range(c.dense), lambda c: c.range(c.lexical)) for a in (0.5, 0.6, 0.7, 0.8)},
    **{f"TM2C2, α {a}": weighted(a, lambda c: c.best(c.dense) + 1, lambda c: c.best(c.lexical)) for a in (0.5, 0.7, 0.8)},
    **{f"z-score or mean ± 3σ, α {a}": weighted(a, lambda c: c.spread(c.dense), lambda c: c.spread(c.lexical)) for a in (0.5, 0.6, 0.7)},
    **{f"BM25 ÷ max + cosine, α {a}": weighted(a, lambda c: 1, lambda c: c.best(c.lexical)) for a in (0.7, 0.8, 0.9)},
    "BM25 ÷ Σ idf, cosine ÷ 5σ, α 0.6": weighted(0.6, lambda c: SPAN * c.sigma, lambda c: positive(c.most)[:, None]),
    **{f"BM25 ÷ max, cosine ÷ 5σ, α {a}": weighted(a, lambda c: SPAN * c.sigma, lambda c: c.best(c.lexical)) for a in (0.6, 0.7, 0.8)},
}
DEFAULT = "BM25 ÷ max, cosine ÷ 5σ, α 0.7"
ALPHAS = tuple(round(0.4 + 0.05 * i, 2) for i in range(12))
FITTED = {a: weighted(a, lambda c: SPAN * c.sigma, lambda c: c.best(c.lexical)) for a in ALPHAS}


def interval(differences, draws=2000):
    rows = numpy.random.default_rng(1).integers(0, len(differences), (draws, len(differences)))
    return numpy.quantile(differences[rows].mean(1), (0.025, 0.975))


def measured(options):
    """(model, set): {method: nDCG@10 of each query}"""
    results = {}
    for name in options.sets:
        judged = LOADERS[name](options.shared)
        lexical = arms.lexical_arm(judged, arms.Analysis(frozenset()) if options.no_stop_words else None)
        for model in options.models:
            ready = all((options.work / name / f"{model}.{part}.npy").exists() for part in ("docs", "queries"))
            if options.ready and not ready:
                continue
            candidates = Candidates(judged, lexical, arms.dense_arm(judged, model, options.work, options.program), options.depth)
            results[model, name] = {method: candidates.ndcg(score(candidates)) for method, score in {**METHODS, **FITTED}.items()}
    return results


def print_methods(results):
    means = {method: numpy.array([of[method].mean() for of in results.values()]) for method in METHODS}
    better = numpy.maximum(means["BM25"], means["dense"])
    print(f"\nmeans over {len(better)} lines; `better` {better.mean():.4f}\n")
    print("| method | mean nDCG@10 | MiniLM SciFact | MiniLM NFCorpus | least against the better arm |\n|---|---|---|---|---|")
    for method, values in means.items():
        own = [f"{results[key][method].mean():.4f}" if key in results else "" for key in ((MODELS[0], "scifact"), (MODELS[0], "nfcorpus"))]
        print(f"| {method} | {values.mean():.4f} | {own[0]} | {own[1]} | {100 * (values - better).min():+.1f} |")


def print_lines(results):
    print("\n| model | set | queries | BM25 | dense | rrf | default | default − better arm, 95 % |\n|---|---|---|---|---|---|---|---|")
    for (model, name), of in results.items():
        better = max(("BM25", "dense"), key=lambda arm: of[arm].mean())
        gains = of[DEFAULT] - of[better]
        low, high = interval(gains)
        columns = " | ".join(f"{of[method].mean():.4f}" for method in ("BM25", "dense", "rrf, k 60", DEFAULT))
        print(f"| {model} | {name} | {len(gains)} | {columns} | {100 * gains.mean():+.1f} ({100 * low:+.1f} to {100 * high:+.1f}) |")


def print_left_out(results):
    """Alpha chosen on all other sets, with all models; then alpha chosen on half of a set's queries, for the other half."""
    lines = list(results)
    means = {line: numpy.array([results[line][a].mean() for a in ALPHAS]) for line in lines}
    chosen = {left: int(numpy.mean([means[line] for line in lines if line[1] != left], 0).argmax()) for _, left in lines}
    other_sets = [means[line][chosen[line[1]]] for line in lines]
    halves = []
    for line in lines:
        scores = numpy.array([results[line][a] for a in ALPHAS])
        even, odd = scores[:, ::2].mean(1), scores[:, 1::2].mean(1)
        halves.append((len(scores[0, ::2]) * even[odd.argmax()] + len(scores[0, 1::2]) * odd[even.argmax()]) / len(scores[0]))
    single = max(numpy.mean([results[line][arm].mean() for line in lines]) for arm in ("BM25", "dense"))
    print(f"\nalpha from the other sets ({', '.join(f'{name} {ALPHAS[i]}' for name, i in chosen.items())}): {numpy.mean(other_sets):.4f}; "
          f"from half of the same set's queries: {numpy.mean(halves):.4f}; the better arm for all: {single:.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--program", type=pathlib.Path, default=pathlib.Path("build/release/bin/vicinal"))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/fusion"))
    parser.add_argument("--models", type=lambda text: text.split(","), default=MODELS)
    parser.add_argument("--sets", type=lambda text: text.split(","), default=list(LOADERS))
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--no-stop-words", action="store_true", help="BM25 of all words")
    parser.add_argument("--ready", action="store_true", help="only models and sets whose vectors are there")
    options = parser.parse_args()
    results = measured(options)
    print(f"{datetime.date.today()}, candidates {options.depth} of each arm, {'all' if options.no_stop_words else 'no stop'} words")
    print_methods(results)
    print_lines(results)
    print_left_out(results)


if __name__ == "__main__":
    main()
