"""Cases of vicinal search as a tool: plans, near-duplicates, context, the editor, fitted fusion, odd queries."""
import json
import os
import pty
import unicodedata

from program import MODEL, check_schema, models_folder

# Answers that share no word with the question, and one that shares its words and says the opposite (features.md H0).
QUESTION = "my payment didn't go through"
ANSWERS = {"failed": "transaction failed", "declined": "charge was declined", "billing": "billing error"}
TICKETS = {**ANSWERS, "on-time": "my payment arrived on time", "login": "I cannot log in since I changed my password.",
           "colour": "Is the sofa available in dark green?", "delivery": "The parcel was left with a neighbour.",
           "size": "These shoes are one size too small.", "app": "The app crashes when I open the camera.", "hours": "What are your opening hours on Sunday?"}


def index(program, rows, *flags, model=MODEL):
    program.write_rows("rows.jsonl", [{"_id": name, "text": text} for name, text in rows.items()])
    program.run("index", "rows.jsonl", "--collection", "c", "--model", model, *flags).expect(0)


def search(program, *arguments):
    result = program.run("search", *arguments, "--collection", "c", "--json").expect(0).json()
    check_schema(result, "search")
    return result


def documents(result):
    return [hit["document"] for hit in result["hits"]]


def answers_without_the_questions_words_are_found(program):
    """The default model knows what the question is about, and not that "arrived on time" is the opposite: docs/fusion.md."""
    index(program, TICKETS)
    assert set(ANSWERS) < set(documents(search(program, QUESTION, "--mode", "dense"))[:4])
    assert set(ANSWERS) < set(documents(search(program, QUESTION))[:5]), "of so few, one that shares the word my comes between"


def the_opposite_ranks_below_the_answers(program):
    model = "e5-small-v2"
    if not (models_folder() / model / "config.json").exists():
        return f"{model} is not installed"
    index(program, TICKETS, model=model)
    found = documents(search(program, QUESTION, "--mode", "dense"))
    assert set(found[:3]) == set(ANSWERS) and found[3] == "on-time", found


def flags_and_a_plan_are_the_same_search(program):
    index(program, TICKETS)
    flags = ["--alpha", "0.4", "--fusion", "rrf", "--group", "1", "--fold", "0.9", "--diverse", "0.5", "-k", "4", "--where", "id != 'app'"]
    by_flags = search(program, "payment trouble", *flags, "--explain")
    plan = by_flags["plan"]
    check_schema(plan, "plan")
    assert plan == {"schema": 1, "arms": [{"kind": "dense"}, {"kind": "lexical"}], "fuse": {"kind": "rrf", "alpha": 0.4, "k": 60},
                    "filter": "id != 'app'", "fold_duplicates": {"threshold": 0.9}, "diversity": {"lambda": 0.5},
                    "group": {"by": "document", "passages": 1}, "limit": 4}
    program.write("plan.json", json.dumps(plan))
    by_plan = search(program, "payment trouble", "--plan", "plan.json", "--explain")
    assert by_plan["hits"] == by_flags["hits"] and by_plan["plan"] == plan and len(by_plan["hits"]) == 4
    assert "plan" not in search(program, "payment trouble", "--plan", "plan.json")
    changed = search(program, "payment trouble", "--plan", "plan.json", "-k", "2", "--mode", "lexical", "--group", "0", "--explain")["plan"]
    assert (changed["limit"], changed["arms"]) == (2, [{"kind": "lexical"}]) and "group" not in changed and "fuse" not in changed
    told = program.run("search", "payment trouble", "--collection", "c", "--plan", "plan.json", "--explain")
    told.expect(0, "# plan: dense + lexical → rrf, alpha 0.4, k 60 → where id != 'app' → fold from cosine 0.9 → diversify, lambda 0.5 → "
                   "at most 1 of a document → best 4, of 9 chunks of 9 documents")
    assert "meaning: rank" in told.out and "words: " in told.out


