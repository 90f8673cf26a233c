"""CTranslate2: its own conversion of the published folder; padding is removed around its products. f32, int8 (dynamic), bf16.

The converter has no pooling for sentence models, so its last hidden state is pooled here, as for the other graphs.
"""
import os

os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")  # left to itself it takes AVX2 on AMD
import ctranslate2  # noqa: E402
import numpy  # noqa: E402

from workers.batches import padded, pooled  # noqa: E402

PACKAGES = ("ctranslate2",)

COMPUTE = {"f32": "float32", "int8": "int8_float32"}


def converted(model):
    return model.made / f"ctranslate2-{ctranslate2.__version__}"


def prepare(model):
    if not converted(model).exists():
        ctranslate2.converters.TransformersConverter(str(model.published)).convert(str(converted(model)))


class Engine:
    batch_tokens = 2048

    def __init__(self, model, precision, threads):
        self.encoder = ctranslate2.Encoder(str(converted(model)), device="cpu", compute_type=COMPUTE[precision],
                                           inter_threads=1, intra_threads=threads)
        if self.encoder.compute_type != COMPUTE[precision]:
            raise SystemExit(f"ctranslate2 computes {self.encoder.compute_type} where {COMPUTE[precision]} was asked for")
        self.pooling = model.pooling

    def encode_ids(self, encoded):
        ids, mask = padded(encoded, numpy.int32)
        lengths = ctranslate2.StorageView.from_array(mask.sum(1, dtype=numpy.int32))
        output = self.encoder.forward_batch(ctranslate2.StorageView.from_array(ids), lengths)
        hidden = output.last_hidden_state.to(ctranslate2.DataType.float32)
        return pooled(numpy.array(hidden), mask, self.pooling)
