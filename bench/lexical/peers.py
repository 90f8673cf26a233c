#!/usr/bin/env python3
"""Other engines as processes that speak as lexical_bench does. Words are separated by spaces, BM25 with k1 1.2 and b 0.75, ten best rows.

Usage: peers.py ENGINE build PASSAGES INDEX     prints CPU seconds and bytes on disk
       peers.py ENGINE serve INDEX QUERIES      "run COUNT": CPU seconds of the first COUNT queries; "answers": a line each of row:score
ENGINE: tantivy, bm25s, fts5, xapian. (Lucene: LuceneWorker.java.) Queries are made before the clock runs, where an engine allows it.
"""
import pathlib
import shutil
import sqlite3
import sys
import time

K1, B, BEST = 1.2, 0.75, 10
NAMES = ("tantivy", "bm25s", "fts5", "xapian")


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


class Tantivy:
    """One thread that writes, buffers of 3 GB, so that all of it is one segment; positions, nothing stored. The number of hits is not asked
    for: it would switch block-max WAND off. Its scores are k1 + 1 times Lucene's."""

    def __init__(self):
        import tantivy  # pylint: disable=import-outside-toplevel,import-error
        self.library = tantivy
        fields = tantivy.SchemaBuilder().add_text_field("text", stored=False, tokenizer_name="words", index_option="position")
        self.schema = fields.build()

    def open(self, folder):
        index = self.library.Index(self.schema, path=str(folder))
        index.register_tokenizer("words", self.library.TextAnalyzerBuilder(self.library.Tokenizer.whitespace()).build())
        return index

    def build(self, passages, folder):
        folder.mkdir(parents=True)
        writer = self.open(folder).writer(heap_size=3_000_000_000, num_threads=1)
        for line in lines(passages):
            document = self.library.Document()
            document.add_text("text", line)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def prepare(self, folder, queries):
        index = self.open(folder)
        index.reload()
        self.searcher = index.searcher()
        should = self.library.Occur.Should
        self.queries = [self.library.Query.boolean_query(
            [(should, self.library.Query.term_query(self.schema, "text", word, "freq")) for word in query.split()]) for query in queries]

    def answer(self, i):
        return self.searcher.search(self.queries[i], limit=BEST, count=False).hits

    def rows(self, i):
        return [(address.doc, score / (K1 + 1)) for score, address in self.answer(i)]


class Bm25s:
    """Lucene's formula; scores are computed when it is built, without positions. Its compiled back end."""

    def __init__(self):
        import bm25s  # pylint: disable=import-outside-toplevel,import-error
        import numpy  # pylint: disable=import-outside-toplevel,import-error
        self.library, self.numpy = bm25s, numpy

    def build(self, passages, folder):
        index = self.library.BM25(k1=K1, b=B, method="lucene", backend="numba")
        index.index([line.split() for line in lines(passages)], show_progress=False)
        index.save(str(folder))

    def prepare(self, folder, queries):
        self.index = self.library.BM25.load(str(folder))
        self.index.backend = "numba"
        self.index.activate_numba_scorer()
        self.queries = [[query.split()] for query in queries]
        self.answer(0)  # compiles

    def answer(self, i):
        return self.index.retrieve(self.queries[i], k=BEST, show_progress=False, n_threads=0)

    def rows(self, i):
        documents, scores = self.answer(i)
        return [(int(row), float(score)) for row, score in zip(documents[0], scores[0]) if score > 0]


class Fts5:
    """Positions (detail=full), no copy of the texts (content=''), merged to one b-tree. Its k1 and b are fixed, and the same."""

    def open(self, folder):
        return sqlite3.connect(folder / "index.db")

    def build(self, passages, folder):
        folder.mkdir(parents=True)
        database = self.open(folder)
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA cache_size=-500000")
        database.execute("CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0')")
        database.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", enumerate(lines(passages)))
        database.execute("INSERT INTO t(t) VALUES ('optimize')")
        database.commit()
        database.close()

    def prepare(self, folder, queries):
        self.database = self.open(folder)
        self.database.execute("PRAGMA mmap_size=4000000000")
        self.queries = [" OR ".join(f'"{word}"' for word in query.split()) for query in queries]

    def answer(self, i):
        return self.database.execute("SELECT rowid, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (self.queries[i], BEST)).fetchall()

    def rows(self, i):
        return [(row, -score) for row, score in self.answer(i)]


class Xapian:
    """Its own parameters set to the same (k2 0, k3 large, no least length), positions, compacted."""

    def __init__(self):
        import xapian  # pylint: disable=import-outside-toplevel,import-error
        self.library = xapian

    def build(self, passages, folder):
        loose = folder.with_name(folder.name + ".loose")
        shutil.rmtree(loose, ignore_errors=True)
        database = self.library.WritableDatabase(str(loose), self.library.DB_CREATE_OR_OVERWRITE)
        generator = self.library.TermGenerator()
        for line in lines(passages):
            document = self.library.Document()
            generator.set_document(document)
            generator.set_termpos(0)
            generator.index_text(line)
            database.add_document(document)
        database.commit()
        database.compact(str(folder))
        database.close()
        shutil.rmtree(loose)

    def prepare(self, folder, queries):
        database = self.library.Database(str(folder))
        self.enquire = self.library.Enquire(database)
        self.enquire.set_weighting_scheme(self.library.BM25Weight(K1, 0, 1000, B, 0))
        self.queries = [self.library.Query(self.library.Query.OP_OR, query.split()) for query in queries]

    def answer(self, i):
        self.enquire.set_query(self.queries[i])
        return self.enquire.get_mset(0, BEST)

    def rows(self, i):
        return [(match.docid - 1, match.weight) for match in self.answer(i)]


ENGINES = {"tantivy": Tantivy, "bm25s": Bm25s, "fts5": Fts5, "xapian": Xapian}


def build(engine, passages, folder):
    shutil.rmtree(folder, ignore_errors=True)
    start = time.process_time()
    engine.build(passages, folder)
    seconds = time.process_time() - start
    print(f"{seconds:.3f} {sum(file.stat().st_size for file in folder.rglob('*') if file.is_file())}")


def run(engine, count):
    start = time.process_time()
    for i in range(count):
        engine.answer(i)
    return time.process_time() - start


def serve(engine, folder, queries):
    texts = list(lines(queries))
    engine.prepare(folder, texts)
    for command in sys.stdin:
        if command.strip() == "answers":
            for i in range(len(texts)):
                print(" ".join(f"{row}:{score:.6f}" for row, score in engine.rows(i)))
        else:
            print(f"{run(engine, min(int(command.split()[1]), len(texts))):.6f}")
        sys.stdout.flush()


def main():
    name, action, first, second = sys.argv[1:]
    if action == "build":
        build(ENGINES[name](), first, pathlib.Path(second))
    else:
        serve(ENGINES[name](), pathlib.Path(first), second)


if __name__ == "__main__":
    main()
