#!/usr/bin/env python3
"""Real text for run.py: passages.txt and queries.txt, words in lower case with single spaces between, a line each.

Usage: bench/lexical/texts.py --into build/lexical [--limit N]

From Debian packages (apt-get download; nothing is installed): manuals, handbooks and dictionaries, in some thirty languages. Passages are the running
text of a page cut at a block's end once they have 400 bytes (pages in the order of their paths, so neighbours are about the
same thing, as in a folder that is indexed); one that came before is left out. A word is a run of letters and digits; of Chinese, Japanese and
Korean, where a run is a sentence, each pair of neighbours is. Queries, drawn with a seed, the same number from each package: 300 headings and
page titles of 1 to 8 words, 300 sentences of 5 to 20.
"""
import argparse
import gzip
import hashlib
import html
import pathlib
import random
import re
import subprocess
import sys

PACKAGES = """anarchism cppreference-doc-en-html debian-handbook dict-gcide installation-guide-amd64 linux-doc-6.1 llvm-14-doc manpages manpages-de
 manpages-dev manpages-es manpages-fr manpages-ja manpages-ru manpages-zh openjdk-17-doc perl-doc postgresql-doc-15 python3.11-doc rust-doc wordnet-base
 git-doc dict-foldoc""".split() + [f"libreoffice-help-{code}" for code in "ca cs da de el en-us es eu fi fr hi hu it ja ko nl pl pt pt-br ru sk sl sv tr vi zh-cn zh-tw".split()]
PASSAGE_BYTES = 400
QUERIES_EACH = 300
SEED = 20261125
MAX_WORD_BYTES = 64
PAIRED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{PAIRED}]+|[^\W_{PAIRED}]+")
FORMS = (".html", ".htm", ".xhtml", ".txt", "data.noun", "data.verb", "data.adj", "data.adv", ".pod", ".rst", ".dict.dz", ".md") + tuple(f".{i}" for i in range(1, 9))
SKIPPED = re.compile(rb"<(script|style|nav)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
HEADING = re.compile(rb"<(title|h[1-4])\b[^>]*>(.*?)</\1\s*>", re.S | re.I)
BLOCK = re.compile(rb"</?(?:p|div|li|td|th|tr|h\d|pre|dd|dt|dl|ul|ol|table|section|br|hr|title|body)\b[^>]*>", re.I)
TAG = re.compile(rb"<[^>]*>")
SENTENCE = re.compile(r"(?<=[.!?。])\s+")


def fetch(folder):
    """Unpacks what is not there yet; returns the packages that are."""
    folder.mkdir(parents=True, exist_ok=True)
    there = []
    for name in PACKAGES:
        into = folder / name
        if not into.is_dir():
            subprocess.run(["apt-get", "download", "-qq", name], cwd=folder, check=False)
            for package in folder.glob(f"{name}_*.deb"):
                subprocess.run(["dpkg-deb", "-x", package, into], check=True)
                package.unlink()
        if into.is_dir():
            there.append((name, into))
        else:
            print(f"# texts: no package {name}", file=sys.stderr)
    return there


def words(text):
    found = []
    for run in WORD.findall(text.lower()):
        if ord(run[0]) >= 0x3040 and re.match(f"[{PAIRED}]", run):
            found.extend([run] if len(run) == 1 else (run[i:i + 2] for i in range(len(run) - 1)))
        elif len(run.encode()) <= MAX_WORD_BYTES:
            found.append(run)
    return found


def plain(raw):
    return html.unescape(TAG.sub(b"", raw).decode("utf-8", "replace"))


def page(path):
    """Headings and blocks of text of a file."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    name = path.name.removesuffix(".gz")
    if name.endswith((".html", ".htm", ".xhtml")):
        raw = SKIPPED.sub(b" ", raw)
        headings = [plain(found[1]) for found in HEADING.findall(raw)]
        return headings, [plain(block) for block in BLOCK.split(raw)]
    text = raw.decode("utf-8", "replace")
    if re.search(r"\.[1-8]$", name):
        headings = re.findall(r"^\.S[HS]\s+(.*)$", text, re.M)
        text = re.sub(r"\\f.|\\[&,/|]|\\\(\w\w|\\-", "", re.sub(r"^['.]\\?\"?\s*[A-Za-z]*", "", text, flags=re.M))
        return headings, re.split(r"\n\s*\n|\n(?=[A-Z]{4})", text)
    return re.findall(r"^(?:=head\d|#+)\s+(.*)$", text, re.M), re.split(r"\n\s*\n|\n(?=\S)" if ".dict" in name or name.startswith("data.") else r"\n\s*\n", text)


def passages(blocks):
    held, size = [], 0
    for block in blocks:
        for word in words(block):
            held.append(word)
            size += len(word.encode()) + 1
            if size >= 2 * PASSAGE_BYTES:
                yield " ".join(held)
                held, size = [], 0
        if size >= PASSAGE_BYTES:
            yield " ".join(held)
            held, size = [], 0
    if size >= PASSAGE_BYTES // 8:
        yield " ".join(held)


class Draw:
    """Candidates for queries of each package, every one as likely."""

    def __init__(self):
        self.random, self.of = random.Random(SEED), {}

    def offer(self, package, kind, text, least, most):
        found = words(text)
        if least <= len(found) <= most:
            self.of.setdefault((kind, package), set()).add(" ".join(found))

    def take(self, kind, count):
        pools = [sorted(pool) for (each, _), pool in sorted(self.of.items()) if each == kind]
        for pool in pools:
            self.random.shuffle(pool)
        taken = []
        while len(taken) < count and any(pools):
            taken.extend(pool.pop() for pool in pools if pool)
        return taken[:count]


def write(options):
    seen, draw, count = set(), Draw(), 0
    with open(options.into / "passages.txt", "w", encoding="utf-8") as out:
        for package, folder in fetch(options.into / "packages"):
            for path in sorted(folder.rglob("*")):
                if not path.is_file() or path.is_symlink() or not path.name.removesuffix(".gz").endswith(FORMS):
                    continue
                headings, blocks = page(path)
                for heading in headings:
                    draw.offer(package, "heading", heading, 1, 8)
                for block in blocks[::7]:
                    for sentence in SENTENCE.split(block.strip())[:3]:
                        draw.offer(package, "sentence", sentence, 5, 20)
                for passage in passages(blocks):
                    mark = hashlib.blake2b(passage.encode(), digest_size=8).digest()
                    if mark not in seen and (not options.limit or count < options.limit):
                        seen.add(mark)
                        count += 1
                        out.write(passage + "\n")
            print(f"# texts: {count} passages with {package}", file=sys.stderr, flush=True)
    queries = draw.take("heading", QUERIES_EACH) + draw.take("sentence", QUERIES_EACH)
    draw.random.shuffle(queries)
    (options.into / "queries.txt").write_text("".join(query + "\n" for query in queries), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path("build/lexical"))
    parser.add_argument("--limit", type=int, default=0, help="passages at most")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    write(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
