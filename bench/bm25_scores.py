#!/usr/bin/env python3
"""nDCG@10 of BM25 alone on judged data, and its scores beside those of tantivy and Lucene. Seconds.

Usage: bench/bm25_scores.py [--shared ../shared/data] [--program build/release/bin/lexical_bench] [--check] 
                            [--scores-of tantivy,lucene,bm25s] [--made build/lexical]
--check: exit 1 unless each figure is the one in EXPECTED; without the judged data it says so and exits 0.
--scores-of: every query's ten best of each set; the greatest difference from the peer's scores at the same rank is printed, and one above
1e-4 is a failure. Lengths are exact for bm25s, and for tantivy and Lucene in a byte as these keep them. Peers: bench/lexical/setup.py.

The analysis is the one that published figures are made with: lower case, [a-z0-9]+, Lucene's 33 stop words, Snowball English; title and
text are one field. Gain = judgement as given (Cranfield: 1 for every code above 0), nDCG as trec_eval has it.
"""
import argparse
import dataclasses
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "fusion"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lexical"))
import engines  # noqa: E402
import judged_sets  # noqa: E402
import scores  # noqa: E402

SETS = ("scifact", "nfcorpus", "cranfield")
# As bm25s with the same analysis gives them (Lucene's formula); with 0.9 and 0.4 published for Lucene as 0.679 and 0.322.
EXPECTED = {("scifact", 1.2, 0.75): 0.6872, ("nfcorpus", 1.2, 0.75): 0.3226, ("cranfield", 1.2, 0.75): 0.3849,
            ("scifact", 0.9, 0.4): 0.6800, ("nfcorpus", 0.9, 0.4): 0.3208}
TOLERANCE = 0.0005
SCORE_TOLERANCE = 1e-4
LENGTHS = {"tantivy": ("byte4",), "lucene": ("byte4",)}


def read_set(data, name):
    if name != "cranfield":
        return judged_sets.beir(data, name)
    # Its texts begin with their title: as figures are published, a title's words stand twice. Two have none; Lucene would not count them as documents.
    judged = judged_sets.cranfield(data)
    packed = gzip.open(data / "cranfield/cran.all.1400.gz", "rt", errors="replace").read()
    fields = re.findall(r"^\.I (\d+)\n\.T\n(.*?)^\.A\n.*?^\.W\n(.*?)(?=^\.I |\Z)", packed, re.M | re.S)
    return dataclasses.replace(judged, documents={number: f"{title} {text}" for number, title, text in fields if text.strip()})


def write_texts(texts, path):
    path.write_text("".join(f"{key}\t{' '.join(text.split())}\n" for key, text in texts.items()), encoding="utf-8")


class Files:
    """A judged set as lexical_bench reads it."""

    def __init__(self, judged, folder):
        self.texts, self.queries = folder / "texts.tsv", folder / "queries.tsv"
        write_texts(judged.documents, self.texts)
        write_texts(judged.queries, self.queries)

    def rank(self, program, k1, b, *more):
        """query: [(document, score)], best first."""
        command = [program, "rank", self.texts, self.queries, str(k1), str(b), *more]
        lines = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
        found = {}
        for line in lines:
            query, *rows = line.split("\t")
            found[query] = [(row.rsplit(":", 1)[0], float(row.rsplit(":", 1)[1])) for row in rows]
        return found


def print_figures(options, files, name, judged):
    """True where all are as expected."""
    good = True
    for (of, k1, b), expected in EXPECTED.items():
        if of != name:
            continue
        found = files.rank(options.program, k1, b)
        score = scores.ndcg({query: [document for document, _ in rows] for query, rows in found.items()}, judged.gains)
        print(f"bm25 k1={k1} b={b} {name} ndcg@10 {score:.4f}")
        if abs(score - expected) > TOLERANCE:
            print(f"FAILED bm25: {name} k1={k1} b={b} is {score:.5f}, expected {expected} ± {TOLERANCE}")
            good = False
    return good


def compare_scores(options, files, folder, name, peer):
    """True where the ten best of all queries score alike."""
    for words, texts in (("passages", files.texts), ("queries", files.queries)):
        subprocess.run([options.program, "words", texts, folder / words], check=True)
    engine = engines.Engine(peer, options.made, options.program)
    engine.build(folder / "passages", folder / peer)
    engine.serve(folder / peer, folder / "queries")
    worst = 0
    for (query, rows), theirs in zip(files.rank(options.program, 1.2, 0.75, *LENGTHS.get(peer, ())).items(), engine.answers()):
        ours = [score for _, score in rows[:10]]
        if len(ours) != len(theirs):
            print(f"FAILED bm25: of {name}'s query {query} {peer} finds {len(theirs)} rows, ours {len(ours)}")
            return False
        worst = max([worst, *(abs(a - b) for a, (_, b) in zip(ours, theirs))])
    engine.close()
    print(f"bm25 {name}: scores differ from {peer}'s by at most {worst:.1e}")
    return worst <= SCORE_TOLERANCE


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--program", type=pathlib.Path, default=pathlib.Path("build/release/bin/lexical_bench"))
    parser.add_argument("--made", type=pathlib.Path, default=pathlib.Path("build/lexical"))
    parser.add_argument("--scores-of", default="")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check and not options.shared.is_dir():
        print(f"# bm25: skipped, no judged data at {options.shared}")
        return 0
    good = True
    for name in SETS:
        judged = read_set(options.shared, name)
        with tempfile.TemporaryDirectory() as folder:
            files = Files(judged, pathlib.Path(folder))
            good = print_figures(options, files, name, judged) and good
            for peer in filter(None, options.scores_of.split(",")):
                good = compare_scores(options, files, pathlib.Path(folder), name, peer) and good
    return 0 if good or not (options.check or options.scores_of) else 1


if __name__ == "__main__":
    sys.exit(main())
