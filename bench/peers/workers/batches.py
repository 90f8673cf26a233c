"""Token ids as the padded rectangles that the peers compute on, and their pooling."""
import numpy

MAX_TOKENS = 512


def sorted_batches(encoded, batch_tokens):
    """Indices of texts, shortest first, as many to a batch as its tokens allow when all are padded to the longest."""
    batch = []
    for index in sorted(range(len(encoded)), key=lambda i: len(encoded[i])):
        if batch and len(encoded[index]) * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    yield batch


def padded(encoded, dtype=numpy.int64):
    """ids and mask, [texts, longest]; 0 is no token that counts, whatever the vocabulary calls it."""
    shape = len(encoded), max(map(len, encoded))
    ids, mask = numpy.zeros(shape, dtype), numpy.zeros(shape, dtype)
    for row, values in enumerate(encoded):
        ids[row, :len(values)] = values
        mask[row, :len(values)] = 1
    return ids, mask


def pooled(hidden, mask, pooling):
    """hidden [texts, tokens, width] to unit vectors [texts, width]."""
    vectors = hidden[:, 0] if pooling == "cls" else mean_of(hidden, mask)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def mean_of(hidden, mask):
    if mask.all():
        return hidden.mean(1)
    weights = mask.astype(numpy.float32)
    return numpy.einsum("bsd,bs->bd", hidden, weights) / weights.sum(1, keepdims=True)


def feed(ids, mask, names):
    """The inputs that a graph has, by name."""
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
    return {name: value for name, value in inputs.items() if name in names}
