"""A terminal as far as tests need one: a pseudo terminal around the program, and what a person would see on it.

Knows the sequences that vicinal sends (cursor, erasing, colours, the other screen, bracketed paste); any other is an error, so that
nothing slips by unseen.
"""
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([@-~])")


def cells(character):
    if unicodedata.combining(character) or character in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    def __init__(self, rows, columns):
        self.other = False  # the other screen is shown
        self.paste = False
        self.resize(rows, columns)
        self.clear()

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.clear()

    def clear(self):
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.row = self.column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = SEQUENCE.match(text, at)
                assert match, f"not a sequence: {text[at:at + 12]!r}"
                self.obey(match[1], match[2])
                at = match.end()
                continue
            self.put(text[at])
            at += 1

    def obey(self, numbers, last):
        if last == "H":
            row, column = ([int(n) for n in numbers.split(";")] + [1, 1])[:2] if numbers else (1, 1)
            assert 1 <= row <= self.rows and 1 <= column <= self.columns, f"cursor leaves the screen: {numbers}"
            self.row, self.column = row - 1, column - 1
        elif last == "J" and numbers == "2":
            row, column = self.row, self.column
            self.clear()
            self.row, self.column = row, column
        elif last == "K" and numbers == "":
            assert self.column < self.columns
            self.cells[self.row][self.column:] = [" "] * (self.columns - self.column)
        elif last in "hl" and numbers == "?1049":
            self.other = last == "h"
        elif last in "hl" and numbers == "?2004":
            self.paste = last == "h"
        else:
            assert last == "m" or (last in "hl" and numbers == "?25"), f"unknown sequence {numbers}{last}"

    def put(self, character):
        if character in "\r\n":
            self.row, self.column = (self.row, 0) if character == "\r" else (min(self.row + 1, self.rows - 1), self.column)
            return
        width = cells(character)
        if width == 0:
            self.cells[self.row][max(self.column - 1, 0)] += character
            return
        assert self.column + width <= self.columns, f"a line is wider than the screen: {self.line(self.row)!r}"
        self.cells[self.row][self.column] = character
        if width == 2:
            self.cells[self.row][self.column + 1] = ""
        self.column += width

    def line(self, row):
        return "".join(self.cells[row]).rstrip()

    def text(self):
        return "\n".join(self.line(row) for row in range(self.rows))


class InTerminal:
    """The program with a pseudo terminal as its controlling one; standard output is a pipe."""

    def __init__(self, command, folder, environment, rows=24, columns=80):
        self.master, slave = os.openpty()
        self.screen = Screen(rows, columns)
        self.set_size(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.bytes = 0
        self.pending = b""

        def own_terminal():
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True, preexec_fn=own_terminal)

    def set_size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.set_size(rows, columns)  # the kernel sends SIGWINCH to the foreground job

    def send(self, text):
        os.write(self.master, text if isinstance(text, bytes) else text.encode("utf-8"))

    def pump(self, seconds):
        """Takes in what the program sends within so many seconds; True if anything came."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.bytes += len(data)
        data = self.pending + data
        end = len(data)
        while end > 0 and end > len(data) - 40:  # characters and sequences may come in two reads
            try:
                text = data[:end].decode("utf-8")
                cut = re.search(r"\x1b(\[[?0-9;]*)?$", text)
                end = len(text[:cut.start()].encode("utf-8")) if cut else end
                break
            except UnicodeDecodeError:
                end -= 1
        self.screen.feed(data[:end].decode("utf-8"))
        self.pending = data[end:]
        return bool(data)

    def wait_for(self, shown, seconds=30):
        """Until `shown`, a text or a predicate of the screen, is seen."""
        seen = shown if callable(shown) else lambda screen: shown in screen.text()
        deadline = time.monotonic() + seconds
        while not seen(self.screen):
            assert time.monotonic() < deadline, f"not seen: {shown}\n{self.screen.text()}"
            self.pump(0.05)

    def settle(self, seconds=0.4):
        while self.pump(seconds):
            pass

    def finish(self, code):
        """Waits for the end; what was printed. The terminal has to be as it was."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            self.pump(0.05)
        out, err = self.process.communicate(timeout=30)
        self.settle(0.05)
        assert self.process.returncode == code, f"exit {self.process.returncode}, not {code}\n{out!r}\n{err!r}\n{self.screen.text()}"
        self.assert_restored()
        os.close(self.master)
        os.close(self.slave)
        return out.decode("utf-8")

    def assert_restored(self):
        assert not self.screen.other and not self.screen.paste, "the terminal was left in the program's mode"
        assert termios.tcgetattr(self.slave) == self.before, "the terminal's settings are others than before"
