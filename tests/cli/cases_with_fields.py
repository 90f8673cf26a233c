"""Documents of several fields, end to end with the real default model."""
from program import MODEL, check_schema

PAPERS = [{"id": "pumps", "title": "Solar pumps", "abstract": "Water is lifted from a well without any fuel.", "listing": "def lift(water): return water"},
          {"id": "rivers", "title": "The Rhine at Basel", "abstract": "How a solar pump was tried beside the river.", "year": 2020},
          {"id": "notes", "listing": "int main() { return 0; }"}]
FIELDS = ["--field", "title", "--field", "body=abstract", "--field", "code=listing"]


def index_papers(program, *flags):
    program.write_rows("papers.jsonl", PAPERS)
    return program.run("index", "papers.jsonl", "--collection", "c", "--model", MODEL, *flags)


def fields_have_passages_of_their_own(program):
    index_papers(program, *FIELDS).expect(0, "3 added")
    stats = program.run("stats", "--collection", "c", "--json").expect(0).json()
    check_schema(stats, "stats")
    assert {field["field"]: field["chunks"] for field in stats["fields"]} == {"body": 2, "title": 2, "code": 2}, stats
    assert "  title     2\n" in program.run("stats", "--collection", "c").expect(0).out
    document = program.run("get", "pumps", "--collection", "c", "--json").expect(0).json()
    check_schema(document, "document")
    assert document["fields"] == {"title": "Solar pumps", "code": PAPERS[0]["listing"]} and document["text"] == PAPERS[0]["abstract"]
    assert [chunk["field"] for chunk in document["chunks"]] == ["body", "title", "code"]
    rows = program.run("export", "--collection", "c").expect(0, "# 6 chunks").rows()
    for row in rows:
        check_schema(row, "export-row")
    assert {row["text"] for row in rows if row["field"] == "code"} == {PAPERS[0]["listing"], PAPERS[2]["listing"]}
    index_papers(program).expect(0, "# nothing changed")
    program.run("verify", "--collection", "c").expect(0)


def a_search_says_and_chooses_fields(program):
    index_papers(program, *FIELDS).expect(0)
    in_titles = program.run("search", "solar pumps", "--collection", "c", "--field", "title", "--json").expect(0).json()
    check_schema(in_titles, "search")
    assert [hit["field"] for hit in in_titles["hits"]] == ["title", "title"] and in_titles["hits"][0]["document"] == "pumps"
    assert in_titles["chunks_searched"] == 2
    text = program.run("search", "solar pumps", "--collection", "c", "--field", "title:2,body:1", "-k", "1", "--explain").expect(0, "fields title 2, body 1")
    assert text.out.startswith("pumps:1-1  ") and "[title]" in text.out, text.out
    for weights, first in (("title:9,body:1", "pumps"), ("title:0.01,body:1", "rivers")):
        hits = program.run("search", "solar", "--collection", "c", "--mode", "lexical", "--field", weights, "--jsonl").expect(0).rows()
        assert hits[0]["document"] == first, (weights, hits)
    best = program.run("search", "solar pump", "--collection", "c", "--field", "title", "--field", "body", "--best-per-document", "--jsonl").expect(0).rows()
    assert sorted(hit["document"] for hit in best) == ["pumps", "rivers"]
    program.run("search", "x", "--collection", "c", "--field", "titel").expect(2, "body, title, code")
    program.run("search", "x", "--collection", "c", "--field", "title:0").expect(2, "a number above 0")
    program.run("search", "x", "--collection", "c", "--metric", "l2", "--mode", "dense", "--field", "title:2,body:1").expect(2, "distances")
    program.run("index", "papers.jsonl", "--collection", "c", "--field", "code=id").expect(2, "cannot be in this member")


def fields_survive_backup_compact_and_export(program):
    index_papers(program, *FIELDS).expect(0)
    before = program.run("export", "--collection", "c").expect(0).out
    program.run("compact", "--collection", "c").expect(0)
    program.run("backup", "kept", "--collection", "c").expect(0)
    assert program.run("export", "--collection", "kept").expect(0).out == before
    program.run("delete", "pumps", "--collection", "c").expect(0)
    program.run("restore", "kept", "--collection", "c", "--force").expect(0)
    assert program.run("export", "--collection", "c").expect(0).out == before
    program.write("exported.jsonl", before)
    program.run("index", "exported.jsonl", "--space", "minilm", "--collection", "ready", *FIELDS).expect(0, "6 added")
    program.run("embed", "solar pumps", "--as", "query", "--model", MODEL, "--output", "query.npy").expect(0)
    hits = program.run("search", "--collection", "ready", "--vector", "query.npy", "--field", "title", "--jsonl").expect(0).rows()
    assert [hit["text"] for hit in hits] == ["Solar pumps", "The Rhine at Basel"], hits


def ready_vectors_have_fields(program):
    program.write_rows("rows.jsonl", [{"id": "a", "title": "one", "text": "two", "vectors": {"title": [1, 0], "body": [0, 1]}}])
    program.run("index", "rows.jsonl", "--space", "two", "--collection", "v").expect(2, "--field NAME=MEMBER")
    program.run("index", "rows.jsonl", "--space", "two", "--collection", "v", "--field", "title").expect(0, "1 added")
    rows = program.run("export", "--collection", "v").expect(0).rows()
    assert [(row["field"], row["text"], row["embedding"]) for row in rows] == [("body", "two", [0, 1]), ("title", "one", [1, 0])]


CASES = [fields_have_passages_of_their_own, a_search_says_and_chooses_fields, fields_survive_backup_compact_and_export, ready_vectors_have_fields]
