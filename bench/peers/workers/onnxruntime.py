"""ONNX Runtime on the graph with fused attention, skip-layer-norm and GELU; int8: its own dynamic quantisation of that graph.

The fusing tool (onnxruntime.transformers) needs torch, so setup.py makes the graphs once. int8 weights are signed, one scale a
channel; activations are quantised by the run-time, one scale a tensor.
"""
import onnxruntime

from workers.batches import feed, padded, pooled

PACKAGES = ("onnxruntime",)
BATCH_TOKENS = 2048


def fused_path(model):
    return model.made / f"onnxruntime-{onnxruntime.__version__}-fused.onnx"


def int8_path(model):
    return model.made / f"onnxruntime-{onnxruntime.__version__}-int8.onnx"


def prepare(model):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    config = model.config
    if not fused_path(model).exists():
        graph = optimizer.optimize_model(str(model.onnx), model_type="bert", num_heads=config["num_attention_heads"],
                                         hidden_size=config["hidden_size"], opt_level=1)
        print(f"# onnxruntime: fused {graph.get_fused_operator_statistics()}")
        graph.save_model_to_file(str(fused_path(model)))
    if not int8_path(model).exists():
        quantize_dynamic(fused_path(model), int8_path(model), weight_type=QuantType.QInt8, per_channel=True,
                         extra_options={"MatMulConstBOnly": True, "DefaultTensorType": 1})  # 1: float, the fused nodes' outputs


class Engine:
    batch_tokens = BATCH_TOKENS

    def __init__(self, model, precision, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        path = {"f32": fused_path, "int8": int8_path}[precision](model)
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = {value.name for value in self.session.get_inputs()}
        self.pooling = model.pooling

    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        return pooled(self.session.run(None, feed(ids, mask, self.names))[0], mask, self.pooling)
