#!/usr/bin/env python3
"""Proves that no object of an instruction-set level can leak its instructions into code that runs everywhere.

Usage: tools/check_kernel_objects.py BUILD_DIRECTORY
Exit: 0 clean, 1 a finding (each is printed), 2 bad use or nothing to check.

The files of src/kernels/avx2, avx512 and amx are compiled for processors that not everybody has. Two things would
carry such code to machines that cannot run it:
- a weak or unique definition (an inline function, a template, a constant of a header): the linker keeps one copy for
  the whole program, and it may keep the wrong one;
- a constructor (.init_array): it runs before the level is chosen.
"""
import pathlib
import subprocess
import sys

LEVELS = ("avx2", "avx512", "amx")
SHARED_KINDS = {"W": "weak", "V": "weak", "u": "unique"}
CONSTRUCTOR_SECTIONS = (".init_array", ".ctors", ".preinit_array")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def shared_definitions(path):
    for line in output_of("nm", "--defined-only", "--format=posix", "--demangle", str(path)).splitlines():
        # NAME TYPE VALUE SIZE, where a demangled name may have spaces.
        fields = line.rsplit(" ", 3)
        if len(fields) == 4 and fields[1] in SHARED_KINDS:
            yield f"{SHARED_KINDS[fields[1]]} definition of {fields[0]}"


def constructors(path):
    for line in output_of("objdump", "--section-headers", str(path)).splitlines():
        fields = line.split()
        if len(fields) > 1 and fields[1].startswith(CONSTRUCTOR_SECTIONS):
            yield f"section {fields[1]}: code that runs before the level is chosen"


def objects_below(build):
    return sorted(path for level in LEVELS for path in build.rglob(f"src/kernels/{level}/*.o"))


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    objects = objects_below(pathlib.Path(arguments[1]))
    missing = [level for level in LEVELS if not any(path.parent.name == level for path in objects)]
    if missing:
        print(f"no objects of level {', '.join(missing)} below {arguments[1]}", file=sys.stderr)
        return 2
    findings = [f"{path}: {what}" for path in objects for check in (shared_definitions, constructors)
                for what in check(path)]
    print(*findings, sep="\n", end="\n" if findings else "")
    print(f"{len(objects)} objects, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
