"""Cases of `search --interactive` in a pseudo terminal."""
import json
import os
import signal
import subprocess
import sys
import time

from terminal_screen import InTerminal

ROWS = [{"_id": "pump", "title": "Solar pumps", "text": "A solar pump lifts water from a well without any fuel."},
        {"_id": "rhine", "title": "Rhine", "text": "Basel lies on the Rhine, where Switzerland meets France and Germany."},
        {"_id": "refund", "text": "Customers get a full refund within thirty days of the purchase."},
        {"_id": "han", "text": "全文検索は速い。"},
        {"_id": "cat", "text": "The cat sat on the mat and watched the rain."}]

# A shell with job control, as far as stopping one job and making it go on.
JOB_SHELL = """
import os, signal, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
before = termios.tcgetattr(0)
while True:
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        os.tcsetpgrp(0, os.getpid())
        sys.exit(os.waitstatus_to_exitcode(status))
    os.tcsetpgrp(0, os.getpid())
    raw = not termios.tcgetattr(0)[3] & termios.ICANON
    sys.stderr.write("raw" if raw else "stopped")
    sys.stderr.flush()
    sys.stdin.readline()
    os.tcsetpgrp(0, child)
    os.kill(-child, signal.SIGCONT)
"""


def index(program):
    program.write_rows("rows.jsonl", ROWS)
    program.run("index", "rows.jsonl", "--collection", "c").expect(0)


def start(program, *flags, rows=24, columns=80, env=None, shell=()):
    command = [*shell, program.path, "search", "--interactive", "--collection", "c", *flags]
    return InTerminal(command, program.folder, {**program.environment, "TERM": "xterm-256color", **(env or {})}, rows, columns)


def first_hit(name):
    return lambda screen: screen.line(2).startswith("▌ " + name + ":")


def results_follow_the_keys_and_enter_prints_the_selection(program):
    index(program)
    terminal = start(program)
    terminal.wait_for("type to search")
    terminal.send("sola")
    terminal.wait_for(first_hit("pump"))
    assert terminal.screen.line(0) == "> sola" and "A solar pump lifts water" in terminal.screen.text()
    terminal.wait_for("words and meaning")
    assert terminal.screen.line(2).startswith("▌ pump")
    terminal.send("\x15can I get my money back")
    terminal.wait_for(first_hit("refund"))
    terminal.wait_for("words and meaning")
    terminal.send("\x1b[B")
    terminal.wait_for(lambda screen: not screen.line(2).startswith("▌"))
    second = next(line for line in terminal.screen.text().splitlines()[2:] if line.startswith("▌"))
    terminal.send("\x1b[A")
    terminal.wait_for(first_hit("refund"))
    terminal.send("\x1b[B\r")
    out = terminal.finish(0)
    assert out.startswith(second[2:].split("  ")[0]) and "\n    " in out and "\033" not in out, out


def a_query_may_be_given_and_the_selection_printed_as_json(program):
    index(program)
    terminal = start(program, "rhine", "--mode", "lexical", "--jsonl", env={"NO_COLOR": "1"})
    terminal.wait_for(first_hit("rhine"))
    assert "words" in terminal.screen.line(1)
    terminal.send("\n")
    assert json.loads(terminal.finish(0))["document"] == "rhine"
    program.write("notes/a.txt", "The harbour is closed in winter.\n")
    command = [program.path, "search", "--interactive", "harb", "notes", "--mode", "lexical"]
    terminal = InTerminal(command, program.folder, program.environment)
    terminal.wait_for(first_hit("notes/a.txt"))
    terminal.send("\r")
    assert terminal.finish(0).startswith("notes/a.txt:1-1")


def the_line_is_edited_as_in_a_shell(program):
    index(program)
    terminal = start(program, "--mode", "lexical")
    terminal.wait_for("type to search")
    for keys, line, column in [("solar pmp", "> solar pmp", 11), ("\x1b[D\x1b[D", "> solar pmp", 9), ("u", "> solar pump", 10),
                               ("\x01", "> solar pump", 2), ("\x1b[3~", "> olar pump", 2), ("\x05\x17", "> olar", 7),
                               ("\x15", ">", 2), ("für 全文検索", "> für 全文検索", 14), ("\x7f\x7f", "> für 全文", 10),
                               ("\x1b[D\x0b", "> für 全", 8), ("\x1b[1;5D\x0b", "> für", 6), ("\x1b[200~ a\nb\x1b[201~", "> für  a b", 10)]:
        terminal.send(keys)
        terminal.wait_for(lambda screen, line=line, column=column: screen.line(0) == line and (screen.row, screen.column) == (0, column))
    terminal.send("\x15全文")
    terminal.wait_for(first_hit("han"))
    terminal.send("\x03")
    assert terminal.finish(130) == ""