def a_bad_plan_is_refused_in_one_line(program):
    index(program, {"a": "The river flows."})
    for plan, says in (('{"limits":3}', 'fix: did you mean "limit"?'), ('{"fuse":{"kind":"weigthed"}}', 'fix: did you mean "weighted"?'),
                       ('{"arms":[{"kind":"dense"}],"fuse":{"alpha":0.5}}', "nothing to fuse it with"), ("{", "the plan cannot be read"),
                       ('{"arms":[{"kind":"dense","k1":1}]}', "at=arms[0].k1"), ('{"arms":[{"kind":"dense","metric":"l3"}]}', "l3"),
                       ('{"fuse":{"k":60}}', "k is of the fusion rrf"), ('{"diversity":{"candidates":5}}', "at=diversity.candidates"),
                       ('{"schema":0}', "at=schema")):
        program.write("plan.json", plan)
        lines = program.run("search", "x", "--collection", "c", "--plan", "plan.json").expect(2, says).err.splitlines()
        assert len(lines) <= 2 and "plan.json" in lines[0], lines
    program.run("search", "x", "--collection", "c", "--plan", "none.json").expect(3, "none.json")
    program.write("plan.json", '{"schema":2,"rerank":{}}')
    program.run("search", "x", "--collection", "c", "--plan", "plan.json").expect(3, "newer schema")
    program.write("plan.json", '{"arms":[{"kind":"lexical"}]}')
    for flags, says in ((["--alpha", "0.2"], "--mode hybrid"), (["--metric", "l2"], "--metric compares vectors")):
        program.run("search", "x", "--collection", "c", "--plan", "plan.json", *flags).expect(2, says)
    for flags, says in ((["--fold", "1.5"], "at=fold_duplicates.threshold"), (["--diverse", "2"], "at=diversity.lambda"),
                        (["--best-per-document", "--group", "2"], "--group 1")):
        program.run("search", "x", "--collection", "c", *flags).expect(2, says)


def what_says_the_same_is_folded(program):
    copies = {f"copy{i}": "The solar pump lifts water from the well." for i in range(30)}
    others = {"wind": "A wind pump lifts water from a deep well.", "rain": "Rain water is kept in a tank.", "cat": "The cat sat on the mat."}
    index(program, {**copies, **others})
    result = search(program, "solar pump water", "--fold", "-k", "4")
    assert documents(result)[0] == "copy0" and sorted(documents(result)[1:]) == ["cat", "rain", "wind"], documents(result)
    assert len(result["hits"][0]["folded"]) == 29 and "copy29#0" in result["hits"][0]["folded"]
    assert all(hit["folded"] == [] for hit in result["hits"][1:])
    text = program.run("search", "solar pump water", "--collection", "c", "--fold", "--mode", "lexical", "-k", "2").expect(0).out
    assert text.count("    and 29 like it\n") == 1, text
    plain = search(program, "solar pump water", "-k", "4")
    assert all(name.startswith("copy") for name in documents(plain))


def hits_need_not_repeat_each_other(program):
    index(program, {"a": "Solar pumps lift water from wells.", "b": "Solar pumps lift water out of wells.", "c": "Solar pumps lift water up from a well.",
                    "d": "The price of a solar pump depends on its depth.", "e": "Bread needs an oven."})
    plain = documents(search(program, "solar pumps lift water", "-k", "3"))
    assert sorted(plain) == ["a", "b", "c"], plain
    diverse = documents(search(program, "solar pumps lift water", "--diverse", "0.3", "-k", "3"))
    assert diverse[0] == plain[0] and ("d" in diverse or "e" in diverse), diverse
    assert documents(search(program, "solar pumps lift water", "--diverse", "1", "-k", "3")) == plain


NOTES = "# Refunds\n\nIntro.\n\n## Timelines\n\nYou get your money back within thirty days.\nAfter that a credit note is issued.\n\n## Other\n\nNothing here.\n"
PAGE = "<html><title>Pumps</title>\n<h1>Pumps</h1>\n<h2>Solar</h2>\n<p>A solar pump lifts water from a well.</p>\n<h2>Wind</h2>\n<p>Windmills.</p></html>\n"


def hits_show_where_they_stand(program):
    program.write("notes/refunds.md", NOTES)
    program.write("notes/pumps.html", PAGE)
    program.write("notes/plain.txt", "The cat sat.\nOn the mat.\n")
    program.run("index", "notes", "--collection", "c", "--chunk", "recursive:24t", "--overlap", "0t", "--model", MODEL).expect(0)
    hit = search(program, "money back within thirty days", "-k", "1", "-C", "1")["hits"][0]
    assert hit["headings"] == ["Refunds", "Timelines"], hit
    around = hit["before"] + hit["text"] + hit["after"]
    assert around in NOTES and (around + "\n") in NOTES and around.count("\n") >= hit["text"].count("\n") + 1
    text = program.run("search", "money back within thirty days", "--collection", "c", "-k", "1", "-C", "1").expect(0).out
    assert text.startswith("notes/refunds.md:") and "  Refunds › Timelines\n" in text
    assert "\n  7: You get your money back within thirty days.\n" in text, text
    page = search(program, "solar pump lifts water", "-k", "1")["hits"][0]
    assert page["headings"] == ["Pumps", "Solar"], page
    assert "before" not in page
    program.write("notes/pumps.html", "<p>something else</p>")
    assert search(program, "solar pump lifts water", "-k", "1")["hits"][0]["headings"] == [], "of a file that changed since, nothing is said"
    assert search(program, "cat mat", "-k", "1")["hits"][0]["headings"] == []


