"""Cases that run the real default model: vectors, passages, streams of texts."""
import json
import os
import pathlib
import pty
import signal
import struct
import subprocess

from program import MODEL, check_schema, cosine, models_folder

CONVERTED = ("bge-small-en-v1.5", "e5-small-v2")  # models that come as ONNX exports
SENTENCES = ["The cat sat on the mat.", "A kitten rests on a rug.", "Interest rates rose again in March."]


def read_npy(path):
    bytes_read = path.read_bytes()
    assert bytes_read[:8] == b"\x93NUMPY\x01\x00", "no NumPy file"
    length = struct.unpack("<H", bytes_read[8:10])[0]
    header = eval(bytes_read[10:10 + length].decode("latin-1"))  # the format is a Python literal; the file is our own
    assert header["descr"] == "<f4" and header["fortran_order"] is False and (10 + length) % 64 == 0
    rows, cols = header["shape"]
    values = struct.unpack(f"<{rows * cols}f", bytes_read[10 + length:])
    return [list(values[i * cols:(i + 1) * cols]) for i in range(rows)]


def as_float32(values):
    return list(struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *values)))


def embedding_gives_unit_vectors_in_input_order(program):
    rows = program.run("embed", *SENTENCES).expect(0, "# 3 texts · 384 dimensions").rows()
    for row in rows:
        check_schema(row, "embed-row")
        assert len(row["embedding"]) == 384 and abs(sum(x * x for x in row["embedding"]) - 1) < 1e-5
    assert [row["id"] for row in rows] == [0, 1, 2]
    first, second, third = (row["embedding"] for row in rows)
    assert cosine(first, second) > 0.4 > cosine(first, third), "a cat is nearer to a kitten than to a rate"


def ids_are_kept_and_npy_holds_the_same_numbers_as_jsonl(program):
    program.write_rows("rows.jsonl", [{"id": "a", "text": SENTENCES[0]}, {"_id": 7, "text": SENTENCES[1]}, {"text": SENTENCES[2]}])
    rows = program.run("embed", "--input", "rows.jsonl", "--precision", "bf16").expect(0).rows()
    assert [row["id"] for row in rows] == ["a", 7, 2]
    program.run("embed", "--input", "rows.jsonl", "--precision", "bf16", "--output", "rows.npy").expect(0)
    assert read_npy(program.folder / "rows.npy") == [as_float32(row["embedding"]) for row in rows]
    program.run("embed", "--input", "rows.jsonl", "--precision", "bf16", "--output", "out.jsonl").expect(0)
    assert [json.loads(line) for line in (program.folder / "out.jsonl").read_text().splitlines()] == rows


def standard_input_is_read(program):
    lines = "\n".join(SENTENCES).encode()
    expected = program.run("embed", *SENTENCES).expect(0).out
    assert program.run("embed", "--input", "-", stdin=lines).expect(0).out == expected
    assert program.run("embed", stdin=lines).expect(0).out == expected
    assert program.run("embed", "--as", "query", stdin=lines).expect(0).out == expected, "this model has no prompts"


def empty_texts_are_refused_with_their_row(program):
    assert program.run("embed", "fine", "").expect(2, "(row=1)").err.endswith("fix: leave out TEXT that is empty or blank\n")
    done = program.run("embed", stdin=b"fine\n\nfine\n").expect(2, "(row=1, path=standard input, line=2)")
    assert "fix: remove lines whose text is empty" in done.err
    program.write("rows.jsonl", '{"text":"fine"}\n\n{"text":" "}\n')
    program.run("embed", "--input", "rows.jsonl").expect(2, "(row=1, path=rows.jsonl, line=3)")
    program.write("many.txt", "a\n" * 4500 + " \n")
    done = program.run("embed", "--input", "many.txt", "--output", "many.npy", "--precision", "int8").expect(2, "row=4500, path=many.txt, line=4501")
    assert "vicinal: " in done.err
    assert not list(program.folder.glob("many.npy*")), "a matrix that is not whole must not stay"


