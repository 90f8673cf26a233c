"""torch with the published module (transformers), sorted batches: what one gets by hand. Attention is scaled_dot_product_attention (not for MPNet).

f32, and bf16 weights and activations. The mask is left out where nothing is padded, so attention takes its fast path.
"""
import torch
import transformers

from workers.batches import padded, pooled

PACKAGES = ("torch", "transformers")


class Engine:
    batch_tokens = 2048

    def __init__(self, model, precision, threads):
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
        self.module = transformers.AutoModel.from_pretrained(model.published, dtype=dtype).eval()
        self.pooling = model.pooling

    @torch.inference_mode()
    def encode_ids(self, encoded):
        ids, mask = padded(encoded)
        attention = None if mask.all() else torch.from_numpy(mask)
        hidden = self.module(input_ids=torch.from_numpy(ids), attention_mask=attention).last_hidden_state
        return pooled(hidden.float().numpy(), mask, self.pooling)
