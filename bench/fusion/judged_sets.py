"""The judged sets of ../shared/data as one form: documents, queries, judgements (gain > 0 is relevant).

`ident` asks for functions of CoSQA by their name as written: what people type who know an identifier. `passages` cuts the
five corpora of the chunking evaluation into pieces of at most 1,000 characters; a piece is relevant that holds half of a
reference or 200 characters of it. `quora` holds a thousand questions whose duplicates are among 23,696.
"""
import collections
import csv
import dataclasses
import gzip
import io
import json
import random
import re


@dataclasses.dataclass
class JudgedSet:
    name: str
    documents: dict  # id: text
    queries: dict    # id: text
    gains: dict      # query: {document: gain}


def spaced(text):
    return re.sub(r"\s+", " ", text).strip()


def json_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def beir(data, name):
    gains = collections.defaultdict(dict)
    with open(data / name / "qrels" / "test.tsv", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            gains[row["query-id"]][row["corpus-id"]] = int(row["score"])
    documents = {row["_id"]: f"{row['title']} {row['text']}".strip() for row in json_lines(data / name / "corpus.jsonl.gz")}
    queries = {row["_id"]: row["text"] for row in json_lines(data / name / "queries.jsonl.gz") if row["_id"] in gains}
    return JudgedSet(name, documents, queries, gains)


def smart_parts(text):
    return [(part.split("\n", 1)[0].strip(), part) for part in re.split(r"^\.I ", text, flags=re.M)[1:]]


def smart_documents(text, title_ends):
    documents = {}
    for number, part in smart_parts(text):
        title = re.search(r"\.T\n(.*?)\n\." + title_ends, part, re.S)
        body = re.search(r"\n\.W\n(.*)", part, re.S)
        title, body = (title.group(1) if title else ""), (body.group(1) if body else "")
        documents[number] = spaced(title + " " + body.removeprefix(title)) or "empty"
    return documents


def smart_queries(text):
    return [(number, spaced(part.split(".W\n", 1)[1])) for number, part in smart_parts(text)]


def cranfield(data):
    folder = data / "cranfield"
    documents = smart_documents(gzip.open(folder / "cran.all.1400.gz", "rt", errors="replace").read(), "A")
    texts = [text for _, text in smart_queries((folder / "cran.qry").read_text())]
    gains = collections.defaultdict(dict)
    for line in (folder / "cranqrel").read_text().splitlines():
        query, document, code = line.split()
        if int(code) > 0:
            gains[query][document] = 1
    return JudgedSet("cranfield", documents, {str(i + 1): text for i, text in enumerate(texts)}, gains)


def adi(data):
    gains = collections.defaultdict(dict)
    for line in (data / "adi" / "ADI.REL").read_text().splitlines():
        if line.split():
            gains[line.split()[0]][line.split()[1]] = 1
    documents = smart_documents((data / "adi" / "ADI.ALL").read_text(), "[AW]")
    return JudgedSet("adi", documents, dict(smart_queries((data / "adi" / "ADI.QRY").read_text())), gains)


def code_documents(data):
    return {str(i): code for code, i in json.load(gzip.open(data / "cosqa" / "code_idx_map.txt.gz", "rt")).items()}


def cosqa(data):
    rows = json.load(gzip.open(data / "cosqa" / "cosqa-retrieval-test-500.json.gz", "rt"))
    return JudgedSet("cosqa", code_documents(data), {row["idx"]: row["doc"] for row in rows},
                     {row["idx"]: {str(row["retrieval_idx"]): 1} for row in rows})


def ident(data, count=300):
    documents = code_documents(data)
    found = ((i, re.search(r"def\s+(\w+)", code)) for i, code in documents.items())
    names = {i: match.group(1) for i, match in found if match}
    holders = collections.defaultdict(dict)
    for i, name in names.items():
        holders[name][i] = 1
    pool = [i for i in names if len(names[i]) >= 6 and len(holders[names[i]]) <= 3]
    random.Random(1).shuffle(pool)
    asked = list(dict.fromkeys(names[i] for i in pool))[:count]
    return JudgedSet("ident", documents, {name: name for name in asked}, {name: holders[name] for name in asked})


def xquad(data):
    documents, queries, gains = {}, {}, {}
    for article in json.load(gzip.open(data / "xquad" / "xquad.en.json.gz", "rt"))["data"]:
        for paragraph in article["paragraphs"]:
            number = str(len(documents))
            documents[number] = paragraph["context"]
            for question in paragraph["qas"]:
                queries[question["id"]] = question["question"]
                gains[question["id"]] = {number: 1}
    return JudgedSet("xquad-en", documents, queries, gains)


def components(rows):
    parent = {}

    def root(x):
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for row in rows:
        parent[root(row["qid1"])] = root(row["qid2"])
    groups = collections.defaultdict(list)
    for row in rows:
        for question in (row["qid1"], row["qid2"]):
            if question not in groups[root(question)]:
                groups[root(question)].append(question)
    return sorted(groups.values())


def quora(data, count=1000):
    stream = io.TextIOWrapper(gzip.open(data / "quora-dup" / "duplicate_pairs.csv.gz"), encoding="utf-8")
    rows = list(csv.DictReader(stream))
    texts = {row[f"qid{n}"]: row[f"question{n}"] for row in rows for n in (1, 2)}
    groups = components(rows)
    random.Random(2).shuffle(groups)
    asked = {group[0]: group[1:] for group in groups[:count]}
    documents = {q: texts[q] for group in groups for q in group if q not in asked}
    return JudgedSet("quora", documents, {q: texts[q] for q in asked}, {q: {x: 1 for x in same} for q, same in asked.items()})


def pieces(text, longest=1000, shortest=400):
    start = 0
    while start < len(text):
        end = min(len(text), start + longest)
        if end < len(text):
            cut = max(text.rfind("\n", start + shortest, end), text.rfind(". ", start + shortest, end) + 1)
            cut = cut if cut > start else text.rfind(" ", start + shortest, end)
            end = cut if cut > start else end
        if text[start:end].strip():
            yield start, end
        start = end


def passages(data):
    documents, places = {}, collections.defaultdict(list)
    for path in sorted((data / "chunking" / "corpora").glob("*.md.gz")):
        corpus, text = path.name[:-6], gzip.open(path, "rt").read()
        for number, (start, end) in enumerate(pieces(text)):
            documents[f"{corpus}-{number}"] = text[start:end].strip()
            places[corpus].append((start, end, f"{corpus}-{number}"))
    queries, gains = {}, {}
    for number, row in enumerate(csv.DictReader(open(data / "chunking" / "questions_df.csv", encoding="utf-8"))):
        relevant = {}
        for span in json.loads(row["references"]):
            for start, end, piece in places[row["corpus_id"]]:
                shared = min(end, span["end_index"]) - max(start, span["start_index"])
                if shared > 0.5 * (span["end_index"] - span["start_index"]) or shared >= 200:
                    relevant[piece] = 1
        if relevant:
            queries[f"q{number}"], gains[f"q{number}"] = row["question"], relevant
    return JudgedSet("passages", documents, queries, gains)


LOADERS = {"scifact": lambda data: beir(data, "scifact"), "nfcorpus": lambda data: beir(data, "nfcorpus"), "cranfield": cranfield,
           "cosqa": cosqa, "ident": ident, "xquad-en": xquad, "adi": adi, "passages": passages, "quora": quora}