def a_score_is_told_against_random_pairs(program):
    index(program, {f"d{i}": f"The {word} number {i} stands on a hill near the {other}." for i, (word, other) in enumerate(
        (a, b) for a in ("river", "mountain", "ledger", "engine", "harbour") for b in ("copper", "signal", "winter", "garden"))})
    result = search(program, "engine in the garden")
    shares = [hit["percentile"] for hit in result["hits"]]
    scores = [hit["arms"][0]["score"] for hit in result["hits"]]
    assert all(0 <= share <= 100 for share in shares) and sorted(shares) == [share for _, share in sorted(zip(scores, shares))]
    assert "percentile" not in search(program, "engine in the garden", "--mode", "lexical")["hits"][0]
    text = program.run("search", "engine in the garden", "--collection", "c", "--explain").expect(0).out
    assert " % of random pairs" in text


def a_hit_opens_in_the_editor(program):
    program.write("notes/refunds.md", NOTES)
    program.run("index", "notes", "--collection", "c", "--chunk", "recursive:24t", "--overlap", "0t", "--model", MODEL).expect(0)
    program.write("bin/vim", '#!/bin/sh\nprintf "%s\\n" "$@" > "$OPENED"\n')
    os.chmod(program.folder / "bin/vim", 0o755)
    opened = program.folder / "opened"
    ask = ["search", "money back within thirty days", "--collection", "c"]
    editor = {"EDITOR": f"{program.folder}/bin/vim -n", "VISUAL": "", "OPENED": str(opened)}
    lines = [hit["line_start"] + hit["text"][:hit.get("sentence", {"byte_start": 0})["byte_start"]].count("\n")
             for hit in program.run(*ask, "--jsonl").expect(0).rows()]
    assert program.run(*ask, "--open", env=editor).expect(0).out.startswith("notes/refunds.md:")
    assert opened.read_text().splitlines() == ["-n", f"+{lines[0]}", str(program.folder / "notes/refunds.md")]
    program.run(*ask, "--open", "2", env=editor).expect(0)
    assert f"+{lines[1]}" in opened.read_text()
    program.run(*ask, "--open", env={**editor, "VISUAL": "false"}).expect(3, "the editor did not end well")
    program.run(*ask, "--open", "99", env=editor).expect(2, "there is no such hit")
    program.run(*ask, "--open", "0", env=editor).expect(2, "hits are counted from 1")
    program.run(*ask, "--open", "--json", env=editor).expect(2, "--open is for one QUERY")
    program.run(*ask, "--open", env={"EDITOR": "", "VISUAL": ""}).expect(2, "neither $VISUAL nor $EDITOR is set")
    index(program, TICKETS)
    program.run("search", "sofa colour", "--collection", "c", "--mode", "lexical", "--where", "id = 'colour'", "--open", env=editor).expect(2, "no file to open")


def fusion_is_fitted_on_judged_questions(program):
    index(program, TICKETS)
    asked = {"q1": ("payment not accepted", "declined"), "q2": ("couch green", "colour"), "q3": ("forgot how to sign in", "login"),
             "q4": ("package next door", "delivery"), "q5": ("when do you open", "hours"), "q6": ("camera bug", "app")}
    program.write_rows("queries.jsonl", [{"_id": name, "text": text} for name, (text, _) in asked.items()] + [{"_id": "q7", "text": "unjudged"}])
    program.write("qrels.tsv", "query-id\tcorpus-id\tscore\n" + "".join(f"{name}\t{good}\t1\n" for name, (_, good) in asked.items()) + "q1\tgone\t1\n")
    judged = ["fit", "--collection", "c", "--queries", "queries.jsonl", "--qrels", "qrels.tsv"]
    report = program.run(*judged, "--json", "--plan-out", "plan.json").expect(0, "# 6 judged questions · 1 without a good document left out").json()
    check_schema(report, "fit")
    assert (report["questions"], report["unjudged"], report["unknown_documents"]) == (6, 1, 1)
    assert report["gain_low"] <= report["gain"] <= report["gain_high"] and report["distinguishable"] == (report["gain_low"] > 0)
    plan = json.loads((program.folder / "plan.json").read_text())
    assert plan == report["recommended"] and plan == (report["best"] if report["distinguishable"] else plan)
    assert documents(search(program, "couch green", "--plan", "plan.json"))[0] == "colour"
    text = program.run(*judged).expect(0, "# 1 good document is not in the collection").out
    assert text.startswith("nDCG@10\nwords ") and "95 % interval" in text, text
    program.write("few.tsv", "q1 0 declined 1\n")
    program.run(*judged[:-1], "few.tsv").expect(2, "too few judged queries")
    program.write("bad.tsv", "q1 0 declined 1\nq1 declined\n")
    program.run(*judged[:-1], "bad.tsv").expect(2, "line=2")
    program.write("one.json", '{"arms":[{"kind":"dense"}]}')
    program.run(*judged, "--plan", "one.json").expect(2, "a plan of one arm")


