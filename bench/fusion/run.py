#!/usr/bin/env python3
"""Fusion of BM25 with a dense arm on nine judged sets: nDCG@10 of every method, and what the default is worth.

Usage: bench/fusion/run.py [--shared ../shared/data] [--bin build/release/bin] [--work build/fusion] [--models M,…] [--sets S,…]
                           [--analyzer SPEC | --reference] [--depth 100] [--ready]
Needs numpy, and the targets vicinal and fusion_arms. Vectors are made by the program in the first run and kept under --work. A model
and set whose vectors take too long can be left out with --ready, which takes only what is there. --reference: the analysis that
published BM25 figures are made with, instead of the default one.

Candidates are the union of both arms' best --depth, each scored in both arms exactly, by the engine; `rrf` and `default` are the
engine's own rankings, the rest is computed here from its scores. nDCG@10 is trec_eval's. `better` is the better single arm of each
line, which no search knows beforehand; intervals are 95 % of a paired bootstrap over the queries.
"""
import argparse
import datetime
import pathlib

import numpy

import arms
from judged_sets import LOADERS

MODELS = ("all-MiniLM-L6-v2", "bge-small-en-v1.5", "e5-small-v2", "all-mpnet-base-v2")
DISCOUNTS = 1 / numpy.log2(numpy.arange(2, 12))
SPAN, ALPHA = 5.5, 0.7  # kBaselineSpan and FusionOptions::alpha of src/retrieve/fusion.h


class Candidates:
    """Per query a row, filled up with columns that are not `real`."""

    def __init__(self, judged, found):
        self.mean, self.sigma, self.most = found.mean, found.sigma, numpy.array(found.most)
        numbers = {key: i for i, key in enumerate(judged.documents)}
        shape = (len(judged.queries), max(map(len, found.documents)))
        self.dense, self.lexical, self.gain = numpy.full(shape, -9.0), numpy.zeros(shape), numpy.zeros(shape)
        self.real = numpy.zeros(shape, bool)
        self.ideal = numpy.zeros(shape[0])
        self.engine = {name: numpy.zeros(shape[0]) for name in found.rankings}
        for row, query in enumerate(judged.queries):
            gains = judged.gains[query]
            best = sorted(gains.values(), reverse=True)[:10]
            self.ideal[row] = (best * DISCOUNTS[:len(best)]).sum()
            of_document = {numbers[key]: gain for key, gain in gains.items() if key in numbers}
            chosen = found.documents[row]
            self.real[row, :len(chosen)] = True
            self.dense[row, :len(chosen)] = found.dense[row]
            self.lexical[row, :len(chosen)] = found.lexical[row]
            self.gain[row, :len(chosen)] = [of_document.get(i, 0) for i in chosen]
            for name, rankings in found.rankings.items():
                gained = numpy.array([of_document.get(i, 0) for i in rankings[row]])
                self.engine[name][row] = (gained * DISCOUNTS[:len(gained)]).sum() / self.ideal[row]

    def ndcg(self, scores):
        """Scores of minus infinity are of documents that were not found."""
        scores = numpy.where(self.real, scores, -numpy.inf)
        order = numpy.argsort(-scores, axis=1, kind="stable")[:, :10]
        gains = numpy.take_along_axis(numpy.where(scores > -numpy.inf, self.gain, 0), order, 1)
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


def weighted(alpha, dense_divisor, lexical_divisor):
    return lambda c: alpha * c.dense / dense_divisor(c) + (1 - alpha) * c.lexical / lexical_divisor(c)


def deviations(c):
    return SPAN * c.sigma


