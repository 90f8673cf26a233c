"""Cases that need no model: help, bad use, errors, streams. Each function is one case; its name says what must hold."""
import json
import os
import pathlib
import subprocess

from program import ROOT, check_schema

HELP = ROOT / "tests" / "cli" / "help"
COMMANDS = ("search fit index get list count delete update stats export verify backup restore compact migrate embed sim tokenize chunk models pull convert doctor cpu bench cache version").split()


def golden(program, name, text):
    path = HELP / f"{name}.txt"
    if program.update_goldens:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.relative_to(ROOT)} is missing (--update writes it)"
    assert path.read_text(encoding="utf-8") == text, f"help differs from {path.relative_to(ROOT)} (--update rewrites it):\n{text}"


def help_of_every_command_is_its_golden(program):
    for command in COMMANDS:
        text = program.run("help", command).expect(0).out
        golden(program, command, text)
        assert program.run(command, "--help").expect(0).out == text
    assert {path.stem for path in HELP.glob("*.txt")} <= {*COMMANDS, "overview"}, "a golden of a command that is gone"


def no_arguments_print_the_overview(program):
    text = program.run().expect(0).out
    golden(program, "overview", text)
    for way in (["help"], ["--help"], ["-h"]):
        assert program.run(*way).expect(0).out == text
    for command in COMMANDS:
        assert f"\n  {command} " in text, f"{command} is not in the overview"


def unknown_commands_and_flags_get_the_closest(program):
    program.run("serach", "x").expect(2, "did you mean search?")
    program.run("help", "tokenise").expect(2, "did you mean tokenize?")
    program.run("stats", "--colection", "x").expect(2, "did you mean --collection?")
    program.run("zzzzzz").expect(2, "there is no command 'zzzzzz'")


def bad_use_is_refused(program):
    program.run("stats").expect(2, "--collection is missing")
    program.run("index", "--collection", "c").expect(2, "PATH is missing")
    program.run("sim", "one").expect(2, "B is missing")
    program.run("version", "x").expect(2, "unexpected argument 'x'")
    program.run("embed", "x", "--as", "poem").expect(2, "one of: query, document")
    program.run("embed", "x", "--precision", "f8").expect(2, "one of: auto, f32, bf16, int8")
    program.run("list", "--collection", "c", "--limit", "many").expect(2)
    program.run("search").expect(2, "QUERY is missing")
    program.run("search", "words").expect(2, "give PATH or --collection")
    program.run("search", "words", "path", "--collection", "c").expect(2, "give PATH or --collection")
    program.run("search", "words", "--collection", "c", "-k", "0").expect(2, "-k is at least 1")
    program.run("search", "--queries", "q.jsonl").expect(2, "--queries needs a collection")
    for flags in (["--run", "x.trec"], ["--tag", "mine"], ["--json", "--jsonl"]):
        program.run("search", "words", "path", *flags).expect(2, f"{flags[0]}")
    program.run("search", "--collection", "c", "--queries", "q.jsonl", "--json").expect(2, "--queries writes a TREC run")
    program.run("search", "words", "--collection", "c", "--chunk", "none").expect(2, "--chunk and --overlap say how PATH is cut")
    program.run("embed", "-5 degrees").expect(2, "vicinal embed -- '-5 degrees'")
    program.run("bench", "everything").expect(2, "vicinal bench encode")
    program.run("cache", "shrink").expect(2, "vicinal cache list")
    program.run("embed", "text", "--input", "file").expect(2, "not both")
    for name in ("x.npz", "x.csv", "x"):
        program.run("embed", "text", "--output", name).expect(2, "fix: FILE.npy for a matrix, FILE.jsonl")
    assert not list(program.folder.glob("x*")), "what is refused leaves nothing"


def bad_chunk_specs_are_refused(program):
    program.write("a.txt", "words\n")
    for flags in (["--chunk", "recursive:256"], ["--chunk", "sentences:9t"], ["--chunk", "recursive:0t"],
                  ["--chunk", "recursive:64t", "--overlap", "64t"], ["--overlap", "5"]):
        program.run("index", "a.txt", "--collection", "c", *flags).expect(2)


def errors_are_json_when_results_are(program):
    done = program.run("stats", "--collection", "not-there", "--json").expect(3)
    error = json.loads(done.err)
    check_schema(error, "error")
    assert error["error"]["exit_code"] == 3 and done.out == ""
    check_schema(json.loads(program.run("stats", "--json").expect(2).err), "error")


def an_error_is_one_line_and_perhaps_a_fix(program):
    lines = program.run("serach").expect(2).err.splitlines()
    assert len(lines) == 2 and lines[0].startswith("vicinal: ") and lines[1].startswith("fix: "), lines


def a_collection_that_is_not_there_is_file_trouble(program):
    for command in (["stats"], ["list"], ["export"], ["get", "x"], ["delete", "x"], ["search", "x"]):
        program.run(*command, "--collection", "not-there").expect(3, "vicinal: ")
    assert not (program.folder / "not-there").exists(), "reading must not make a collection"


def version_cpu_and_models_have_json(program):
    version = program.run("version", "--json").expect(0).json()
    check_schema(version, "version")
    assert program.run("--version").expect(0).out == f"vicinal {version['version']}\n"
    cpu = program.run("cpu", "--json").expect(0).json()
    check_schema(cpu, "cpu")
    assert cpu["level"] in cpu["available"] and "scalar" in cpu["available"] and cpu["kernels"]
    assert program.run("cpu", "--json", env={"VICINAL_CPU": "scalar"}).expect(0).json()["level"] == "scalar"
    listed = program.run("models", "--json").expect(0).json()
    check_schema(listed, "models")
    models = listed["models"]
    assert len({model["id"] for model in models}) == len(models) >= 10
    assert any(model["id"].endswith("all-MiniLM-L6-v2") and model["dimensions"] == 384 for model in models)


