"""fastembed as installed: embed() on the published ONNX graph from a local folder, its own tokenizing, batches in the order of arrival.

Its default batch of 256 pads every text to the longest of 256; 16 is the best for texts of mixed length (the fewer, the less padding).
"""
import shutil

import numpy
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType

PACKAGES = ("fastembed", "onnxruntime")

NAME = "local/bench"
BATCH_TEXTS = 16
FILES = "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"


def folder(model):
    return model.made / "fastembed"


def prepare(model):
    folder(model).mkdir(exist_ok=True)
    for name in FILES:
        shutil.copy(model.published / name, folder(model) / name)
    if not (folder(model) / "model.onnx").exists():
        (folder(model) / "model.onnx").hardlink_to(model.onnx)


class Engine:
    def __init__(self, model, precision, threads):
        pooling = {"mean": PoolingType.MEAN, "cls": PoolingType.CLS}[model.pooling]
        TextEmbedding.add_custom_model(model=NAME, pooling=pooling, normalization=True, sources=ModelSource(hf=NAME),
                                       dim=model.config["hidden_size"], model_file="model.onnx")
        self.embedder = TextEmbedding(NAME, specific_model_path=str(folder(model)), threads=threads, local_files_only=True)

    def encode_texts(self, texts):
        return numpy.array(list(self.embedder.embed(texts, batch_size=BATCH_TEXTS)))
