#!/usr/bin/env python3
"""Would a weight that is chosen for each query be better than one for all? Chosen on eight sets, judged on the ninth.

Usage: bench/fusion/per_query.py [the flags of run.py]
The log of the arms' ratio is a + w · sign, for one sign of the query or its lists at a time, centred and scaled by its spread within
sets; w = 0 is one weight for all. Prints for each sign: nDCG@10 with (a, w) chosen on the other sets, the w that were chosen, the best
(a, w) of all sets together, and the correlation, within sets, of the sign with what a large weight of meaning gains over a small one.
`each query's best` is what a chooser could reach who knows the judgements.
"""
import argparse
import re

import numpy

import run
from judged_sets import LOADERS

RATIOS = numpy.arange(-3, 3.01, 0.1)  # logs of (α / 5.5σ) / ((1 − α) / best BM25); 0.85 is α 0.7
STARTS, SLOPES = numpy.arange(0.2, 1.6, 0.1), (-0.9, -0.6, -0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4, 0.6, 0.9)
QUESTION = re.compile(r"(what|how|why|who|when|where|which|is|are|do|does|can)\b|.*\?\s*$", re.I | re.S)
NAME = re.compile(r"[_:/.]\w|[a-z][A-Z]|\d")


class Line:
    def __init__(self, judged, candidates):
        best = candidates.best(candidates.lexical)
        dense = candidates.dense / (run.SPAN * candidates.sigma)
        self.table = numpy.array([candidates.ndcg(numpy.exp(r) * dense + candidates.lexical / best) for r in RATIOS]).T
        self.signs = signs_of(list(judged.queries.values()), candidates, best[:, 0])

    def ndcg(self, ratios):
        """Of ratios between RATIOS, on a line."""
        place = numpy.clip((ratios - RATIOS[0]) / 0.1, 0, len(RATIOS) - 1)
        low = place.astype(int)
        high, row = numpy.minimum(low + 1, len(RATIOS) - 1), numpy.arange(len(self.table))
        return (self.table[row, low] * (1 - place + low) + self.table[row, high] * (place - low)).mean()


def signs_of(queries, candidates, best):
    dense, lexical = -numpy.sort(-candidates.dense, 1), -numpy.sort(-candidates.lexical, 1)
    tops = [numpy.argsort(-scores, 1)[:, :10] for scores in (candidates.dense, candidates.lexical)]
    return {
        "names and numbers": numpy.array([bool(NAME.search(q)) for q in queries], float),
        "a question": numpy.array([bool(QUESTION.match(q)) for q in queries], float),
        "log of words": numpy.log([max(1, len(re.findall(r"\w+", q))) for q in queries]),
        "log of best BM25": numpy.log(best),
        "best BM25 over the most it could be": best / run.positive(candidates.most),
        "best BM25 over the tenth": (lexical[:, 0] - lexical[:, 9]) / best,
        "best cosine, in σ over the mean": (dense[:, 0] - candidates.mean) / candidates.sigma,
        "best cosine over the tenth, in σ": (dense[:, 0] - dense[:, 9]) / candidates.sigma,
        "both arms' first ten that are the same": numpy.array([len(set(a) & set(b)) / 10 for a, b in zip(*tops)]),
    }


def chosen(lines, sets, ratios_of, choices):
    """Means of lines by choice; then (judged on what was left out, the slopes chosen, the best choice and its mean)."""
    means = numpy.array([[line.ndcg(ratios_of(line, *choice)) for line in lines] for choice in choices])
    left_out, slopes = numpy.zeros(len(lines)), []
    for name in dict.fromkeys(sets):
        inside = numpy.array([of == name for of in sets])
        pick = means[:, ~inside].mean(1).argmax()
        left_out[inside] = means[pick, inside]
        slopes.append(f"{choices[pick][1]:g}")
    best = means.mean(1).argmax()
    return left_out.mean(), slopes, choices[best], means[best].mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_arguments(parser)
    options = parser.parse_args()
    judged = {name: LOADERS[name](options.shared) for name in options.sets}
    lines, sets = [], []
    for (_, name), candidates in run.candidates_of(options):
        lines.append(Line(judged[name], candidates))
        sets.append(name)
    usual = numpy.log(run.ALPHA / (1 - run.ALPHA))
    print(f"{len(lines)} lines; the default {numpy.mean([line.ndcg(numpy.full(len(line.table), usual)) for line in lines]):.4f}, "
          f"each line's best {numpy.mean([line.table.mean(0).max() for line in lines]):.4f}, "
          f"each query's best {numpy.mean([line.table.max(1).mean() for line in lines]):.4f}\n")
    print("| sign | chosen on other sets | slopes chosen | best of all sets | correlation |\n|---|---|---|---|---|")
    for sign in lines[0].signs:
        centre = numpy.mean([line.signs[sign].mean() for line in lines])
        spread = numpy.mean([line.signs[sign].std() for line in lines])
        score, slopes, (start, slope), best = chosen(lines, sets, lambda line, a, w: a + w * (line.signs[sign] - centre) / spread,
                                                     [(a, w) for a in STARTS for w in SLOPES])
        gains = [line.table[:, RATIOS.searchsorted(1.6)] - line.table[:, RATIOS.searchsorted(0.1)] for line in lines]
        within = [numpy.corrcoef(line.signs[sign], gain)[0, 1] for line, gain in zip(lines, gains) if line.signs[sign].std() > 0]
        print(f"| {sign} | {score:.4f} | {' '.join(slopes)} | {best:.4f} ({start:.1f}, {slope:g}) | {numpy.mean(within):+.3f} |", flush=True)
    score, _, (start, _), best = chosen(lines, sets, lambda line, a, w: numpy.full(len(line.table), a), [(a, 0) for a in STARTS])
    print(f"| none: one weight for all | {score:.4f} | | {best:.4f} ({start:.1f}) | |")


if __name__ == "__main__":
    main()
