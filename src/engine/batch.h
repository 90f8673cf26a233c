#pragma once
/// Inputs that are stored together, and their vectors.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/input_stream.h"
#include "vicinal/embedding.h"
#include "vicinal/progress.h"

namespace vicinal::engine {

struct Batch {
  std::vector<Input> inputs;
  size_t tokens = 0;
  size_t chunks = 0;
  bool last = false;  ///< the stream ended with it
};

class BatchReader {
 public:
  explicit BatchReader(InputStream stream) : stream_(std::move(stream)) {}

  /// Takes inputs until `target_tokens` of work are together (one input at least, however large), at most a few
  /// thousand inputs. A second input of one id starts a new batch.
  Result<Batch> next(size_t target_tokens);
  const InputStream& stream() const { return stream_; }

 private:
  Result<std::optional<Input>> take();

  InputStream stream_;
  std::optional<Input> carried_;
};

struct BatchVectors {
  Matrix vectors;  ///< one row per chunk over all written documents in order
  size_t embedded = 0;
  size_t reused = 0;
  EmbedReport report;
};

/// Rows that are still to be computed: strings that neither the store nor an earlier row of the batch has.
struct MissingRows {
  std::vector<std::string_view> strings;          ///< each once
  std::vector<size_t> rows;                       ///< where its vector goes
  std::vector<std::pair<size_t, size_t>> copies;  ///< (from, to): equal strings within the batch
};

/// Fills what is known into `vectors.vectors`; the views are of the batch's own strings. Reads the store.
Result<MissingRows> reuse_vectors(index::Store& store, const Batch& batch, size_t dimensions, BatchVectors& vectors);

/// Computes the missing rows, and reports as the embedder does. Does not touch the store.
Result<> embed_missing(const embed::LocalEmbedder& embedder, const MissingRows& missing, BatchVectors& vectors,
                       const Watch& watch);

/// Writes, removes and restamps; durable when it returns. The documents are moved out of the batch.
Result<> store_batch(index::Store& store, Batch& batch, const BatchVectors& vectors);

}  // namespace vicinal::engine
