"""A BERT folder as a GGUF file, the format of llama.cpp: bf16, f16 or q8_0 matrices, the rest f32.

The names of keys and tensors are those of the package gguf; the vocabulary is stored as llama.cpp's word pieces expect it: pieces that begin
a word with U+2581 before them, the others without their "##".
"""
import gguf
import numpy
import safetensors.numpy

KINDS = {"f16": gguf.GGMLQuantizationType.F16, "bf16": gguf.GGMLQuantizationType.BF16, "q8_0": gguf.GGMLQuantizationType.Q8_0}
LAYER = {"attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
         "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
         "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm"}
EMBEDDINGS = {"embeddings.word_embeddings.weight": "token_embd.weight", "embeddings.position_embeddings.weight": "position_embd.weight",
              "embeddings.token_type_embeddings.weight": "token_types.weight", "embeddings.LayerNorm.weight": "token_embd_norm.weight",
              "embeddings.LayerNorm.bias": "token_embd_norm.bias"}


def tensor_name(published):
    """None for what an encoder does not use (the pooler, stored positions)."""
    if published in EMBEDDINGS:
        return EMBEDDINGS[published]
    if not published.startswith("encoder.layer."):
        return None
    number, rest = published.removeprefix("encoder.layer.").split(".", 1)
    part, kind = rest.rsplit(".", 1)
    return f"blk.{number}.{LAYER[part]}.{kind}"


def stored(name, values, kind):
    """Matrices that are multiplied, and the table of words, in the kind asked for."""
    if values.ndim == 1 or name in ("position_embd.weight", "token_types.weight"):
        kind = gguf.GGMLQuantizationType.F32
    return gguf.quantize(numpy.ascontiguousarray(values, numpy.float32), kind), kind


def piece(token):
    if token.startswith("[") and token.endswith("]"):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


def add_vocabulary(writer, vocabulary):
    tokens = sorted(vocabulary, key=vocabulary.get)
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([piece(token) for token in tokens])
    writer.add_token_types([gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens])
    writer.add_token_type_count(2)
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_eos_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])


def add_shape(writer, config, pooling):
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type({"mean": gguf.PoolingType.MEAN, "cls": gguf.PoolingType.CLS}[pooling])


def write_gguf(model, vocabulary, form, path):
    writer = gguf.GGUFWriter(path, "bert")
    add_shape(writer, model.config, model.pooling)
    add_vocabulary(writer, vocabulary)
    for published, values in safetensors.numpy.load_file(model.published / "model.safetensors").items():
        name = tensor_name(published.removeprefix("bert."))
        if name:
            data, kind = stored(name, values, KINDS[form])
            writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
