"""The folder that a BERT model is published as, from its ONNX graph: for engines that read no ONNX.

Usage: bert_folder.py GRAPH TOKENIZER POOLING FOLDER

Biases, norms and tables keep their names in the graph; a product's matrix does not. It is the one whose product the named bias is
added to, transposed.
"""
import json
import pathlib
import shutil
import sys

import numpy
import onnx
import onnx.numpy_helper
import safetensors.numpy


def weights_of(graph):
    values = {value.name: onnx.numpy_helper.to_array(value) for value in graph.initializer}
    named = {name: value for name, value in values.items() if name.startswith(("embeddings.", "encoder."))}
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    for node in graph.node:
        if node.op_type == "Add":
            for bias, product in (node.input, reversed(node.input)):
                if bias.endswith(".bias") and products.get(product) in values:
                    named[bias.removesuffix("bias") + "weight"] = values[products[product]].T
    return {name: numpy.ascontiguousarray(value) for name, value in named.items() if value.dtype == numpy.float32}


def config_of(weights):
    width = weights["embeddings.word_embeddings.weight"].shape[1]
    return {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": width,
            "intermediate_size": weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
            "layer_norm_eps": 1e-12, "position_embedding_type": "absolute",
            "max_position_embeddings": weights["embeddings.position_embeddings.weight"].shape[0],
            "num_attention_heads": 12, "num_hidden_layers": 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.")),
            "pad_token_id": 0, "type_vocab_size": weights["embeddings.token_type_embeddings.weight"].shape[0],
            "vocab_size": weights["embeddings.word_embeddings.weight"].shape[0]}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def main():
    graph, tokenizer, pooling, folder = sys.argv[1:]
    whole, folder = pathlib.Path(folder), pathlib.Path(folder + ".part")  # renamed when it is complete
    weights = weights_of(onnx.load(graph).graph)
    config = config_of(weights)
    write_json(folder / "config.json", config)
    write_json(folder / "1_Pooling/config.json", {"word_embedding_dimension": config["hidden_size"], "pooling_mode_cls_token": pooling == "cls",
                                                  "pooling_mode_mean_tokens": pooling == "mean"})
    package = "sentence_transformers.models."
    write_json(folder / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": package + "Transformer"},
                                         {"idx": 1, "name": "1", "path": "1_Pooling", "type": package + "Pooling"},
                                         {"idx": 2, "name": "2", "path": "2_Normalize", "type": package + "Normalize"}])
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": config["max_position_embeddings"], "do_lower_case": True})
    write_json(folder / "special_tokens_map.json", {f"{name}_token": f"[{name.upper()}]" for name in ("cls", "mask", "pad", "sep", "unk")})
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "pad_token": "[PAD]",
                                                  "model_max_length": config["max_position_embeddings"]})
    shutil.copy(tokenizer, folder / "tokenizer.json")
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in sorted(vocabulary, key=vocabulary.get)), encoding="utf-8")
    safetensors.numpy.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    folder.rename(whole)


if __name__ == "__main__":
    main()
