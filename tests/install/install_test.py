#!/usr/bin/env python3
"""Installs a build into a temporary prefix, moves that, and uses it as a stranger would: a small program is configured with
find_package(vicinal) and compiled with pkg-config, and run both times.

Usage: tests/install/install_test.py BUILD [CXX]    (BUILD: a build folder in which everything was built)
Exit: 1 when a step failed; its output is printed.
"""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MODEL = "all-MiniLM-L6-v2"
started = time.monotonic()


def run(what, *command, **environment):
    done = subprocess.run([str(part) for part in command], env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    if done.returncode != 0:
        print(f"FAILED {what}: exit {done.returncode}\n$ {shlex.join(map(str, command))}\n{done.stdout[-6000:]}")
        sys.exit(1)
    print(f"[{time.monotonic() - started:5.1f} s] {what}", flush=True)
    return done.stdout


def check_run(what, program, folder):
    models = pathlib.Path(os.environ.get("VICINAL_MODELS") or os.path.expanduser("~/.local/share/vicinal/models"))
    model = [MODEL] if (models / MODEL / "config.json").exists() else []
    folder.mkdir()
    out = run(what, program, folder, *model, VICINAL_CACHE=str(folder / "cache"))
    expected = "north: up\n" + ("Basel lies on the Rhine." if model else "")
    if out.strip() != expected.strip():
        print(f"FAILED {what}: printed {out!r} instead of {expected!r}")
        sys.exit(1)


def main():
    build, compiler = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else "g++"
    with tempfile.TemporaryDirectory(prefix="vicinal-install-") as name:
        folder = pathlib.Path(name)
        run("install", "cmake", "--install", build, "--prefix", folder / "first")
        prefix = folder / "prefix"  # nothing installed may name the folder it was installed into
        (folder / "first").rename(prefix)
        version = run("the installed program", prefix / "bin" / "vicinal", "--version")
        # CMake: optimised as the caller likes, headers without a warning.
        flags = "-Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Werror"  # g++ 12 says it of designated ones
        run("configure", "cmake", "-S", HERE, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={flags}")
        run("build", "cmake", "--build", folder / "build")
        check_run("run what CMake built", folder / "build" / "outside", folder / "run-cmake")
        # pkg-config and one line.
        pc = next(prefix.glob("lib*/**/vicinal.pc")).parent
        search = {"PKG_CONFIG_PATH": str(pc)}
        if run("pkg-config --modversion", "pkg-config", "--modversion", "vicinal", **search).strip() not in version:
            print(f"FAILED vicinal.pc and the program name different versions: {version}")
            sys.exit(1)
        needed = shlex.split(run("pkg-config", "pkg-config", "--cflags", "--libs", "vicinal", **search))
        run("compile", compiler, "-std=c++23", *flags.split(), HERE / "outside.cpp", "-o", folder / "outside", *needed)
        check_run("run what pkg-config built", folder / "outside", folder / "run-pkg-config")
    print("passed")


if __name__ == "__main__":
    main()