def bad_rows_are_refused_with_their_line(program):
    program.write("bad.jsonl", '{"text":"fine"}\n{"text":7}\n')
    program.run("embed", "--input", "bad.jsonl").expect(2, "line=2")
    program.run("tokenize", "--input", "bad.jsonl", "--json").expect(2, '"line":"2"')
    program.write("bad.txt", b"fine\nab\xff\n")
    program.run("embed", "--input", "bad.txt").expect(2, "byte=2")
    program.run("embed", b"ab\xff".decode("utf-8", "surrogateescape")).expect(2, "UTF-8")


def no_cut_is_silent(program):
    program.write("long.txt", "short\n" + "word " * 400 + "\n")
    program.run("embed", "--input", "long.txt").expect(0, "# 1 text was cut at 256 tokens (row 1); --on-long error refuses them")
    program.run("embed", "--input", "long.txt", "--on-long", "error").expect(2, "row=1")
    done = program.run("embed", "--input", "long.txt", "--max-tokens", "512").expect(0)
    assert "cut" not in done.err


def tokens_are_those_of_the_model(program):
    done = program.run("tokenize", "Hello, world", "", "--model", MODEL, "--json").expect(0)
    assert done.rows() == [[101, 7592, 1010, 2088, 102], [101, 102]]
    for ids in done.rows():
        check_schema(ids, "token-ids")
    assert program.run("tokenize", "Hello, world", "--json", "--max-tokens", "3").expect(0).json() == [101, 7592, 102]
    assert len(program.run("tokenize", "word " * 600, "--json").expect(0).json()) == 602, "nothing is cut without --max-tokens"
    program.run("tokenize", "Hello").expect(0, in_out="7592  0-5  Hello")


def packed_weights_are_kept_listed_and_cleared(program):
    def packed():
        entries = program.run("cache", "--json").expect(0).json()["entries"]
        return [entry for entry in entries if entry["kind"] == "packed weights"]

    first = program.run("embed", "a river", "--precision", "int8").expect(0).out
    assert [entry["path"].endswith("-int8") and entry["bytes"] > 10**7 for entry in packed()] == [True]
    assert program.run("embed", "a river", "--precision", "int8").expect(0).out == first
    kept = pathlib.Path(packed()[0]["path"])
    level = program.run("cpu", "--json").expect(0).json()["level"]
    assert packed()[0]["detail"] == f"{kept.name[:16]}, {level}, int8" and packed()[0]["detail"] in program.run("cache").expect(0).out
    kept.write_bytes(kept.read_bytes()[:-1000])
    assert program.run("embed", "a river", "--precision", "int8").expect(0).out == first
    assert kept.stat().st_size == packed()[0]["bytes"] > 10**7, "a file that is cut short is replaced"
    assert program.run("cache", "clear", "--json").expect(0).json()["freed_bytes"] > 10**7
    assert packed() == []


def similarity_of_a_text_with_itself_is_one(program):
    assert abs(float(program.run("sim", "a cat", "a cat").expect(0).out) - 1) < 1e-5
    assert abs(float(program.run("sim", "a cat", "a cat", "--metric", "l2").expect(0).out)) < 1e-5
    result = program.run("sim", *SENTENCES[:2], "--metric", "dot", "--json").expect(0).json()
    assert result["metric"] == "dot" and 0.3 < result["value"] < 1
    program.run("sim", "a", "b", "--metric", "hamming").expect(2, "cosine")


def chunks_are_slices_of_their_file(program):
    text = "".join(f"# Part {i}\n\n" + f"Sentence {i} about rivers and bridges. " * 30 + "\n\n" for i in range(6))
    program.write("parts.md", text)
    rows = program.run("chunk", "parts.md", "--chunk", "recursive:64t", "--overlap", "8t", "--model", MODEL, "--json").expect(0).rows()
    assert len(rows) > 6
    source = text.encode()
    for row in rows:
        check_schema(row, "chunk-row")
        assert row["text"].encode() == source[row["byte_start"]:row["byte_end"]] and 0 < row["tokens"] <= 64
        assert row["line_start"] == source[:row["byte_start"]].count(b"\n") + 1
    program.run("chunk", "parts.md").expect(0, in_out="parts.md:1-")
    program.run("chunk", "not-there.md", "--json").expect(3, "not-there.md")


