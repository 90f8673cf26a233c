"""llama.cpp, compiled here for this processor, through llama-cpp-python's low-level calls: token ids in, many sequences end to end in a batch.

Its flat batches need no padding, but attention runs over the whole batch under a mask: 256 tokens a batch are best (2,048: half the speed),
with flash attention (without: a tenth at 2,048). Weights bf16, f16 and q8_0; the arithmetic is its choice for each.
"""
import llama_cpp
import numpy

from workers.gguf_file import KINDS, write_gguf

PACKAGES = ("llama-cpp-python",)
CONTEXT_TOKENS = 512  # the longest text
BATCH_TOKENS = 256


def path_of(model, form):
    return model.made / f"llama.cpp-{form}.gguf"


def prepare(model):
    from workers.protocol import open_tokenizer
    for form in KINDS:
        if not path_of(model, form).exists():
            write_gguf(model, open_tokenizer(model).get_vocab(), form, path_of(model, form))


def context_settings(threads):
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = settings.n_batch = settings.n_ubatch = CONTEXT_TOKENS
    settings.n_seq_max, settings.embeddings, settings.kv_unified = BATCH_TOKENS, True, True
    settings.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
    settings.n_threads = settings.n_threads_batch = threads
    return settings


class Engine:
    batch_tokens = BATCH_TOKENS

    def __init__(self, model, form, threads):
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(str(path_of(model, form)).encode(), llama_cpp.llama_model_default_params())
        self.context = llama_cpp.llama_init_from_model(self.model, context_settings(threads))
        self.batch = llama_cpp.llama_batch_init(CONTEXT_TOKENS, 0, 1)
        self.width = model.config["hidden_size"]

    def fill(self, encoded):
        lengths = [len(ids) for ids in encoded]
        count = self.batch.n_tokens = sum(lengths)
        view = lambda pointer: numpy.ctypeslib.as_array(pointer, (CONTEXT_TOKENS,))[:count]  # noqa: E731
        view(self.batch.token)[:] = numpy.concatenate([numpy.asarray(ids, numpy.int32) for ids in encoded])
        view(self.batch.pos)[:] = numpy.concatenate([numpy.arange(length) for length in lengths])
        view(self.batch.n_seq_id)[:] = 1
        view(self.batch.logits)[:] = 1
        for index, sequence in enumerate(numpy.repeat(numpy.arange(len(encoded)), lengths).tolist()):
            self.batch.seq_id[index][0] = sequence

    def encode_batch(self, encoded):
        self.fill(encoded)
        if llama_cpp.llama_encode(self.context, self.batch) != 0:
            raise RuntimeError("llama_encode failed")
        rows = [llama_cpp.llama_get_embeddings_seq(self.context, sequence) for sequence in range(len(encoded))]
        return numpy.stack([numpy.ctypeslib.as_array(row, (self.width,)) for row in rows])

    def encode_ids(self, encoded):
        """In batches of as many texts as BATCH_TOKENS hold of the longest."""
        texts = max(1, BATCH_TOKENS // max(map(len, encoded)))
        vectors = numpy.concatenate([self.encode_batch(encoded[start:start + texts]) for start in range(0, len(encoded), texts)])
        return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
