#!/usr/bin/env python3
"""Runs the real program end to end: help, exit codes, forms of output, collections, signals, closed pipes.

Usage: tests/cli/run_cli_tests.py PROGRAM [--only WORD] [--update]

Cases with the real default model are skipped (and counted) when it is not installed under $VICINAL_MODELS or
~/.local/share/vicinal/models. Every case has a folder and a cache of its own, removed afterwards. Nothing uses the network.
--only runs the cases whose name holds WORD; --update rewrites the help texts under tests/cli/help.
Exit: 1 when a case failed. The last line is "N passed, N failed, N skipped".
"""
import argparse
import pathlib
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import cases_interactive  # noqa: E402
import cases_of_search  # noqa: E402
import cases_with_collection  # noqa: E402
import cases_with_fields  # noqa: E402
import cases_with_model  # noqa: E402
import cases_with_words  # noqa: E402
import cases_without_model  # noqa: E402
import program as under_test  # noqa: E402


def run_case(case, options):
    """"passed", "failed" or the reason for skipping."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vicinal-cli-") as folder:
        program = under_test.Program(options.program, folder)
        program.update_goldens = options.update
        try:
            reason = case(program)
        except Exception:  # a case must not stop the others
            print(f"FAILED {case.__name__}\n{traceback.format_exc()}")
            return "failed"
    print(f"{'skipped' if reason else 'passed'} {case.__name__} ({time.monotonic() - started:.1f} s){': ' + reason if reason else ''}", flush=True)
    return "skipped" if reason else "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", default="")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    needs_model = (cases_with_model.CASES + cases_with_collection.CASES + cases_with_fields.CASES +
                   cases_with_words.CASES + cases_of_search.CASES + cases_interactive.CASES)
    cases = [case for case in cases_without_model.CASES + needs_model if options.only in case.__name__]
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    model_is_there = under_test.model_is_installed()
    for case in cases:
        if case in needs_model and not model_is_there:
            totals["skipped"] += 1
            continue
        totals[run_case(case, options)] += 1
    if not model_is_there:
        skipped = sum(case in needs_model for case in cases)
        print(f"# {skipped} cases were skipped: {under_test.MODEL} is not installed in {under_test.models_folder()}")
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
