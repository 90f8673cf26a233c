"""ONNX Runtime on the published graph, all optimisations of the session; int8: its own dynamic quantisation of that graph.

The graph that its offline tool fuses (onnxruntime.transformers.optimizer: attention, skip-layer-norm, bias-GELU) is slower here: by 12 % (f32)
and 25 % (int8) at 16 tokens, by 7 and 19 % at 128, by 0 and 9 % at 512, so it is not used. int8 weights are signed, one scale a channel.
"""
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

from workers.batches import feed, padded, pooled

PACKAGES = ("onnxruntime",)
BATCH_TOKENS = 2048


def int8_path(model):
    return model.made / f"onnxruntime-{onnxruntime.__version__}-int8.onnx"


def prepare(model):
    if not int8_path(model).exists():
        quantize_dynamic(model.onnx, int8_path(model), weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True})


class Engine:
    batch_tokens = BATCH_TOKENS

    def __init__(self, model, precision, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        path = {"f32": model.onnx, "int8": int8_path(model)}[precision]
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = {value.name for value in self.session.get_inputs()}
        self.pooling = model.pooling

    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        return pooled(self.session.run(None, feed(ids, mask, self.names))[0], mask, self.pooling)
