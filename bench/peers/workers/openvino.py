"""OpenVINO on the published graph: f32, bf16, and int8 as its compression framework (NNCF) makes it from 200 texts, bf16 around it.

One stream, the hint THROUGHPUT (LATENCY is up to 3 % slower at bf16). Where all texts have one length the graph is reshaped to that
shape beforehand: 1 to 2 % faster in batches, 12 to 16 % for a single text; the mixed texts run with free shapes. Its dynamic quantisation
works on compressed weights of language models, not on this graph.
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


class Compiled:
    """The graph for one shape, or for all."""

    def __init__(self, path, settings, shape=None):
        core = openvino.Core()
        graph = core.read_model(path)
        if shape:
            graph.reshape({value.get_any_name(): shape for value in graph.inputs})
        compiled = core.compile_model(graph, "CPU", settings)
        self.request, self.output = compiled.create_infer_request(), compiled.output(0)
        self.names = {value.get_any_name() for value in compiled.inputs}

    def __call__(self, ids, mask):
        return self.request.infer(feed(ids, mask, self.names), share_inputs=True, share_outputs=True)[self.output]


class Engine:
    batch_tokens = BATCH_TOKENS
    warm_mixed = None  # all: what it compiles for each shape is made once, and costs up to a tenth of the first pass

    def __init__(self, model, precision, threads):
        self.settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "THROUGHPUT",
                         "INFERENCE_PRECISION_HINT": "f32" if precision == "f32" else "bf16"}
        self.path = int8_path(model) if precision == "int8" else model.onnx
        self.free, self.of_shape = Compiled(self.path, self.settings), {}
        self.pooling = model.pooling

    def expect(self, texts, tokens):
        """Batches of this shape will come."""
        if (texts, tokens) not in self.of_shape:
            self.of_shape[texts, tokens] = Compiled(self.path, self.settings, [texts, tokens])

    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        return pooled(self.of_shape.get(ids.shape, self.free)(ids, mask), mask, self.pooling)