def little_is_sent_for_a_key(program):
    index(program)
    terminal = start(program, "--mode", "lexical")
    terminal.wait_for("type to search")
    terminal.send("solar pum")
    terminal.wait_for(first_hit("pump"))
    terminal.settle()
    sent = terminal.bytes
    terminal.send("\x1b[D")
    terminal.settle()
    assert terminal.bytes - sent <= 8, terminal.bytes - sent
    terminal.send("\x1b[C")
    terminal.settle()
    sent = terminal.bytes
    terminal.send("p")
    terminal.settle()
    assert terminal.bytes - sent <= 160, terminal.bytes - sent
    terminal.send("\x1b")
    terminal.finish(130)


def another_size_is_drawn_anew(program):
    index(program)
    terminal = start(program, "the", "--mode", "lexical")
    terminal.wait_for(lambda screen: screen.line(2).startswith("▌ "))
    for rows, columns in [(10, 30), (3, 12), (1, 2), (40, 120)]:
        terminal.settle(0.2)
        terminal.resize(rows, columns)
        terminal.wait_for(lambda screen: screen.line(0).startswith(">"))
        assert len(terminal.screen.line(0)) <= columns
    terminal.wait_for(lambda screen: screen.line(2).startswith("▌ "))
    terminal.send("\x1b")
    terminal.finish(130)


def the_terminal_is_put_back_whatever_ends_it(program):
    index(program)
    for ending in [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]:
        terminal = start(program, "solar", "--mode", "lexical")
        terminal.wait_for(first_hit("pump"))
        terminal.process.send_signal(ending)
        terminal.finish(130)
    for crash in [signal.SIGSEGV, signal.SIGABRT]:
        terminal = start(program, "solar", "--mode", "lexical")
        terminal.wait_for(first_hit("pump"))
        terminal.process.send_signal(crash)
        terminal.finish(-crash)


def it_can_be_stopped_and_goes_on(program):
    index(program)
    for stop in ["key", "signal"]:
        terminal = start(program, "solar", "--mode", "lexical", shell=[sys.executable, "-c", JOB_SHELL])
        terminal.wait_for(first_hit("pump"))
        if stop == "key":
            terminal.send("\x1a")
        else:
            job = os.tcgetpgrp(terminal.master)
            os.kill(job, signal.SIGTSTP)
        deadline = time.monotonic() + 30
        while terminal.screen.other and time.monotonic() < deadline:
            terminal.pump(0.1)
        said = os.read(terminal.process.stderr.fileno(), 100)
        assert said == b"stopped", said  # and not raw
        terminal.assert_restored()
        terminal.screen.clear()
        terminal.send("\n")
        terminal.wait_for(first_hit("pump"))
        assert terminal.screen.other
        terminal.send(" p")
        terminal.wait_for("> solar p")
        terminal.send("\r")
        assert terminal.finish(0).startswith("pump:1-1")


def without_a_terminal_it_is_refused(program):
    program.run("search", "--interactive", "--collection", "c", env={"TERM": "dumb"}).expect(2, "needs a terminal")
    command = [program.path, "search", "--interactive", "--collection", "c"]
    done = subprocess.run(command, cwd=program.folder, env=program.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                          check=False, start_new_session=True)
    assert done.returncode == 2 and b"this process has none" in done.stderr, done
    program.run("search", "--interactive", "q", "--collection", "c", "--json").expect(2, "--interactive is for a person")


CASES = [results_follow_the_keys_and_enter_prints_the_selection, a_query_may_be_given_and_the_selection_printed_as_json,
         the_line_is_edited_as_in_a_shell, little_is_sent_for_a_key, another_size_is_drawn_anew, the_terminal_is_put_back_whatever_ends_it,
         it_can_be_stopped_and_goes_on, without_a_terminal_it_is_refused]
