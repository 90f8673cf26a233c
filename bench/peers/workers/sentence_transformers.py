"""sentence-transformers as installed: encode() with its own tokenizing, sorting (by characters) and batches of 32, f32."""
import sentence_transformers
import torch

from workers.batches import MAX_TOKENS

PACKAGES = ("sentence-transformers", "torch")


class Engine:
    def __init__(self, model, precision, threads):
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
        self.encoder = sentence_transformers.SentenceTransformer(str(model.published), device="cpu", model_kwargs={"dtype": dtype})
        self.encoder.max_seq_length = MAX_TOKENS

    def encode_texts(self, texts):
        vectors = self.encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=False, convert_to_tensor=True)
        return vectors.float().numpy()
