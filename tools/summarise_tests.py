#!/usr/bin/env python3
"""Prints what a test run did, from ctest's JUnit file: failures with their output, skips with their reason, counts.

Usage: tools/summarise_tests.py JUNIT NAME        one run
       tools/summarise_tests.py --total JUNIT…    the closing line over all runs: "N passed, N failed, N skipped"
Exit: 1 when anything failed or nothing ran.
"""
import re
import sys
import xml.etree.ElementTree as xml

MAX_OUTPUT = 6000


def read_cases(path):
    """(name, outcome, output) of each test; outcome is passed, failed or skipped."""
    for case in xml.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        output = case.findtext("system-out") or ""
        outcome = {"run": "passed", "fail": "failed"}.get(status, "skipped")
        yield case.get("name"), outcome, output


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