def odd_queries_get_an_answer_or_a_clear_line(program):
    index(program, TICKETS)
    odd = ["the of and to a in", "?!… ,;:--", '"payment arrived', '""""', "'", "+ - +", "-payment", "+-+payment", "(((((", "title:", "*", "~", "payment~99 *ment",
           "платёж payment 支払い การชำระเงิน תשלום", "\U0001F4B3\U0001F6AB\U0001F469\u200D\U0001F469\u200D\U0001F466", "e\u0301" * 500, "\u202Epayment\u202C", "a" * 100_000,
           "payment " * 12_000, "\t\n", " "]
    for query in odd:
        for mode in ("hybrid", "lexical", "dense"):
            done = program.run("search", query, "--collection", "c", "--mode", mode)
            assert done.code in (0, 1, 2), (query[:40], mode, done.code, done.err)
            assert done.code != 2 or done.err.startswith("vicinal: "), (query[:40], mode, done.err)
            assert done.code != 1 or done.out == "", (query[:40], mode)
    for mode in ("hybrid", "lexical", "dense"):
        program.run("search", "pay\udcffment \udcc3(", "--collection", "c", "--mode", mode).expect(2, "the query is not valid UTF-8")
    program.run("search", " \t", "--collection", "c").expect(2, "the query is blank")
    long = [{"_id": "words", "text": "my payment did not go through " * 33_334}, {"_id": "word", "text": "x" * 1_000_000},
            {"_id": "quotes", "text": '"a ' * 333_334}, {"_id": "signs", "text": "+-~*" * 250_000}, {"_id": "prefixes", "text": "a* b~ " * 166_667},
            {"_id": "han", "text": "支払" * 500_000}, {"_id": "emoji", "text": "\U0001F4B3" * 1_000_000}, {"_id": "nul", "text": "pay\0ment\0"}]
    program.write_rows("long.jsonl", long)
    for mode in ("hybrid", "lexical", "dense"):
        run = program.run("search", "--collection", "c", "--queries", "long.jsonl", "--mode", mode).expect(0).out
        assert mode == "lexical" or {line.split()[0] for line in run.splitlines()} == {row["_id"] for row in long}, mode
    program.write("invalid.jsonl", b'{"_id":"q","text":"pay\xff"}\n')
    program.run("search", "--collection", "c", "--queries", "invalid.jsonl").expect(2, "line=1")


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def a_terminal_gets_lines_of_its_width(program):
    program.write("notes/long.md", "# A rather long heading about pumps\n\n## Another one about their maintenance\n\n" + "A solar pump lifts water from a deep well. " * 12 + "\n")
    program.run("index", "notes", "--collection", "c", "--model", MODEL).expect(0)
    for flags in ([], ["-C", "2"], ["--explain"]):
        master, slave = pty.openpty()
        process = program.start("search", "solar pump", "--collection", "c", "-q", *flags, stdout=slave, stderr=slave, env={"NO_COLOR": "1"})
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:  # the other end is closed
            pass
        os.close(master)
        assert process.wait(60) == 0
        lines = shown.decode("utf-8").split("\r\n")
        assert len(lines) > 3 and all(width(line) <= 80 for line in lines if "random pairs" not in line), lines


CASES = [answers_without_the_questions_words_are_found, the_opposite_ranks_below_the_answers, flags_and_a_plan_are_the_same_search, a_bad_plan_is_refused_in_one_line, what_says_the_same_is_folded,
         hits_need_not_repeat_each_other, hits_show_where_they_stand, a_score_is_told_against_random_pairs, a_hit_opens_in_the_editor,
         fusion_is_fitted_on_judged_questions, odd_queries_get_an_answer_or_a_clear_line, a_terminal_gets_lines_of_its_width]
