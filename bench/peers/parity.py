"""Does a peer compute the same vectors? The cosines of 64 real texts between its vectors and ours at f32."""
import array
import math

import engines

LEAST_MEAN = {"f32": 0.9999, "bf16": 0.999, "int8": 0.98}  # below, it computes something else and is not compared


class Different(Exception):
    """The vectors are not those of the model."""


def vectors_of(process, model):
    path = model.made / "vectors.f32"
    process.ask("vectors", path)
    values = array.array("f")
    values.frombytes(path.read_bytes())
    width = model.config["hidden_size"]
    return [values[start:start + width] for start in range(0, len(values), width)]


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def reference(model, options):
    process, _ = engines.start(engines.Engine(engines.OURS, "f32"), model, options)
    vectors = vectors_of(process, model)
    process.stop()
    return vectors


def compare(process, model, expected):
    """{"mean", "least"}; Different when the mean is below what the precision explains."""
    cosines = [cosine(a, b) for a, b in zip(vectors_of(process, model), expected, strict=True)]
    mean = sum(cosines) / len(cosines)
    if not mean >= LEAST_MEAN[process.engine.precision]:
        raise Different(f"not compared: its vectors differ from ours at f32 (mean cosine {mean:.4f})")
    return {"mean": mean, "least": min(cosines)}
