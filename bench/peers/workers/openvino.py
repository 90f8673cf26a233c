"""OpenVINO on the published graph: f32, bf16, and int8 as its compression framework (NNCF) makes it from 200 texts.

One stream, the hint THROUGHPUT (LATENCY for single queries is the same within the noise), shapes left dynamic: reshaped to one static shape a
length it was not faster beyond the noise. Dynamic int8 of OpenVINO is for weight-only models and does not apply to this graph.
"""
import json

import openvino

from workers.batches import feed, padded, pooled

PACKAGES = ("openvino",)
BATCH_TOKENS = 2048
CALIBRATION_TEXTS = 200


def int8_path(model):
    return model.made / f"openvino-{openvino.__version__.split('-')[0]}-int8.xml"


def calibration_texts(model):
    """Not those that parity is judged by."""
    with open(model.texts / "mixed.jsonl", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines][-CALIBRATION_TEXTS:]


def prepare(model):
    import nncf

    from workers.protocol import open_tokenizer
    if int8_path(model).exists():
        return
    graph, tokenizer = openvino.Core().read_model(model.onnx), open_tokenizer(model)
    names = {value.get_any_name() for value in graph.inputs}
    inputs = [feed(*padded([tokenizer.encode(text).ids]), names) for text in calibration_texts(model)]
    quantised = nncf.quantize(graph, nncf.Dataset(inputs), model_type=nncf.ModelType.TRANSFORMER, subset_size=CALIBRATION_TEXTS)
    openvino.save_model(quantised, int8_path(model), compress_to_fp16=False)


class Engine:
    batch_tokens = BATCH_TOKENS

    def __init__(self, model, precision, threads):
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "THROUGHPUT",
                    "INFERENCE_PRECISION_HINT": "f32" if precision == "f32" else "bf16"}
        core = openvino.Core()
        path = int8_path(model) if precision == "int8" else model.onnx
        compiled = core.compile_model(core.read_model(path), "CPU", settings)
        self.request, self.output = compiled.create_infer_request(), compiled.output(0)
        self.names = {value.get_any_name() for value in compiled.inputs}
        self.pooling = model.pooling

    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        hidden = self.request.infer(feed(ids, mask, self.names), share_inputs=True, share_outputs=True)[self.output]
        return pooled(hidden, mask, self.pooling)
