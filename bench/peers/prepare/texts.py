"""The texts that every engine embeds, made once from the project's shared data: the same files, byte for byte, everywhere.

`mixed.jsonl` 2,000 different real texts of 8 to 256 tokens, shuffled: sentences of STS-B and SciFact, passages of SciFact, documents of
NFCorpus, in the shares below. `8.jsonl` … `512.jsonl`: texts of exactly so many tokens, as many as make 2,048 together: running
words of SciFact's abstracts. `query.jsonl`: 32 texts of 16 tokens, NFCorpus's prose. Tokens count [CLS] and [SEP]. The three
models share the vocabulary of BERT uncased (MPNet with other numbers), so a text has the same length for all of them.

Usage: texts.py SHARED_DATA TOKENIZER FOLDER
"""
import csv
import gzip
import hashlib
import json
import pathlib
import random
import re
import sys

import tokenizers

BATCH_TOKENS = 2048
LENGTHS = (8, 16, 32, 128, 512)
QUERY_TEXTS, QUERY_TOKENS = 32, 16
SPECIAL_TOKENS = 2
SHORTEST, LONGEST = 8, 256
SEED = 20261124
SHARES = (("sts-b sentence", 1050), ("scifact sentence", 500), ("scifact passage", 270), ("nfcorpus document", 180))
# Of mixed.jsonl: another tokenizer or another copy of the data is noticed.
MIXED_SHA256 = "cd2682b497a98ec959af6ac562e939c54ce22b86fa5aad3e0ef397dbcbacc03f"


def corpus(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sts_sentences(shared):
    with open(shared / "stsb/sts-test.tsv", encoding="utf-8", newline="") as rows:
        reader = csv.reader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        return [sentence for row in reader for sentence in row[6:8]]


def sentences_of(text):
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)


def sources(shared):
    """By name: every candidate text, in the order of the data."""
    abstracts = [sentences_of(row["text"]) for row in corpus(shared / "scifact/corpus.jsonl.gz")]
    return {"sts-b sentence": sts_sentences(shared),
            "scifact sentence": [sentence for abstract in abstracts for sentence in abstract],
            "scifact passage": [" ".join(abstract[:4]) for abstract in abstracts if len(abstract) > 4],
            "nfcorpus document": [row["title"] + " " + row["text"] for row in corpus(shared / "nfcorpus/corpus.jsonl.gz")]}


def mixed_texts(shared, count_tokens):
    chance, chosen = random.Random(SEED), {}
    candidates = sources(shared)
    for name, share in SHARES:
        pool = candidates[name]
        chance.shuffle(pool)
        before = len(chosen)
        for text in pool:
            if len(chosen) == before + share:
                break
            if text not in chosen and SHORTEST <= count_tokens(text) <= LONGEST:
                chosen[text] = None
    texts = list(chosen)
    chance.shuffle(texts)
    return texts


def texts_of_length(words, count_tokens, tokens, count):
    """Running words; one that would go over the length is left out."""
    texts = []
    for _ in range(count):
        text, room = [], tokens - SPECIAL_TOKENS
        while room > 0:
            word = next(words)
            size = count_tokens(word) - SPECIAL_TOKENS
            if 0 < size <= room:
                text.append(word)
                room -= size
        texts.append(" ".join(text))
    return texts


def words_of(path):
    return (word for row in corpus(path) for word in row["text"].split())


def write(path, texts):
    path.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")


def make_texts(shared, folder, count_tokens):
    folder.mkdir(parents=True, exist_ok=True)
    words = words_of(shared / "scifact/corpus.jsonl.gz")
    for length in LENGTHS:
        write(folder / f"{length}.jsonl", texts_of_length(words, count_tokens, length, BATCH_TOKENS // length))
    query_words = words_of(shared / "nfcorpus/corpus.jsonl.gz")
    write(folder / "query.jsonl", texts_of_length(query_words, count_tokens, QUERY_TOKENS, QUERY_TEXTS))
    write(folder / "mixed.jsonl", mixed_texts(shared, count_tokens))


def main():
    shared, tokenizer_path, folder = map(pathlib.Path, sys.argv[1:])
    tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    make_texts(shared, folder, lambda text: len(tokenizer.encode(text).ids))
    digest = hashlib.sha256((folder / "mixed.jsonl").read_bytes()).hexdigest()
    if digest != MIXED_SHA256:
        raise SystemExit(f"mixed.jsonl is not the recorded set: sha256 {digest}, recorded {MIXED_SHA256}")


if __name__ == "__main__":
    main()
