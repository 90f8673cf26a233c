"""Cases that run a collection end to end with the real default model."""
import json
import os
import random
import shutil
import signal
import struct
import subprocess

from program import MODEL, check_schema, models_folder

ROWS = [{"_id": "rhine", "title": "Rhine", "text": "Basel lies on the Rhine, where Switzerland meets France and Germany.", "year": 2020},
        {"_id": "refund", "title": "Refunds", "text": "Customers get a full refund within thirty days of the purchase."},
        {"_id": "pump", "title": "Solar pumps", "text": "A solar pump lifts water from a well without any fuel."},
        {"id": "cat", "title": "", "text": "The cat sat on the mat and watched the rain."}]
NOTES = {"notes/billing/refunds.md": "# Refunds\n\nYou get your money back within 30 days.\n\n## Credit notes\n\nLater, a credit note is issued.\n",
         "notes/rivers.txt": "The Rhine flows through Basel.\nThe Aare flows through Bern.\n",
         "notes/pumps.html": "<html><head><title>Pumps</title></head><body><p>A solar pump lifts water.</p></body></html>",
         "notes/.gitignore": "secret.txt\n", "notes/secret.txt": "the password of the vault\n"}
WORDS = "river mountain ledger engine harbour copper signal winter garden theory market lantern bridge colour method".split()


def index_rows(program, *flags):
    program.write_rows("corpus.jsonl", ROWS)
    return program.run("index", "corpus.jsonl", "--collection", "c", *flags)


def rows_come_back_through_every_command(program):
    index_rows(program, "--chunk", "none").expect(0, "4 added, 0 updated, 0 unchanged, 0 removed")
    assert program.run("list", "--collection", "c").expect(0).out.split() == ["cat", "pump", "refund", "rhine"]
    assert program.run("list", "--collection", "c", "--after", "cat", "--limit", "2").expect(0).out.split() == ["pump", "refund"]
    stats = program.run("stats", "--collection", "c", "--json").expect(0).json()
    check_schema(stats, "stats")
    assert (stats["documents"], stats["chunks"], stats["dimensions"], stats["metric"]) == (4, 4, 384, "cosine")
    document = program.run("get", "rhine", "--collection", "c", "--json").expect(0).json()
    check_schema(document, "document")
    assert document["text"] == ROWS[0]["text"] and document["title"] == "Rhine" and document["metadata"]["year"] == 2020
    assert program.run("get", "cat", "--collection", "c").expect(0).out == ROWS[3]["text"] + "\n"
    rows = program.run("export", "--collection", "c").expect(0, "# 4 chunks").rows()
    for row in rows:
        check_schema(row, "export-row")
    assert {row["document"]: row["text"] for row in rows} == {row.get("_id") or row["id"]: row["text"] for row in ROWS}
    program.run("stats", "--collection", "c").expect(0, in_out="dimensions  384")


def searching_finds_the_passage_and_says_where(program):
    index_rows(program).expect(0)
    result = program.run("search", "can I get my money back?", "--collection", "c", "-k", "2", "--json").expect(0).json()
    check_schema(result, "search")
    assert [hit["document"] for hit in result["hits"]][0] == "refund" and len(result["hits"]) == 2
    assert result["hits"][0]["score"] >= result["hits"][1]["score"] and result["chunks_searched"] == 4
    hits = program.run("search", "Swiss river", "--collection", "c", "--jsonl", "--precision", "bf16").expect(0).rows()
    for hit in hits:
        check_schema(hit, "hit")
    assert hits[0]["document"] == "rhine" and hits[0]["metadata"]["year"] == 2020 and len(hits) == 4
    text = program.run("search", "Swiss river", "--collection", "c", "-k", "1").expect(0, "# 4 documents, 4 chunks · searched in")
    assert text.out.startswith("rhine:1-1  0.") and "\n    Basel lies" in text.out and "\033" not in text.out


