"""The ONNX graph of a published folder, by torch's exporter: last hidden state, any batch and length. Usage: onnx_graph.py FOLDER GRAPH"""
import sys

import torch
import transformers

OPSET = 18


class LastHidden(torch.nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, input_ids, attention_mask):
        return self.module(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def main():
    folder, path = sys.argv[1:]
    module = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    ids = torch.full((2, 24), 5)
    free = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=512)}
    torch.onnx.export(LastHidden(module), (ids, torch.ones_like(ids)), path, input_names=["input_ids", "attention_mask"],
                      output_names=["last_hidden_state"], dynamic_shapes={"input_ids": free, "attention_mask": free}, opset_version=OPSET,
                      dynamo=True, external_data=False)


if __name__ == "__main__":
    main()
