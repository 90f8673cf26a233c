#!/usr/bin/env python3
"""Prints what a test run did, from ctest's JUnit file: failures with their output, skips with their reason, tests that
were run again (from ctest.log beside it), counts.

Usage: tools/summarise_tests.py JUNIT NAME        one run
       tools/summarise_tests.py --total JUNIT…    the closing line over all runs: "N passed, N failed, N skipped"
Exit: 1 when anything failed or nothing ran.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

MAX_OUTPUT = 6000
RESULT = re.compile(r"^\s*(?:\d+/\d+)?\s*Test\s+#\d+:\s+(\S.*?)\s+\.*\s*(?:Passed|Failed|\*\*\*)")


def read_cases(path):
    """(name, outcome, output) of each test; outcome is passed, failed or skipped."""
    for case in xml.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        output = case.findtext("system-out") or ""
        outcome = {"run": "passed", "fail": "failed"}.get(status, "skipped")
        yield case.get("name"), outcome, output


def repeated(log):
    """Names of the tests that ctest ran more than once, in the order of their second run."""
    if not log.exists():
        return []
    results = [match.group(1) for match in map(RESULT.match, log.read_text(encoding="utf-8", errors="replace").splitlines()) if match]
    return [name for i, name in enumerate(results) if results[:i].count(name) == 1]


def skip_reason(output):
    match = re.search(r"Skipped\n?(.*)", output)
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("[")]
    return (match.group(1).strip() if match and match.group(1).strip() else (lines[-1] if lines else "no reason given"))[:160]


def count(cases):
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for _, outcome, _ in cases:
        totals[outcome] += 1
    return totals


def report_run(path, name):
    cases = list(read_cases(path))
    for test, outcome, output in cases:
        if outcome == "failed":
            print(f"FAILED {name}: {test}\n{output[-MAX_OUTPUT:]}")
        elif outcome == "skipped":
            print(f"skipped {name}: {test}: {skip_reason(output)}")
    for test in repeated(pathlib.Path(path).with_name("ctest.log")):
        print(f"needed a second run {name}: {test}")
    totals = count(cases)
    print(f"# {name}: {totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return totals


def main(arguments):
    if len(arguments) >= 3 and arguments[1] == "--total":
        runs = [count(read_cases(path)) for path in arguments[2:]]
        totals = {key: sum(run[key] for run in runs) for key in ("passed", "failed", "skipped")}
        print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    elif len(arguments) == 3:
        totals = report_run(arguments[1], arguments[2])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 1 if totals["failed"] or not totals["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