def words_are_found_as_they_are_written(program):
    rows = [{"_id": "code", "text": "Error E-4021 means that the pump has no water."}, {"_id": "pump", "text": "Pumps fail when wells run dry."},
            {"_id": "bread", "text": "Sourdough bread needs a hot oven."}]
    program.write_rows("rows.jsonl", rows)
    program.run("index", "rows.jsonl", "--collection", "c", "--model", MODEL).expect(0)
    lexical = ["--collection", "c", "--mode", "lexical"]
    assert [hit["document"] for hit in program.run("search", "E-4021", *lexical, "--jsonl").expect(0).rows()] == ["code"]
    found = program.run("search", "+pump -error", *lexical, "--json").expect(0).json()
    check_schema(found, "search")
    assert [hit["document"] for hit in found["hits"]] == ["pump"]
    hit = found["hits"][0]
    assert [hit["text"][span["byte_start"]:span["byte_end"]] for span in hit["highlights"]] == ["Pumps"], hit
    assert hit["arms"][0]["name"] == "lexical" and hit["arms"][0]["rank"] == 1
    program.run("search", "zeppelin", *lexical).expect(1)
    program.run("search", '"wells run', *lexical).expect(0, "quote")
    both = program.run("search", "E-4021", "--collection", "c", "--explain").expect(0, "# plan: dense + lexical → weighted, alpha 0.7 → best 10, of 3 chunks of 3 documents")
    assert both.out.startswith("code:1-1") and "words: rank 1" in both.out and "meaning: rank" in both.out
    program.run("search", "x", "--collection", "c", "--mode", "fuzzy").expect(2, "hybrid, dense, lexical")
    program.run("search", "x", "--collection", "c", "--alpha", "1.5").expect(2, "alpha is a number from 0")
    program.run("search", "x", *lexical, "--alpha", "0.2").expect(2, "--mode hybrid")


def indexing_again_embeds_nothing(program):
    index_rows(program).expect(0)
    index_rows(program).expect(0, "# nothing changed: 4 inputs, 0 embedded")
    changed = [dict(row) for row in ROWS]
    changed[3]["text"] = "The dog slept."
    program.write_rows("corpus.jsonl", changed)
    program.run("index", "corpus.jsonl", "--collection", "c").expect(0, "0 added, 1 updated, 3 unchanged, 0 removed · 1 chunk · 1 embedded")


def deleting_says_how_many_were_there(program):
    index_rows(program).expect(0)
    program.run("delete", "cat", "dog", "--collection", "c").expect(0, "# 1 of 2 documents deleted")
    program.run("delete", "cat", "--collection", "c").expect(1)
    program.run("get", "cat", "--collection", "c").expect(1, "vicinal: ")
    assert program.run("get", "cat", "rhine", "--collection", "c").expect(1).out == ROWS[0]["text"] + "\n"
    assert "cat" not in program.run("list", "--collection", "c").expect(0).out.split()


def an_empty_collection_has_nothing_to_find(program):
    program.write("empty.jsonl", "")
    program.run("index", "empty.jsonl", "--collection", "c").expect(0)
    assert program.run("search", "anything", "--collection", "c", "--json").expect(1).json()["hits"] == []
    program.run("list", "--collection", "c").expect(1)


def a_filter_leaves_what_fulfils_it(program):
    rows = [{"_id": f"r{i}", "text": f"The river number {i}.", "year": 2018 + i, "tags": ["odd" if i % 2 else "even", "water"]} for i in range(6)]
    program.write_rows("rows.jsonl", rows)
    program.run("index", "rows.jsonl", "--collection", "c", "--model", MODEL).expect(0)
    where = ["--collection", "c", "--where"]
    assert program.run("list", *where, "tags = odd and year > 2019").expect(0).out.split() == ["r3", "r5"]
    counted = program.run("count", *where, '{"must":[{"key":"year","range":{"lte":2019}}]}', "--json").expect(0).json()
    check_schema(counted, "count")
    assert (counted["documents"], counted["chunks"]) == (2, 2)
    result = program.run("search", "river", *where, "tags = even", "-k", "10", "--json").expect(0).json()
    assert sorted(hit["document"] for hit in result["hits"]) == ["r0", "r2", "r4"]
    program.run("search", "river", *where, "year = 1900").expect(1)
    program.run("search", "river", *where, "year > 2021", "--explain").expect(0, "# plan: dense + lexical → weighted, alpha 0.7 → where year > 2021 → best 10, of 2 chunks of 2 documents")
    program.run("search", "river", *where, "year > 2021", "--mode", "dense", "--explain").expect(0, "# plan: dense → where year > 2021 → best 10, of 2")
    program.run("count", *where, "year >").expect(2, "expected a number or a date")
    program.run("delete", *where, "tags = odd").expect(0, "# 3 of 3 documents deleted")
    program.run("delete", "--collection", "c").expect(2, "give IDs or --where")
    for blank in ("  ", "{}"):
        program.run("delete", *where, blank).expect(2, "the filter holds for every document")
    assert program.run("count", "--collection", "c").expect(0).out == "3 documents, 3 chunks\n"


