"""AMD's zentorch: the module of transformers compiled with the backend zentorch, in inference mode, f32 and bf16.

Compiled with dynamic shapes: one graph for all lengths. The mask is always given, so that there is one graph only.
"""
import torch
import transformers
import zentorch  # noqa: F401  registers the backend

from workers.batches import padded, pooled

PACKAGES = ("zentorch", "torch")


class Engine:
    batch_tokens = 2048

    def __init__(self, model, precision, threads):
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
        module = transformers.AutoModel.from_pretrained(model.published, dtype=dtype).eval()
        self.module = torch.compile(module, backend="zentorch", dynamic=True)
        self.pooling = model.pooling

    @torch.inference_mode()
    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        hidden = self.module(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
        return pooled(hidden.float().numpy(), mask, self.pooling)
