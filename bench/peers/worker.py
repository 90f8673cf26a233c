"""One peer in one process. Usage: worker.py ENGINE prepare FOLDER MADE | worker.py ENGINE PRECISION THREADS SECONDS FOLDER MADE

ENGINE is a module of workers/, which says how that engine is run. `prepare` makes the files that it loads.
"""
import importlib
import importlib.metadata
import os
import pathlib
import sys


def version_of(module):
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in module.PACKAGES)


def main():
    engine, precision = sys.argv[1:3]
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from workers.model import Model
    model = Model(*map(pathlib.Path, sys.argv[-2:]))
    module = importlib.import_module(f"workers.{engine}")
    if precision == "prepare":
        return getattr(module, "prepare", lambda model: None)(model)
    threads, seconds = int(sys.argv[3]), float(sys.argv[4])
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    from workers.protocol import serve
    return serve(module.Engine(model, precision, threads), version_of(module), model, seconds)


if __name__ == "__main__":
    main()