def ready_vectors_are_stored_and_found(program):
    index_rows(program).expect(0)
    program.run("export", "--collection", "c", "--output", "exported.jsonl").expect(0)
    program.run("index", "exported.jsonl", "--space", "minilm", "--collection", "ready").expect(0, "4 added")
    program.run("embed", "Swiss river", "--as", "query", "--model", MODEL, "--output", "query.npy").expect(0)
    found = program.run("search", "--collection", "ready", "--vector", "query.npy", "--json").expect(0).json()
    check_schema(found, "search")
    texts = program.run("search", "Swiss river", "--collection", "c", "--json").expect(0).json()
    assert [hit["text"] for hit in found["hits"]] == [hit["text"] for hit in texts["hits"]]
    assert program.run("search", "--collection", "ready", "--vector", "query.npy", "--where", "year = 2020", "--jsonl").expect(0).out.count("\n") == 1
    program.run("search", "Swiss river", "--collection", "ready").expect(2, "--vector FILE.npy")
    program.run("index", "exported.jsonl", "--space", "other", "--collection", "ready").expect(5)
    program.run("search", "x", "--collection", "ready", "--vector", "query.npy").expect(2)


def a_collection_is_filled_in_batches_and_without_words(program):
    index_rows(program, "--durability", "batch", "--analyzer", "none").expect(0, "4 added")
    assert program.run("stats", "--collection", "c", "--json").expect(0).json()["analyzer"] == "none"
    program.run("stats", "--collection", "c").expect(0, in_out="words       not indexed")
    found = program.run("search", "Swiss river", "--collection", "c", "--json").expect(0).json()
    assert [arm["name"] for arm in found["hits"][0]["arms"]] == ["dense"], found["hits"][0]
    program.run("search", "Swiss river", "--collection", "c", "--mode", "lexical").expect(3, "the collection was made without words")
    index_rows(program, "--durability", "none").expect(0, "nothing changed")
    index_rows(program, "--durability", "sometimes").expect(2, "known are sync, batch and none")
    index_rows(program, "--analyzer", "unicode").expect(0)
    found = program.run("search", "Swiss river", "--collection", "c", "--json").expect(0).json()
    assert [arm["name"] for arm in found["hits"][0]["arms"]] == ["dense", "lexical"], found["hits"][0]


