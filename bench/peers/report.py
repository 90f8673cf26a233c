"""The measurements as Markdown, and as JSON with every round."""
import datetime
import json
import platform
import shlex
import statistics
import subprocess
import sys

import engines

DECIMALS = {"f32": 6, "bf16": 5, "int8": 4}


def cpu_name():
    with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as lines:
        return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def commit():
    return subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False).stdout.strip()


def load_average():
    with open("/proc/loadavg", encoding="ascii") as line:
        return line.read().split()[0]


def heading(options, results):
    settings = (f"{options.threads} thread(s), clock {options.clock}, {options.rounds} rounds (mixed texts {options.mixed_rounds}), "
                f"{options.seconds:g} s each; Linux {platform.release()}, load average {load_average()} at the end; commit {commit()}")
    yield f"# Beside its peers: {datetime.date.today()}, {cpu_name()}\n"
    yield f"`{shlex.join(['bench/peers/run.py', *sys.argv[1:]])}`: {settings}.\n"
    versions = sorted({part for version in results.versions.values() for part in version.split(", ")})
    yield ", ".join(versions) + ".\n"


def table(header, rows):
    yield "| " + " | ".join(header) + " |"
    yield "|---" * len(header) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def title_of(profile):
    return {"mixed": "mixed", "query": "query, p50 / p95 ms"}.get(profile, f"S = {profile}")


def cell(results, model, profile, name):
    measured = list(results.measured[model][profile].get(name, {}).values())
    if not measured:
        return "–"
    if profile == "query":
        return " / ".join(f"{statistics.median(m[key] for m in measured):.2f}" for key in ("p50_ms", "p95_ms"))
    speeds = sorted(results.speeds(model, profile, name).values())
    spread = f" ({speeds[0]:,.0f}–{speeds[-1]:,.0f})" if len(speeds) > 1 else " (once)"
    return f"{statistics.median(speeds):,.0f}{spread}"


def rate_rows(results, model):
    for name, engine in sorted(results.engines.items(), key=lambda item: engines.PRECISIONS.index(item[1].precision)):
        parity = results.parity[model].get(name)
        if parity is not None:
            shown = f"{parity['mean']:.{DECIMALS[engine.precision]}f}"
            yield [name, shown, *(cell(results, model, profile, name) for profile in results.measured[model])]


def ratio_cell(ratios):
    ratios = sorted(ratios)
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})" if ratios else "–"


def control_row(results, model, precision):
    ours = f"{engines.OURS} {precision}"
    yield f"A/A control: {precision} ÷ {precision} again"
    for profile in results.measured[model]:
        yield ratio_cell(results.ratios(model, profile, ours, ours + engines.AGAIN))


def fastest_row(results, model, precision):
    """Each cell names the peer that it is compared with."""
    yield f"{precision} ÷ fastest peer"
    for profile in results.measured[model]:
        peer = results.fastest_peer(model, profile, precision)
        ratios = results.ratios(model, profile, f"{engines.OURS} {precision}", peer) if peer else []
        yield f"{ratio_cell(ratios)} {peer}" if ratios else "–"


def own_row(results, model, precision):
    yield f"{precision} ÷ own f32"
    for profile in results.measured[model]:
        yield ratio_cell(results.ratios(model, profile, f"{engines.OURS} {precision}", f"{engines.OURS} f32"))


def ratio_rows(results, model):
    """Without the rows of which nothing was measured."""
    rows = [[*row(results, model, precision)] for row in (control_row, fastest_row) for precision in engines.PRECISIONS]
    rows += [[*own_row(results, model, precision)] for precision in engines.PRECISIONS[1:]]
    return [row for row in rows if set(row[1:]) != {"–"}]


def markdown(options, results):
    yield from heading(options, results)
    for model in results.measured:
        profiles = [title_of(profile) for profile in results.measured[model]]
        yield f"## {model}\n\nReal tokens per second of CPU time, median (lowest–highest round); parity: mean cosine to ours at f32.\n"
        yield from table(["engine", "parity", *profiles], rate_rows(results, model))
        yield "Ratios of speeds, of the same rounds, median (lowest–highest); above 1 ours is faster.\n"
        yield from table(["", *(profile.split(",")[0] for profile in profiles)], ratio_rows(results, model))
    if results.notes:
        yield "Not measured:\n\n" + "\n".join(f"- {note}" for note in dict.fromkeys(results.notes)) + "\n"


PLACES = ("made", "program", "results")  # where things lie on one machine says nothing of the figures


def as_json(options, results):
    return {"date": str(datetime.date.today()), "machine": cpu_name(), "kernel": platform.release(), "commit": commit(), "versions": results.versions,
            "command": ["bench/peers/run.py", *sys.argv[1:]], "settings": {key: str(value) for key, value in vars(options).items() if key not in PLACES},
            "parity": results.parity, "measured": results.measured, "notes": results.notes}


def write(options, results):
    """Both files; the Markdown is given back."""
    options.results.mkdir(parents=True, exist_ok=True)
    stem = f"{datetime.date.today()}-{cpu_name().replace(' ', '-').replace('(R)', '')}"
    text = "\n".join(markdown(options, results))
    (options.results / f"{stem}.md").write_text(text, encoding="utf-8")
    (options.results / f"{stem}.json").write_text(json.dumps(as_json(options, results), indent=1), encoding="utf-8")
    return text