def a_level_that_does_not_exist_stops_what_computes(program):
    for command in (["cpu"], ["embed", "x"], ["search", "x", "--collection", "c"], ["bench", "encode"]):
        program.run(*command, env={"VICINAL_CPU": "quantum"}).expect(2, "quantum")
    program.run("version", env={"VICINAL_CPU": "quantum"}).expect(0)


def threads_in_the_environment_are_a_number(program):
    for bad in ("x", "-1", "2x", "99999999999999999999999"):
        done = program.run("embed", "x", env={"VICINAL_THREADS": bad}).expect(2, f"VICINAL_THREADS is '{bad}', which is not a number")
        assert "fix: VICINAL_THREADS=2" in done.err
        program.run("bench", "encode", env={"VICINAL_THREADS": bad}).expect(2, "VICINAL_THREADS=2")
    program.run("embed", "x", "--model", "qqqqqqqqqqqqqqqqqqqqq", "--threads", "1", env={"VICINAL_THREADS": "x"}).expect(2, "config.json")


def an_unknown_model_is_bad_use_and_gets_the_closest_names(program):
    done = program.run("embed", "x", "--model", "all-MiniLM-L7-v2").expect(2, "all-MiniLM-L6-v2")
    assert "fix:" in done.err
    program.run("embed", "x", "--model", "qqqqqqqqqqqqqqqqqqqqqqqqq").expect(2)


def a_known_model_that_is_not_installed_says_how_to_get_it(program):
    empty = {"VICINAL_MODELS": str(program.folder / "no-models")}
    program.run("embed", "x", env=empty).expect(3, "vicinal pull all-MiniLM-L6-v2")


def pulling_offline_is_refused_without_touching_the_network(program):
    empty = {"VICINAL_MODELS": str(program.folder / "no-models")}
    program.run("pull", "all-MiniLM-L6-v2", "--offline", env=empty).expect(4)
    program.run("pull", "all-MiniLM-L6-v2", env={**empty, "VICINAL_OFFLINE": "1"}).expect(4)
    program.run("pull", "m", "--from", "hub:a/b", "--offline", env=empty).expect(4)


def a_conversion_says_what_is_wrong(program):
    program.write("words.onnx", "these are words")
    program.write("tokenizer.json", "{}")
    program.run("convert", "words.onnx").expect(2, "--output is missing")
    program.run("convert", "--output", "m").expect(2, "MODEL.onnx is missing")
    program.run("convert", "words.onnx", "--output", "m").expect(3, "no ONNX file, or a damaged one")
    program.run("convert", "not-there.onnx", "--output", "m").expect(3, "not-there.onnx")
    program.run("convert", "words.onnx", "--output", "m", "--pooling", "max").expect(2, "one of: mean, cls, last")
    program.run("convert", "words.onnx", "--output", "m", "--normalise", "--no-normalise").expect(2, "exclude each other")
    done = program.run("convert", "words.onnx", "--output", "tokenizer.json", "--json").expect(2)
    assert json.loads(done.err)["error"]["code"] == "invalid_argument"
    assert not (program.folder / "m").exists(), "a conversion that failed leaves nothing"


def the_cache_lists_and_clears(program):
    listed = program.run("cache", "--json").expect(0).json()
    check_schema(listed, "cache")
    assert listed["entries"] == [] and listed["directory"] == str(program.folder / "cache")
    assert program.run("cache", "clear", "--json").expect(0).json()["freed_bytes"] == 0


def a_reader_that_leaves_is_no_error(program):
    pipe = subprocess.Popen(["sh", "-c", f"'{program.path}' models --all | head -1"], env=program.environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
    out, err = pipe.communicate(timeout=60)
    assert out.count(b"\n") == 1 and b"vicinal:" not in err and b"terminate" not in err, err
    reading, writing = os.pipe()
    os.close(reading)
    process = program.start("models", "--json", stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 0 and err == b"", (process.returncode, err)


def a_full_device_is_file_trouble(program):
    if not pathlib.Path("/dev/full").exists():
        return "there is no /dev/full here"
    with open("/dev/full", "wb") as full:
        process = program.start("models", "--json", stdout=full, stderr=subprocess.PIPE)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 3 and b"cannot be written" in err, (process.returncode, err)


def input_that_is_not_there_is_file_trouble(program):
    for command in ("embed", "tokenize"):
        program.run(command, "--input", "not-there.txt").expect(3, "not-there.txt")


CASES = [help_of_every_command_is_its_golden, no_arguments_print_the_overview, unknown_commands_and_flags_get_the_closest,
         bad_use_is_refused, bad_chunk_specs_are_refused, errors_are_json_when_results_are, an_error_is_one_line_and_perhaps_a_fix,
         a_collection_that_is_not_there_is_file_trouble, version_cpu_and_models_have_json,
         a_level_that_does_not_exist_stops_what_computes, threads_in_the_environment_are_a_number, an_unknown_model_is_bad_use_and_gets_the_closest_names,
         a_known_model_that_is_not_installed_says_how_to_get_it, pulling_offline_is_refused_without_touching_the_network,
         a_conversion_says_what_is_wrong, the_cache_lists_and_clears, a_reader_that_leaves_is_no_error, a_full_device_is_file_trouble,
         input_that_is_not_there_is_file_trouble]