def the_space_of_ready_vectors_goes_by_its_name(program):
    program.write_rows("rows.jsonl", [{"id": "a", "embedding": [1, 0]}, {"id": "b", "embedding": [0, 1]}])
    program.run("index", "rows.jsonl", "--space", "", "--collection", "ready").expect(2, "--space is empty")
    program.run("index", "rows.jsonl", "--space", "two", "--collection", "ready").expect(0)
    stats = program.run("stats", "--collection", "ready", "--json").expect(0).json()
    check_schema(stats, "stats")
    assert stats["space_name"] == "two"
    program.run("stats", "--collection", "ready").expect(0, in_out="space       two (")
    program.run("index", "rows.jsonl", "--space", "three", "--collection", "ready").expect(5, "collection_space=two, space=three")
    program.write_rows("wide.jsonl", [{"id": "c", "embedding": [1, 0]}, {"id": "d", "embedding": [1, 0, 0]}])
    program.run("index", "wide.jsonl", "--space", "two", "--collection", "ready").expect(2, "line=2")
    program.write("query.npy", b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".ljust(117) + b"\n" + struct.pack("<2f", 1, 0))
    found = program.run("search", "--collection", "ready", "--vector", "query.npy", "--space", "two", "--json").expect(0).json()
    assert [hit["document"] for hit in found["hits"]] == ["a", "b"]
    program.run("search", "--collection", "ready", "--vector", "query.npy", "--space", "three").expect(5, "collection_space=two")
    program.run("search", "x", "--collection", "ready", "--space", "two").expect(2, "--space is the space of --vector")


def metadata_is_updated_without_embedding(program):
    index_rows(program).expect(0)
    update = ["update", "--collection", "c", "--set"]
    counted = program.run(*update, '{"seen":true}', "--where", "year = 2020", "--dry-run", "--json").expect(0, "# 1 of 1 document would change").json()
    check_schema(counted, "update")
    program.run("count", "--collection", "c", "--where", "seen = true").expect(1)
    done = program.run(*update, '{"seen":true}', "--where", "year = 2020", "--json").expect(0, "# 1 of 1 document changed").json()
    assert (done["matched"], done["updated"], done["dry_run"]) == (1, 1, False)
    assert program.run("list", "--collection", "c", "--where", "seen = true").expect(0).out == "rhine\n"
    program.run(*update, '{"year":null}', "rhine", "nobody").expect(0, "# 1 of 1 document changed")
    assert program.run("get", "rhine", "--collection", "c", "--json").expect(0).json()["metadata"] == {"seen": True}
    program.run(*update, '{"only":1}', "rhine", "--replace").expect(0)
    assert program.run("get", "rhine", "--collection", "c", "--json").expect(0).json()["metadata"] == {"only": 1}
    program.run(*update, '{"a":1}', "nobody").expect(1)
    program.run(*update, '[1]', "rhine").expect(2, "must be a JSON object")
    program.run(*update, '{"a":1}').expect(2, "give IDs or --where")
    program.run("verify", "--collection", "c").expect(0)
    index_rows(program).expect(0, "# nothing changed: 4 inputs, 0 embedded")


def samples_and_groups_are_drawn_from_all(program):
    rows = [{"_id": f"r{i}", "text": " ".join(WORDS[(i + k) % len(WORDS)] for k in range(60))} for i in range(8)]
    program.write_rows("rows.jsonl", rows)
    program.run("index", "rows.jsonl", "--collection", "c", "--chunk", "recursive:16t", "--overlap", "0t").expect(0)
    drawn = program.run("list", "--collection", "c", "--sample", "3", "--seed", "7").expect(0).out.split()
    assert len(set(drawn)) == 3 and drawn == program.run("list", "--collection", "c", "--sample", "3", "--seed", "7").expect(0).out.split()
    for row in program.run("list", "--collection", "c", "--sample", "3", "--json").expect(0).rows():
        check_schema(row, "list-row")
    program.run("list", "--collection", "c", "--sample", "3", "--limit", "2").expect(2, "no --limit")
    program.run("list", "--collection", "c", "--seed", "3").expect(2, "--seed is for --sample")
    full = program.run("search", "copper bridge", "--collection", "c", "-k", "1000", "--json").expect(0).json()["hits"]
    found = program.run("search", "copper bridge", "--collection", "c", "-k", "9", "--group", "2", "--json").expect(0).json()["hits"]
    taken, expected = {}, []
    for hit in full:
        taken[hit["document"]] = taken.get(hit["document"], 0) + 1
        if taken[hit["document"]] <= 2:
            expected.append(hit["id"])
    assert [hit["id"] for hit in found] == expected[:9]
    program.run("search", "x", "--collection", "c", "--group", "2", "--best-per-document").expect(2, "--group 1")


def a_collection_migrates_and_a_killed_migration_goes_on(program):
    source = random.Random(3)
    rows = [{"_id": f"r{i:03d}", "text": " ".join(source.choices(WORDS, k=40)), "n": i} for i in range(1000)]
    program.write_rows("rows.jsonl", rows)
    program.run("index", "rows.jsonl", "--collection", "c").expect(0)
    migrate = ["migrate", "--collection", "c", "--model", MODEL, "--max-tokens", "64"]  # another limit is another space
    planned = program.run(*migrate, "--dry-run", "--json").expect(0, "1,000 documents").json()
    check_schema(planned, "migrate")
    assert planned["estimated_chunks"] == 1000 and not planned["switched"] and not (program.folder / "c.migrating").exists()
    process = program.start(*migrate, "--threads", "1", "--progress", "json", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for line in process.stderr:
        if line.startswith(b"{") and json.loads(line).get("acknowledged", 0) > 0:
            break
    process.kill()
    process.communicate()
    space = program.run("stats", "--collection", "c", "--json").expect(0).json()["space"]
    done = program.run(*migrate, "--json").expect(0)
    report = done.json()
    check_schema(report, "migrate")
    if space == planned["from_space"]:  # else it was killed behind the switch
        assert report["switched"] and 0 < report["kept"] <= 1000 and report["embedded"] + report["kept"] == 1000, report
    stats = program.run("stats", "--collection", "c", "--json").expect(0).json()
    assert (stats["space"], stats["documents"]) == (planned["to_space"], 1000)
    assert not (program.folder / "c.migrating").exists()
    program.run("verify", "--collection", "c").expect(0)
    program.run("search", "copper bridge", "--collection", "c", "--where", "n < 10", "-k", "3").expect(0)
    program.run("index", "rows.jsonl", "--collection", "c").expect(0, "# nothing changed: 1,000 inputs, 0 embedded")
    program.run(*migrate).expect(0, "# nothing to do")


def folders_are_mirrored(program):
    for name, text in NOTES.items():
        program.write(name, text)
    program.run("index", "notes", "--collection", "c").expect(0, "3 added")
    hit = program.run("search", "money back", "--collection", "c", "-k", "1", "--json").expect(0).json()["hits"][0]
    assert hit["path"].endswith("billing/refunds.md") and hit["line_start"] >= 1
    assert "password" not in program.run("export", "--collection", "c").expect(0).out, ".gitignore was not honoured"
    (program.folder / "notes/rivers.txt").unlink()
    program.run("index", "notes", "--collection", "c").expect(0, "0 added, 0 updated, 2 unchanged, 1 removed")


def searching_paths_indexes_them_in_the_cache_once(program):
    for name, text in NOTES.items():
        program.write(name, text)
    first = program.run("search", "which river flows through Bern?", "notes", "-k", "1").expect(0, "3 added")
    assert "rivers.txt:" in first.out
    second = program.run("search", "which river flows through Bern?", "notes", "-k", "1").expect(0, "searched in")
    assert second.out == first.out and "added" not in second.err
    program.write("notes/more.txt", "The Limmat flows through Zurich.\n")
    third = program.run("search", "Limmat Zurich", "notes", "-k", "1").expect(0, "1 added, 0 updated, 3 unchanged")
    assert "more.txt:" in third.out
    listed = program.run("cache", "list", "--json").expect(0).json()["entries"]
    assert any(entry["kind"] == "collection" and "notes" in entry["detail"] for entry in listed)
    assert sorted(p.name for p in (program.folder / "notes").iterdir() if p.name.startswith(".")) == [".gitignore"], "the tree was written to"
    assert program.run("cache", "clear", "--json").expect(0).json()["freed_bytes"] > 0
    assert program.run("cache", "--json").expect(0).json()["entries"] == []


def queries_make_a_trec_run(program):
    index_rows(program, "--chunk", "recursive:16t", "--overlap", "4t").expect(0)
    program.write_rows("q.jsonl", [{"id": "other", "_id": "q1", "text": "money back"}, {"id": 2, "text": "Swiss river"}])
    program.run("search", "--collection", "c", "--queries", "q.jsonl", "-k", "3", "--run", "out.trec", "--tag", "test").expect(0, "# 2 queries, 6 hits")
    lines = [line.split(" ") for line in (program.folder / "out.trec").read_text().splitlines()]
    assert len(lines) == 6 and all(len(line) == 6 and line[1] == "Q0" and line[5] == "test" for line in lines)
    assert [(line[0], line[3]) for line in lines] == [(q, str(rank)) for q in ("q1", "2") for rank in (1, 2, 3)]
    assert lines[0][2] == "refund" and lines[3][2] == "rhine"
    for query in ("q1", "2"):
        found = [line[2] for line in lines if line[0] == query]
        scores = [float(line[4]) for line in lines if line[0] == query]
        assert len(set(found)) == 3 and scores == sorted(scores, reverse=True)
    assert program.run("search", "--collection", "c", "--queries", "q.jsonl", "-k", "3", "--tag", "test").expect(0).out == (program.folder / "out.trec").read_text()


def verifying_finds_a_flipped_byte_of_every_file(program):
    index_rows(program).expect(0)
    program.run("delete", "cat", "--collection", "c").expect(0)
    report = program.run("verify", "--collection", "c", "--json").expect(0, "# whole: 3 documents").json()
    check_schema(report, "verify")
    assert report["ok"] and (report["documents"], report["vectors"], report["dead_vectors"]) == (3, 3, 1)
    for path in sorted((program.folder / "c").glob("*.*")):
        if path.name in ("writer.lock", "collection.db-shm") or not path.stat().st_size:
            continue  # nothing is stored there
        whole = path.read_bytes()
        damaged = bytearray(whole)
        damaged[len(whole) // 3] ^= 16
        path.write_bytes(damaged)
        report = program.run("verify", "--collection", "c", "--json").expect(3).json()
        check_schema(report, "verify")
        assert not report["ok"] and any(finding["path"].endswith(path.name) and finding["fix"] for finding in report["findings"])
        program.run("verify", "--collection", "c").expect(3, "found; nothing was changed", in_out="; fix: ")
        findings = program.run("doctor", "--collection", "c", "--full", "--json").expect(1).json()["findings"]
        assert any(finding["status"] == "failed" for finding in findings)
        path.write_bytes(whole)
    program.run("verify", "--collection", "c").expect(0)
    program.run("verify", "--collection", "nothing").expect(3)


def a_backup_is_taken_verified_and_restored(program):
    index_rows(program).expect(0)
    copy = program.run("backup", "b", "--collection", "c", "--json").expect(0, "# backed up 4 documents").json()
    check_schema(copy, "copy")
    assert copy["documents"] == 4 and not (program.folder / "b.part").exists()
    program.run("backup", "b", "--collection", "c").expect(2, "there already")
    program.run("delete", "cat", "--collection", "c").expect(0)
    program.run("restore", "b", "--collection", "c").expect(2, "--force")
    check_schema(program.run("restore", "b", "--collection", "c", "--force", "--json").expect(0, "# restored 4 documents").json(), "copy")
    assert len(program.run("list", "--collection", "c").expect(0).out.split()) == 4
    program.run("restore", "b", "--collection", "d").expect(0)
    assert program.run("export", "--collection", "d").expect(0).out == program.run("export", "--collection", "c").expect(0).out
    program.write("other/file.txt", "not a collection")
    program.run("restore", "b", "--collection", "other", "--force").expect(2, "other things")
    database = program.folder / "b" / "collection.db"
    damaged = bytearray(database.read_bytes())
    damaged[9000] ^= 1
    database.write_bytes(damaged)
    program.run("restore", "b", "--collection", "c", "--force").expect(3, "the backup is damaged")
    program.run("verify", "--collection", "c").expect(0)


def a_backup_beside_a_writer_is_whole(program):
    program.write_rows("many.jsonl", [{"_id": f"d{i:04d}", "text": " ".join(random.choices(WORDS, k=40))} for i in range(600)])
    index_rows(program).expect(0)
    writer = program.start("index", "many.jsonl", "--collection", "c", "--precision", "f32", stderr=subprocess.DEVNULL)
    for number in range(4):
        program.run("backup", f"b{number}", "--collection", "c").expect(0)
        program.run("verify", "--collection", f"b{number}").expect(0)
        program.run("verify", "--collection", "c").expect(0)
    assert writer.wait() == 0
    program.run("verify", "--collection", "c").expect(0, "# whole: 604 documents")


def compacting_gives_room_back(program):
    program.write_rows("many.jsonl", [{"_id": f"d{i:04d}", "text": " ".join(random.choices(WORDS, k=200))} for i in range(60)])
    program.run("index", "many.jsonl", "--collection", "c").expect(0)
    program.run("delete", *[f"d{i:04d}" for i in range(5, 60)], "--collection", "c").expect(0)
    exported = program.run("export", "--collection", "c").expect(0).out
    report = program.run("compact", "--collection", "c", "--json").expect(0, "dead vectors dropped").json()
    check_schema(report, "compact")
    assert report["bytes_after"] < report["bytes_before"] / 2 and report["dead_vectors"] >= 55 and report["segments"] == 1
    assert program.run("export", "--collection", "c").expect(0).out == exported
    program.run("verify", "--collection", "c").expect(0)


def a_collection_has_its_own_doctor(program):
    index_rows(program).expect(0)
    report = program.run("doctor", "--collection", "c", "--json").expect(0).json()
    checks = {finding["check"]: finding for finding in report["findings"]}
    assert set(checks) == {"collection", "writer", "size", "last commit", "dead vectors", "log", "leftovers", "room"}
    assert report["ok"] and "4 documents" in checks["collection"]["detail"] and checks["writer"]["detail"] == "none at work"
    shutil.copy(next((program.folder / "c").glob("tail-*.vec")), program.folder / "c" / "tail-99.vec")
    program.run("doctor", "--collection", "c").expect(0, in_out="tail-99.vec")
    program.run("doctor", "--collection", "c", "--full").expect(0, in_out="whole: 4 documents")
    program.run("index", "corpus.jsonl", "--collection", "c").expect(0, "# recovered: 1 leftover file removed")
    program.run("doctor", "--full").expect(2, "--collection")
    program.run("doctor", "--collection", "nothing").expect(1, in_out="there is no collection")


def vectors_of_another_space_are_refused(program):
    index_rows(program).expect(0)
    other = program.folder / "other-model"
    shutil.copytree(models_folder() / MODEL, other, copy_function=os.symlink)
    prompts = other / "config_sentence_transformers.json"
    prompts.unlink(missing_ok=True)
    prompts.write_text(json.dumps({"prompts": {"query": "query: "}}))
    program.run("search", "x", "--collection", "c", "--model", other).expect(5)
    program.run("index", "corpus.jsonl", "--collection", "c", "--model", other).expect(5)
    error = json.loads(program.run("search", "x", "--collection", "c", "--model", other, "--json").expect(5).err)
    check_schema(error, "error")
    assert error["error"]["code"] == "space_mismatch"
    program.run("search", "x", "--collection", "c", "--model", MODEL).expect(0)


def bad_rows_of_a_corpus_are_named(program):
    program.write("bad.jsonl", '{"_id":"a","text":"fine"}\n{"_id":"b","text":7}\n')
    done = program.run("index", "bad.jsonl", "--collection", "c").expect(0, "1 added, 0 updated, 0 unchanged, 0 removed, 1 skipped")
    assert "bad.jsonl:2: " in done.err, done.err
    program.run("index", "bad.jsonl", "--collection", "c").expect(0, "# nothing changed: 2 inputs, 0 embedded, 1 skipped")


def an_index_of_nothing_but_bad_rows_is_bad_input(program):
    program.write("bad.jsonl", '{"_id":"a"}\n{"_id":"b","text":7}\n')
    done = program.run("index", "bad.jsonl", "--collection", "c", "--json").expect(2, "bad.jsonl:1: ")
    summary = done.json()
    check_schema(summary, "index")
    assert summary["inputs"] == 2 and [each["path"].rsplit("/", 1)[1] for each in summary["skipped"]] == ["bad.jsonl:1", "bad.jsonl:2"]
    program.write("picture.bin", b"\0" * 100)
    program.run("index", "picture.bin", "--collection", "c").expect(2, "1 skipped")


def what_was_done_comes_as_json(program):
    summary = index_rows(program, "--json").expect(0, "4 added").json()
    check_schema(summary, "index")
    assert (summary["inputs"], summary["added"], summary["embedded"], summary["skipped"]) == (4, 4, 4, [])
    deleted = program.run("delete", "cat", "dog", "--collection", "c", "--json").expect(0).json()
    check_schema(deleted, "delete")
    assert (deleted["asked"], deleted["deleted"]) == (2, 1)
    assert program.run("delete", "cat", "--collection", "c", "--json").expect(1).json()["deleted"] == 0


def a_collection_keeps_its_metric(program):
    index_rows(program, "--metric", "l2").expect(0)
    assert program.run("stats", "--collection", "c", "--json").expect(0).json()["metric"] == "l2"
    index_rows(program, "--metric", "l2").expect(0)
    index_rows(program, "--metric", "dot").expect(2, "fix: ")


def a_part_of_a_folder_goes_by_the_rules_of_the_whole(program):
    program.write("rep/.gitignore", "build/\n")
    program.write("rep/sub/build/gen.md", "made by a machine\n")
    program.write("rep/sub/a.md", "written by hand\n")
    program.run("index", "rep", "--collection", "c").expect(0, "1 added")
    program.run("index", "rep/sub", "--collection", "c").expect(0, "# nothing changed: 1 input")
    program.run("index", "rep", "--collection", "c").expect(0, "# nothing changed: 1 input")


def a_hit_in_a_page_shows_the_files_lines(program):
    page = "<html>\n<head>\n<title>Pumps</title>\n<style>\n" + "p {}\n" * 50 + "</style>\n</head>\n<body>\n\n<p>A solar pump\n  lifts water.</p>\n</body></html>\n"
    program.write("site/pumps.html", page)
    program.run("index", "site", "--collection", "c").expect(0, "1 added")
    hit = program.run("search", "pump", "--collection", "c", "--json").expect(0).json()["hits"][0]
    assert hit["text"] == "A solar pump lifts water." and (hit["line_start"], hit["line_end"]) == (59, 60), hit
    assert hit["text"] == program.run("get", "pumps.html", "--collection", "c").expect(0).out[hit["byte_start"]:hit["byte_end"]]
    assert program.run("search", "pump", "--collection", "c").expect(0).out.startswith("site/pumps.html:59-60  "), "relative to here"
    program.write("site/pumps.html", "<!-- one line more -->\n" + page)
    program.run("index", "site", "--collection", "c").expect(0, "1 updated, 0 unchanged, 0 removed · 1 chunk · 0 embedded, 1 reused")
    assert program.run("search", "pump", "--collection", "c").expect(0).out.startswith("site/pumps.html:60-61  ")


def write_corpus(program, documents):
    source = random.Random(7)
    rows = [{"_id": f"d{i:05d}", "text": f"document {i}: " + " ".join(source.choices(WORDS, k=60))} for i in range(documents)]
    return program.write_rows("large.jsonl", rows)


def interrupt_after_acknowledgement(process):
    """Sends SIGINT once something is durable; returns the largest acknowledged count and the other lines."""
    acknowledged, sent, lines = 0, False, []
    for line in process.stderr:
        if not line.startswith(b"{"):
            lines.append(line.decode())
            continue
        acknowledged = max(acknowledged, json.loads(line)["acknowledged"])
        if acknowledged > 0 and not sent:
            process.send_signal(signal.SIGINT)
            sent = True
    assert sent, "the run ended before anything was acknowledged"
    return acknowledged, lines


def an_interrupted_index_keeps_what_was_acknowledged_and_goes_on(program):
    write_corpus(program, 1500)
    flags = ["index", "large.jsonl", "--collection", "c", "--precision", "bf16"]
    process = program.start(*flags, "--progress", "json", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    acknowledged, lines = interrupt_after_acknowledgement(process)
    assert process.wait(timeout=120) == 130, (process.returncode, lines)
    assert any("are stored" in line for line in lines) and any(line.startswith("vicinal: ") for line in lines), lines
    stored = program.run("stats", "--collection", "c", "--json").expect(0).json()["documents"]
    assert acknowledged <= stored < 1500, (acknowledged, stored)
    program.run(*flags).expect(0, f"{stored:,} unchanged")
    assert program.run("stats", "--collection", "c", "--json").expect(0).json()["documents"] == 1500


def an_interrupt_ends_what_only_reads_at_once(program):
    program.write_rows("long.jsonl", [{"_id": "long", "text": "word " * 120_000}])
    program.run("index", "long.jsonl", "--collection", "c", "--chunk", "none", "--precision", "bf16").expect(0, "1 added")
    for command in (["get", "long"], ["search", "word", "--json"], ["export"]):
        with program.start(*command, "--collection", "c", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                assert process.stdout.read(1), "nothing came"  # it has more to say than a pipe holds, and nobody reads
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=30) == 130, (command, process.returncode)
                assert b"stopping" not in process.stderr.read(), command
            finally:
                process.kill()


def a_reader_that_leaves_stops_an_export_quietly(program):
    index_rows(program).expect(0)
    pipe = subprocess.Popen(["sh", "-c", f"'{program.path}' export --collection c | head -1"], env=program.environment, cwd=program.folder,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = pipe.communicate(timeout=60)
    assert out.count(b"\n") == 1 and b"vicinal:" not in err, err


CASES = [rows_come_back_through_every_command, searching_finds_the_passage_and_says_where, words_are_found_as_they_are_written, indexing_again_embeds_nothing,
         deleting_says_how_many_were_there, an_empty_collection_has_nothing_to_find, a_filter_leaves_what_fulfils_it,
         ready_vectors_are_stored_and_found, a_collection_is_filled_in_batches_and_without_words, the_space_of_ready_vectors_goes_by_its_name, metadata_is_updated_without_embedding,
         samples_and_groups_are_drawn_from_all, a_collection_migrates_and_a_killed_migration_goes_on,
         folders_are_mirrored,
         searching_paths_indexes_them_in_the_cache_once, queries_make_a_trec_run, vectors_of_another_space_are_refused,
         bad_rows_of_a_corpus_are_named, an_index_of_nothing_but_bad_rows_is_bad_input, what_was_done_comes_as_json,
         a_collection_keeps_its_metric, a_part_of_a_folder_goes_by_the_rules_of_the_whole, a_hit_in_a_page_shows_the_files_lines,
         an_interrupt_ends_what_only_reads_at_once, an_interrupted_index_keeps_what_was_acknowledged_and_goes_on,
         a_reader_that_leaves_stops_an_export_quietly, verifying_finds_a_flipped_byte_of_every_file,
         a_backup_is_taken_verified_and_restored, a_backup_beside_a_writer_is_whole, compacting_gives_room_back,
         a_collection_has_its_own_doctor]
