"""One peer in one process: loads a model, then answers each line on stdin ("16", "128", "512", "mixed") with one line of
JSON {"tokens", "cpu_seconds", "wall_seconds"} for at least the given seconds of work; "warm 16" does the work once.

Usage: worker.py ENGINE PRECISION THREADS SECONDS ONNX TOKENIZER TEXTS
ENGINE: onnxruntime (f32, int8) or openvino (f32, bf16). Each runs with its best settings for throughput: all graph
optimisations, the fused transformer graph for onnxruntime; inputs of one length in batches of 2,048 tokens, mixed
texts tokenized here, sorted by length, in batches of 2,048 tokens with their padding; only real tokens count.
"""
import json
import os
import sys
import time

BATCH_TOKENS = 2048
MAX_TOKENS = 512


def fused_graph(model_path, version):
    """The graph with fused attention. The tool that makes it needs torch; without, the session's own fusions must do."""
    fused = model_path + f".fused-{version}.onnx"
    if os.path.exists(fused):
        return fused
    try:
        from onnxruntime.transformers import optimizer
    except ImportError as missing:
        print(f"# onnxruntime fuses in its session only: {missing}", file=sys.stderr)
        return model_path
    optimizer.optimize_model(model_path, model_type="bert", num_heads=12, hidden_size=384, opt_level=1).save_model_to_file(fused)
    return fused


def onnxruntime_runner(model_path, precision, threads):
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic
    fused = fused_graph(model_path, onnxruntime.__version__)
    if precision == "int8":
        quantised = fused + ".int8.onnx"
        if not os.path.exists(quantised):
            quantize_dynamic(fused, quantised, weight_type=QuantType.QInt8, per_channel=True,
                             extra_options={"MatMulConstBOnly": True, "DefaultTensorType": 1})  # 1: float, the fused nodes' outputs
        fused = quantised
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(fused, options, providers=["CPUExecutionProvider"])
    names = {i.name for i in session.get_inputs()}
    return lambda feed: session.run(None, {k: v for k, v in feed.items() if k in names})[0]


def openvino_runner(model_path, precision, threads):
    import openvino
    core = openvino.Core()
    config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "THROUGHPUT",
              "INFERENCE_PRECISION_HINT": {"f32": "f32", "bf16": "bf16"}[precision]}
    compiled = core.compile_model(core.read_model(model_path), "CPU", config)
    request = compiled.create_infer_request()
    names = {i.get_any_name() for i in compiled.inputs}
    return lambda feed: request.infer({k: v for k, v in feed.items() if k in names})[compiled.output(0)]


RUNNERS = {"onnxruntime": onnxruntime_runner, "openvino": openvino_runner}


def pool(numpy, hidden, mask):
    weights = mask[:, :, None].astype(numpy.float32)
    mean = (hidden * weights).sum(1) / weights.sum(1)
    return mean / numpy.linalg.norm(mean, axis=1, keepdims=True)


def feed_of(numpy, ids, mask):
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}


def fixed_batch(numpy, length):
    ids = numpy.random.default_rng(1).integers(1000, 29000, (max(1, BATCH_TOKENS // length), length)).astype(numpy.int64)
    ids[:, 0], ids[:, -1] = 101, 102
    return ids


def run_fixed(numpy, run, length):
    ids = fixed_batch(numpy, length)
    mask = numpy.ones_like(ids)
    pool(numpy, run(feed_of(numpy, ids, mask)), mask)
    return ids.size


def mixed_batches(encoded):
    """Texts sorted by length, as many to a batch as BATCH_TOKENS hold when all are padded to the longest: little padding."""
    batch = []
    for ids in sorted(encoded, key=len):
        if batch and len(ids) * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(ids)
    yield batch


def run_mixed(numpy, run, tokenizer, texts):
    encoded = [e.ids for e in tokenizer.encode_batch(texts)]
    for batch in mixed_batches(encoded):
        ids = numpy.zeros((len(batch), len(batch[-1])), numpy.int64)
        mask = numpy.zeros_like(ids)
        for row, values in enumerate(batch):
            ids[row, :len(values)] = values
            mask[row, :len(values)] = 1
        pool(numpy, run(feed_of(numpy, ids, mask)), mask)
    return sum(map(len, encoded))


def main():
    engine, precision, threads, seconds, onnx, tokenizer_path, texts_path = sys.argv[1:]
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["RAYON_NUM_THREADS"] = threads
    import numpy
    import tokenizers
    run = RUNNERS[engine](onnx, precision, int(threads))
    tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    with open(texts_path, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    print("ready", flush=True)
    for line in sys.stdin:
        warm, length = line.startswith("warm "), line.split()[-1]
        work = (lambda: run_mixed(numpy, run, tokenizer, texts)) if length == "mixed" else (lambda: run_fixed(numpy, run, int(length)))
        cpu, wall, tokens = time.process_time(), time.perf_counter(), work()
        while not warm and time.process_time() - cpu < float(seconds):
            tokens += work()
        print(json.dumps({"tokens": tokens, "cpu_seconds": time.process_time() - cpu, "wall_seconds": time.perf_counter() - wall}), flush=True)


if __name__ == "__main__":
    main()
