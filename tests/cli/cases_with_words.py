"""Cases of how a collection finds words: its analyser, formula and language, a glossary, spelling."""
from program import check_schema

ROWS = [{"_id": "bridge", "text": "The old bridges of the city cross the river Rhine in several places."},
        {"_id": "haus", "text": "Die Häuser am Fluss sind alt.", "lang": "de"},
        {"_id": "api", "text": "The API answers every request with a short message."},
        {"_id": "kidney", "text": "Inflammation of the kidneys is treated with rest and water."}]


def index(program, *flags, collection="c"):
    program.write_rows("rows.jsonl", ROWS)
    return program.run("index", "rows.jsonl", "--collection", collection, *flags)


def found(program, query, collection="c"):
    done = program.run("search", query, "--collection", collection, "--mode", "lexical", "--jsonl")
    return [row["document"] for row in done.rows()]


def a_collection_finds_words_as_it_was_made(program):
    index(program, "--analyzer", "unicode stem=none", "--bm25", "okapi,k1=0.9", "--lang", "en").expect(0)
    stats = program.run("stats", "--collection", "c", "--json").expect(0).json()
    check_schema(stats, "stats")
    assert stats["analyzer"] == "unicode fold parts stem=none stop=none segment=bigrams"
    assert (stats["bm25"], stats["language"], stats["glossary"], stats["glossary_rules"]) == ("okapi,k1=0.9,b=0.75", "en", "", 0)
    assert found(program, "bridge") == [] and found(program, "bridges") == ["bridge"]
    program.run("stats", "--collection", "c").expect(0, in_out="bm25        okapi,k1=0.9,b=0.75")


def another_analyser_indexes_words_anew_and_embeds_nothing(program):
    index(program).expect(0)
    assert found(program, "bridge") == ["bridge"] and found(program, "Haus") == ["haus"]
    index(program, "--analyzer", "unicode stem=none").expect(0, "the words of all texts are indexed anew")
    assert found(program, "bridge") == []
    done = index(program, "--analyzer", "unicode", "--bm25", "atire").expect(0, "4 inputs, 0 embedded")
    assert "indexed anew" in done.err and found(program, "bridge") == ["bridge"]
    assert "indexed anew" not in index(program, "--bm25", "lucene").expect(0).err
    program.run("verify", "--collection", "c").expect(0)


def what_cannot_be_read_says_what_was_meant(program):
    index(program, "--analyzer", "unicode stem=german").expect(2, "fix: did you mean stem=de?")
    index(program, "--analyzer", "unicode nofolds").expect(2, "fix: did you mean nofold?")
    index(program, "--bm25", "lucen").expect(2, "fix: did you mean lucene?")
    index(program, "--bm25", "lucene,b=2").expect(2, "b is 0 to 1")
    index(program, "--lang", "English").expect(2, "a language is given by its code")
    program.write("g.txt", "# fine\nalone\n")
    index(program, "--glossary", "g.txt").expect(2, "line=2")
    assert not (program.folder / "c" / "collection.db").exists()


def a_glossary_is_part_of_the_space(program):
    program.write("g.txt", "# what we say\nAPI => application programming interface\ncity, metropolis\n")
    index(program, "--glossary", "g.txt").expect(0)
    index(program, collection="plain").expect(0)
    assert found(program, '"application programming interface"') == ["api"] and found(program, "metropolis") == ["bridge"]
    assert found(program, "metropolis", "plain") == []
    score = {}
    for collection in ["c", "plain"]:
        dense = program.run("search", "application programming interface", "--collection", collection, "--mode", "dense", "--jsonl").expect(0).rows()
        score[collection] = next(row["score"] for row in dense if row["document"] == "api")
    assert score["c"] > score["plain"] + 0.1, score
    hit = program.run("search", "metropolis", "--collection", "c", "--mode", "lexical", "--jsonl").rows()[0]
    assert hit["text"] == ROWS[0]["text"]
    stats = program.run("stats", "--collection", "c", "--json").expect(0).json()
    assert stats["glossary_rules"] == 3 and len(stats["glossary"]) == 64
    program.write("same.txt", "API =>  application programming interface\ncity,metropolis\n")
    index(program, "--glossary", "same.txt").expect(0, "0 embedded")
    program.write("other.txt", "API => interface\n")
    index(program, "--glossary", "other.txt").expect(5, "another glossary")
    index(program, "--glossary", "g.txt", collection="plain").expect(5, "without a glossary")


def a_misspelt_word_is_asked_about_and_nothing_else_is_searched(program):
    index(program).expect(0)
    done = program.run("search", "inflamation of the kidnyes", "--collection", "c", "--json").expect(0)
    check_schema(done.json(), "search")
    assert done.json()["suggestion"] == "inflammation of the kidneys"
    assert "# did you mean: inflammation of the kidneys" in done.err
    done = program.run("search", "the river", "--collection", "c", "--json").expect(0)
    assert "suggestion" not in done.json() and "did you mean" not in done.err


CASES = [a_collection_finds_words_as_it_was_made, another_analyser_indexes_words_anew_and_embeds_nothing,
         what_cannot_be_read_says_what_was_meant, a_glossary_is_part_of_the_space,
         a_misspelt_word_is_asked_about_and_nothing_else_is_searched]