# Shifts are left out: they add the same to all candidates of a query.
METHODS = {
    "BM25": lambda c: numpy.where(c.lexical > 0, c.lexical, -numpy.inf),
    "dense": lambda c: c.dense,
    **{f"min-max, α {a}": weighted(a, lambda c: c.range(c.dense), lambda c: c.range(c.lexical)) for a in (0.5, 0.6, 0.7, 0.8)},
    **{f"TM2C2, α {a}": weighted(a, lambda c: c.best(c.dense) + 1, lambda c: c.best(c.lexical)) for a in (0.7, 0.8)},
    **{f"z-score or mean ± 3σ, α {a}": weighted(a, lambda c: c.spread(c.dense), lambda c: c.spread(c.lexical)) for a in (0.5, 0.6, 0.7)},
    **{f"BM25 ÷ max + cosine, α {a}": weighted(a, lambda c: 1, lambda c: c.best(c.lexical)) for a in (0.8, 0.9)},
    "BM25 ÷ Σ idf, cosine ÷ 5.5σ, α 0.6": weighted(0.6, deviations, lambda c: positive(c.most)[:, None]),
    "BM25 ÷ √(max · Σ idf), cosine ÷ 5.5σ, α 0.6": weighted(0.6, deviations, lambda c: numpy.sqrt(c.best(c.lexical) * positive(c.most)[:, None])),
    "(BM25 ÷ max)^1.5, cosine ÷ 5.5σ, α 0.75": lambda c: 0.75 * c.dense / deviations(c) + 0.25 * (c.lexical / c.best(c.lexical)) ** 1.5,
    **{f"BM25 ÷ max, cosine ÷ 5.5σ, α {a}": weighted(a, deviations, lambda c: c.best(c.lexical)) for a in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)},
}
ENGINE = ("rrf", "default")
DEFAULT_AGAIN = weighted(ALPHA, deviations, lambda c: c.best(c.lexical))
ALPHAS = tuple(round(0.4 + 0.05 * i, 2) for i in range(12))
FITTED = {a: weighted(a, deviations, lambda c: c.best(c.lexical)) for a in ALPHAS}


def interval(differences, draws=2000):
    rows = numpy.random.default_rng(1).integers(0, len(differences), (draws, len(differences)))
    return numpy.quantile(differences[rows].mean(1), (0.025, 0.975))


def candidates_of(options):
    """((model, set), its candidates), one after the other."""
    for name in options.sets:
        judged = LOADERS[name](options.shared)
        for model in options.models:
            if not options.ready or arms.is_ready(name, model, options):
                yield (model, name), Candidates(judged, arms.arms_of(judged, model, options))


def measured(options):
    """(model, set): {method: nDCG@10 of each query}"""
    results = {}
    for line, candidates in candidates_of(options):
        results[line] = {method: candidates.ndcg(score(candidates)) for method, score in {**METHODS, **FITTED}.items()} | candidates.engine
        again = candidates.ndcg(DEFAULT_AGAIN(candidates)).mean() - candidates.engine["default"].mean()
        if abs(again) > 0.0005:  # equal scores may stand in another order
            raise SystemExit(f"{line}: the engine's ranking is not what its scores give: {again:+.4f}")
    return results


def print_methods(results):
    means = {method: numpy.array([of[method].mean() for of in results.values()]) for method in (*METHODS, *ENGINE)}
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
        gains = of["default"] - of[better]
        low, high = interval(gains)
        columns = " | ".join(f"{of[method].mean():.4f}" for method in ("BM25", "dense", *ENGINE))
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


def add_arguments(parser):
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/fusion"))
    parser.add_argument("--models", type=lambda text: text.split(","), default=MODELS)
    parser.add_argument("--sets", type=lambda text: text.split(","), default=list(LOADERS))
    parser.add_argument("--analyzer", default=arms.DEFAULT_ANALYZER, help="src/lexical/analyzer_spec.h")
    parser.add_argument("--reference", dest="analyzer", action="store_const", const=arms.REFERENCE_ANALYZER)
    parser.add_argument("--depth", type=int, default=100)
    parser.add_argument("--ready", action="store_true", help="only models and sets whose vectors are there")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    options = parser.parse_args()
    results = measured(options)
    print(f"{datetime.date.today()}, analyser `{options.analyzer}`, candidates {options.depth} of each arm")
    print_methods(results)
    print_lines(results)
    print_left_out(results)


if __name__ == "__main__":
    main()
