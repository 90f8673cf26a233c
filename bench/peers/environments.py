"""The virtual environments of the peers: pinned versions, all from PyPI."""
import os
import subprocess
import sys

# One for nearly all; zentorch wants the torch that it was built with.
PACKAGES = {
    "peers": ["onnxruntime==1.31.1", "openvino==2026.4.1", "nncf==3.4.0", "onnx==1.23.2", "onnxscript==0.7.2", "tokenizers==0.23.3",
              "torch==2.15.0", "transformers==5.24.0", "sentence-transformers==6.2.0", "fastembed==0.9.1", "ctranslate2==4.8.5",
              "gguf==0.19.0"],
    "zentorch": ["zentorch==2.14.0.1", "torch==2.14.0", "sentence-transformers==6.2.0", "tokenizers==0.23.3"],
}
# Compiled here, for this processor: a quarter of an hour on two cores.
COMPILED = {"peers": "llama-cpp-python==0.3.36"}
COMPILE_SETTINGS = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF"


def pip(python, *arguments, **environment):
    return subprocess.run([python, "-m", "pip", "install", "--quiet", *arguments], env=os.environ | environment, check=False).returncode == 0


def done_mark(folder, packages):
    """A file that holds what was installed, so that a second run has nothing to do."""
    mark = folder / "installed.txt"
    return mark, mark.exists() and mark.read_text() == "\n".join(packages)


def make(folder, name, compile_too):
    """True when it is complete; what is missing has been said by pip."""
    packages = PACKAGES[name] + ([COMPILED[name]] if compile_too and name in COMPILED else [])
    mark, done = done_mark(folder, packages)
    if done:
        return True
    if not (folder / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    complete = pip(folder / "bin/python", *PACKAGES[name])
    if complete and len(packages) > len(PACKAGES[name]):
        complete = pip(folder / "bin/python", "--no-binary", "llama-cpp-python", COMPILED[name], CMAKE_ARGS=COMPILE_SETTINGS)
    if complete:
        mark.write_text("\n".join(packages))
    return complete
