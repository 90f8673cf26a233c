"""Which engines are compared at which precision, and how one runs: a process that loads a model once and then does what it is told."""
import dataclasses
import json
import os
import pathlib
import subprocess

from tick_clock import TickClock

HERE = pathlib.Path(__file__).resolve().parent
OURS = "vicinal"
AGAIN = " again"  # the same engine in a second process: the A/A control
PRECISIONS = ("f32", "bf16", "int8")


@dataclasses.dataclass(frozen=True)
class Engine:
    module: str  # of workers/, or OURS
    precision: str
    environment: str = "peers"  # the virtual environment that holds it
    models: tuple = ()  # empty: all
    form: str = ""  # what its format calls the precision, where several are compared as one
    again: bool = False

    @property
    def name(self):
        return f"{self.module} {self.form or self.precision}{AGAIN if self.again else ''}"

    @property
    def is_ours(self):
        return self.module == OURS


BERT = ("all-MiniLM-L6-v2", "bge-small-en-v1.5")  # CTranslate2 and llama.cpp read no MPNet
ENGINES = (
    *(Engine(OURS, precision, again=again) for precision in PRECISIONS for again in (False, True)),
    Engine("openvino", "f32"), Engine("openvino", "bf16"), Engine("openvino", "int8"),
    Engine("onnxruntime", "f32"), Engine("onnxruntime", "int8"),
    Engine("ctranslate2", "f32", models=BERT), Engine("ctranslate2", "int8", models=BERT),
    Engine("zentorch", "f32", environment="zentorch"), Engine("zentorch", "bf16", environment="zentorch"),
    Engine("torch", "f32"), Engine("torch", "bf16"),
    Engine("sentence_transformers", "f32"), Engine("fastembed", "f32"),
    Engine("llama_cpp", "bf16", models=BERT), Engine("llama_cpp", "bf16", models=BERT, form="f16"),
    Engine("llama_cpp", "int8", models=BERT, form="q8_0"),
)


def clean_environment(threads):
    """No setting of this machine for old numerical libraries, no network, no spinning threads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENBLAS_", "OMP_", "MKL_", "CT2_"))}
    return kept | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive",
                   "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore"}


def python_of(made, environment):
    return made / "venvs" / environment / "bin/python"


class Process:
    """An engine at work. `start` raises RuntimeError, saying why, where the engine cannot run here."""

    def __init__(self, engine, clock, process, log):
        self.engine, self.clock, self.process, self.log = engine, clock, process, log

    def read(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(last_line(self.log) or f"ended with status {self.process.wait()}")

    def ask(self, command, argument):
        try:
            self.process.stdin.write(f"{command} {argument}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # read() says how it ended
        return self.read()

    def measure(self, profile):
        self.ask("warm", profile)  # while the others ran, its memory went cold
        ticks = TickClock(self.process.pid) if self.clock == "ticks" else None
        answer = self.ask("run", profile)
        if ticks and "tokens" in answer:
            answer["cpu_seconds"] = ticks.seconds()
        return answer

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def last_line(log):
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def command_of(engine, model, options):
    if engine.is_ours:
        return [options.program, engine.precision, options.threads, options.seconds, model.published, model.texts]
    return [python_of(options.made, engine.environment), HERE / "worker.py", engine.module, engine.form or engine.precision, options.threads,
            options.seconds, model.published, model.made]


def start(engine, model, options):
    """The running process and its version."""
    log = options.made / "logs" / f"{model.made.name} {engine.name}.log".replace(" ", "-")
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w", encoding="utf-8") as errors:
        process = subprocess.Popen([str(part) for part in command_of(engine, model, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=errors, text=True, env=clean_environment(options.threads))
    running = Process(engine, options.clock, process, log)
    return running, running.read()["version"]
