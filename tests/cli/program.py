"""The program under test, run in an environment of its own, and the checks that cases share."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODEL = "all-MiniLM-L6-v2"
sys.path.insert(0, str(ROOT / "tests" / "cli"))
import json_schema  # noqa: E402


def models_folder():
    if os.environ.get("VICINAL_MODELS"):
        return pathlib.Path(os.environ["VICINAL_MODELS"])
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return pathlib.Path(data) / "vicinal" / "models"


def model_is_installed():
    return (models_folder() / MODEL / "config.json").exists()


class Done:
    """A finished run: exit code, standard output and error."""

    def __init__(self, arguments, process):
        self.arguments, self.code = arguments, process.returncode
        self.out, self.err = process.stdout.decode("utf-8"), process.stderr.decode("utf-8")

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def json(self):
        assert self.out.count("\n") == 1, f"not one line of JSON: {self.out[:200]!r}"
        return json.loads(self.out)

    def expect(self, code, in_err="", in_out=""):
        shown = f"\n$ vicinal {' '.join(self.arguments)}\nexit {self.code}\nstdout: {self.out[:1500]}\nstderr: {self.err[:1500]}"
        assert self.code == code, f"exit code {self.code} instead of {code}{shown}"
        assert in_err in self.err, f"{in_err!r} is not on stderr{shown}"
        assert in_out in self.out, f"{in_out!r} is not on stdout{shown}"
        return self


class Program:
    def __init__(self, path, folder):
        self.path = str(pathlib.Path(path).resolve())
        self.folder = pathlib.Path(folder)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("VICINAL_") and name != "NO_COLOR"}
        self.environment.update(VICINAL_CACHE=str(self.folder / "cache"), VICINAL_MODELS=str(models_folder()), TERM="xterm")

    def start(self, *arguments, env=None, **options):
        return subprocess.Popen([self.path, *map(str, arguments)], cwd=self.folder, env={**self.environment, **(env or {})}, **options)

    def run(self, *arguments, stdin=b"", env=None):
        arguments = [str(argument) for argument in arguments]
        process = subprocess.run([self.path, *arguments], cwd=self.folder, env={**self.environment, **(env or {})}, input=stdin,
                                 capture_output=True, timeout=600, check=False)
        return Done(arguments, process)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return name

    def write_rows(self, name, rows):
        return self.write(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def check_schema(value, name):
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    found = list(json_schema.problems(value, schema))
    assert not found, f"docs/schemas/{name}.json: " + "; ".join(found[:5])


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