def progress_is_one_json_line_a_second_on_request_only(program):
    program.write("many.txt", "".join(f"line {i} of many about some subject\n" for i in range(64)))
    quiet = program.run("embed", "--input", "many.txt", "--output", "o.npy").expect(0)
    assert "\r" not in quiet.err and all(line.startswith("# ") for line in quiet.err.splitlines()), "no progress without a terminal"
    done = program.run("embed", "--input", "many.txt", "--output", "o.npy", "--progress", "json").expect(0)
    rows = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert rows, "no progress was reported"
    for row in rows:
        check_schema(row, "progress")
    assert rows[-1]["done"] == 64
    assert program.run("embed", "x", "--quiet").expect(0).err == ""


def a_terminal_gets_a_progress_line_that_goes_away(program):
    program.write("many.txt", "".join(f"line {i} of many about some subject\n" for i in range(64)))
    ours, theirs = pty.openpty()
    process = program.start("embed", "--input", "many.txt", "--output", "o.npy", stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"\r\x1b[K" in shown and b"# 64 texts" in shown, shown


def a_reader_that_leaves_stops_embedding_quietly(program):
    program.write("many.txt", "".join(f"line {i % 50}\n" for i in range(9000)))
    pipe = subprocess.Popen(["sh", "-c", f"'{program.path}' embed --input many.txt | head -c 10"], env=program.environment,
                            cwd=program.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = pipe.communicate(timeout=120)
    assert out == b'{"id":0,"e' and err == b"", (out, err)


def the_doctor_finds_a_healthy_machine(program):
    result = program.run("doctor", "--json").expect(0).json()
    assert result["ok"] is True and result["findings"]
    program.run("doctor", "--model", "all-MiniLM-L7-v2").expect(1, in_out="fix: closest names: ")
    shown = program.run("doctor", "--model", "nope").expect(1, in_out="config.json (model=nope)\n").out
    assert "fix: vicinal models lists names" in shown and "suggestions" not in shown and "not_found" not in shown


def an_installed_folder_that_the_catalogue_does_not_know_is_listed(program):
    env = {"VICINAL_MODELS": str(program.folder / "models")}
    program.run("pull", "my-model", "--from", str(models_folder() / MODEL), env=env).expect(0)
    (program.folder / "models" / "broken").mkdir()
    program.write("models/broken/config.json", "{}")
    listed = program.run("models", "--json", env=env).expect(0).json()["models"]
    broken, mine = listed[-2:]
    assert (broken["id"], broken["runnable"], broken["dimensions"]) == ("broken", False, 0)
    assert (mine["id"], mine["runnable"], mine["dimensions"], mine["architecture"]) == ("my-model", True, 384, "bert")
    assert mine["path"] == str(program.folder / "models" / "my-model")
    shown = program.run("models", env=env).expect(0).out
    assert any(line.startswith("my-model ") and " installed" in line for line in shown.splitlines())


def the_bench_measures(program):
    report = program.run("bench", "encode", "--precision", "int8,bf16", "--threads", "1", "--lengths", "query,16", "--repeats", "1",
                         "--control", "--json").expect(0).json()
    check_schema(report, "bench")
    assert [(row["length"], row["precision"], row["control"]) for row in report["rows"]] == [
        (length, precision, control) for length in ("query", "16")
        for precision, control in (("int8", False), ("bf16", False), ("int8", True))]
    for row in report["rows"]:
        assert row["tokens_per_cpu_second_median"] > 0 and row["threads"] == 1 and row["min_cosine"] > 0.99
    program.run("bench", "encode", "--precision", "f8").expect(2, "f32, bf16 and int8")
    program.run("bench", "encode", "--threads", "1,x").expect(2, "1,2")
    program.run("bench", "encode", "--lengths", "many").expect(2, "mixed")


def a_pipe_that_trickles_is_answered_before_it_ends(program):
    process = program.start("embed", "--input", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        for number, text in enumerate(SENTENCES):
            process.stdin.write(text.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number, "the answer comes while the pipe is open"
        process.stdin.close()
        assert process.stdout.read() == b"" and process.wait(timeout=60) == 0
    finally:
        process.kill()


def an_interrupt_ends_the_wait_for_a_pipe(program):
    process = program.start("embed", "--input", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(b"a river\n")
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130


def peak_memory_mib(program, *arguments):
    """Of the program's own process, and what it printed on standard error."""
    process = program.start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    shown = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, shown
    return usage.ru_maxrss / 1024


def a_long_stream_takes_no_more_memory_than_a_short_one(program):
    program.write("many.txt", "".join(f"{i} rivers\n" for i in range(20000)))
    program.write("few.txt", "".join(f"{i} rivers\n" for i in range(4000)))
    few = peak_memory_mib(program, "embed", "--input", "few.txt", "--output", "few.jsonl", "--precision", "int8")
    many = peak_memory_mib(program, "embed", "--input", "many.txt", "--output", "many.jsonl", "--precision", "int8")
    assert many < few + 16, f"{few} MiB for 4,000 texts, {many} MiB for 20,000"
    bounded = peak_memory_mib(program, "embed", "--input", "many.txt", "--output", "bounded.jsonl", "--precision", "int8", "--max-memory", "112M")
    assert bounded < 112
    assert (program.folder / "bounded.jsonl").read_bytes() == (program.folder / "many.jsonl").read_bytes(), "vectors are the same"
    rows = (program.folder / "many.jsonl").read_text().splitlines()
    assert len(rows) == 20000 and json.loads(rows[-1])["id"] == 19999


def too_little_memory_is_refused_with_the_least(program):
    done = program.run("embed", "x", "--max-memory", "20M").expect(2, "more memory than the limit allows")
    fix = done.err[done.err.index("fix: ") + 5:].split()
    assert fix[0] == "--max-memory"
    program.run("embed", "x", *fix).expect(0)
    program.run("embed", "x", "--max-memory", "much").expect(2, "512M")


def a_matrix_needs_a_regular_file(program):
    os.mkfifo(program.folder / "pipe.npy")
    keeper = os.open(program.folder / "pipe.npy", os.O_RDWR)
    try:
        program.run("embed", "x", "--output", "pipe.npy").expect(2, "regular file")
    finally:
        os.close(keeper)


def the_default_precision_is_what_vicinal_cpu_says(program):
    for level in program.run("cpu", "--json").expect(0).json()["available"]:
        env = {"VICINAL_CPU": level}
        cpu = program.run("cpu", "--json", env=env).expect(0).json()
        assert cpu["default_precision"] == ("bf16" if level in ("avx512", "amx") else "f32") and cpu["default_precision_reason"]
        program.run("embed", "x", env=env).expect(0, f"{cpu['default_precision']} on {level}")
        program.run("embed", "x", "--precision", "f32", env=env).expect(0, f"f32 on {level}")


def converted_models_agree_with_their_exports(program):
    missing = [name for name in CONVERTED if not (models_folder() / name / "config.json").exists()]
    for name in CONVERTED:
        if name not in missing:
            findings = program.run("doctor", "--model", name, "--parity", "--json").expect(0).json()["findings"]
            assert {f["check"] for f in findings} >= {"weights", "parity f32", "parity bf16", "parity int8"}
            weights = next(f for f in findings if f["check"] == "weights")
            assert "as on record" in weights["detail"], weights
    return f"not installed: {', '.join(missing)} (vicinal pull NAME)" if missing else None


CASES = [embedding_gives_unit_vectors_in_input_order, ids_are_kept_and_npy_holds_the_same_numbers_as_jsonl, standard_input_is_read,
         empty_texts_are_refused_with_their_row, bad_rows_are_refused_with_their_line, no_cut_is_silent, tokens_are_those_of_the_model,
         similarity_of_a_text_with_itself_is_one, chunks_are_slices_of_their_file, progress_is_one_json_line_a_second_on_request_only,
         a_terminal_gets_a_progress_line_that_goes_away, a_reader_that_leaves_stops_embedding_quietly, the_doctor_finds_a_healthy_machine,
         an_installed_folder_that_the_catalogue_does_not_know_is_listed, the_bench_measures, packed_weights_are_kept_listed_and_cleared, converted_models_agree_with_their_exports,
         a_pipe_that_trickles_is_answered_before_it_ends, an_interrupt_ends_the_wait_for_a_pipe,
         a_long_stream_takes_no_more_memory_than_a_short_one, too_little_memory_is_refused_with_the_least, a_matrix_needs_a_regular_file,
         the_default_precision_is_what_vicinal_cpu_says]
