"""One model as its peers find it: the published folder, the ONNX graph, and what setup.py made of them."""
import dataclasses
import json
import pathlib


@dataclasses.dataclass(frozen=True)
class Model:
    published: pathlib.Path  # config.json, tokenizer.json and, where it was published so, model.safetensors
    made: pathlib.Path  # model.onnx and every engine's own conversion

    @property
    def config(self):
        return json.loads((self.published / "config.json").read_text(encoding="utf-8"))

    @property
    def pooling(self):
        settings = json.loads((self.published / "1_Pooling/config.json").read_text(encoding="utf-8"))
        return "cls" if settings["pooling_mode_cls_token"] else "mean"

    @property
    def onnx(self):
        return self.made / "model.onnx"

    @property
    def texts(self):
        return self.made.parent.parent / "texts"
