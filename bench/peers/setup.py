#!/usr/bin/env python3
"""Makes what run.py needs, in build/peers: environments with the pinned peers, models in each engine's own form, the texts.

    bench/peers/setup.py [--into build/peers] [--shared ../shared/data] [--no-compile]

A second run does only what is missing. Needs Maven, a compiler (llama.cpp is compiled for this processor; --no-compile leaves it
out), the models of `vicinal pull all-MiniLM-L6-v2` and `vicinal pull all-mpnet-base-v2`, and the shared data (see bench/README.md). About 14 GB.
A peer that cannot be had is named at the end; run.py goes without it.
"""
import argparse
import os
import pathlib
import subprocess
import sys

import engines
import environments
import sources
from workers.model import Model


def say(text):
    print(f"# setup: {text}", file=sys.stderr, flush=True)


class Setup:
    def __init__(self, options):
        self.made, self.shared, self.compile_too = options.into.resolve(), options.shared.resolve(), not options.no_compile
        self.python, self.missing = engines.python_of(self.made, "peers"), []

    def run(self, python, script, *arguments):
        """True when it ended well."""
        command = [str(part) for part in (python, engines.HERE / script, *arguments)]
        return subprocess.run(command, env=engines.clean_environment(os.cpu_count()), check=False).returncode == 0

    def environments(self):
        for name in environments.PACKAGES:
            say(f"environment {name}")
            if not environments.make(self.made / "venvs" / name, name, self.compile_too):
                self.missing.append(f"environment {name} is not complete")

    def graph_and_folder(self, name, source):
        """True when the model has both."""
        folder = self.made / "models" / name
        folder.mkdir(parents=True, exist_ok=True)
        graph = folder / "model.onnx"
        if source.artifact and not graph.exists():
            sources.unpack(source, folder)
        if source.folder_from_graph and not (folder / "published").exists():
            self.run(self.python, "prepare/bert_folder.py", graph, folder / "graph-tokenizer.json", source.folder_from_graph, folder / "published")
        if not (sources.published_folder(name, self.made) / "config.json").exists():
            self.missing.append(f"{name}: run `vicinal pull {name}`, then this again")
            return False
        return graph.exists() or self.run(self.python, "prepare/onnx_graph.py", sources.published_folder(name, self.made), graph)

    def texts(self):
        if not (self.made / "texts/mixed.jsonl").exists():
            tokenizer = self.made / "models/all-MiniLM-L6-v2/graph-tokenizer.json"
            if not self.run(self.python, "prepare/texts.py", self.shared, tokenizer, self.made / "texts"):
                raise SystemExit("the texts could not be made")

    def conversions(self, name):
        """Every engine's own form of the model."""
        model = Model(sources.published_folder(name, self.made), self.made / "models" / name)
        wanted = {(e.module, e.environment) for e in engines.ENGINES if not e.is_ours and (not e.models or name in e.models)}
        for module, environment in sorted(wanted):
            say(f"{name}: {module}")
            if not self.run(engines.python_of(self.made, environment), "worker.py", module, "prepare", model.published, model.made):
                self.missing.append(f"{name}: {module} has no model")


def main():
    os.chdir(engines.HERE.parent.parent)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path("build/peers"))
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--no-compile", action="store_true", help="without llama.cpp")
    setup = Setup(parser.parse_args())
    setup.environments()
    ready = [name for name, source in sources.SOURCES.items() if setup.graph_and_folder(name, source)]
    setup.texts()
    for name in ready:
        setup.conversions(name)
    for what in setup.missing:
        say(f"missing: {what}")
    return 1 if setup.missing else 0


if __name__ == "__main__":
    sys.exit(main())
