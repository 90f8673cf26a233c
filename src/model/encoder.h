#pragma once
/// Token ids in, vectors out: the forward pass of a transformer encoder on flat tokens.
///
/// Sequences lie end to end; offsets say where each begins, so nothing is padded and no padding mask exists.
/// Attention runs per sequence. This layer never sees a string of text and starts no thread: a caller that wants
/// two cores calls `encode` from two threads with a workspace each.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/aligned_buffer.h"
#include "base/matrix_view.h"
#include "kernels/table.h"
#include "model/folder.h"
#include "model/packed_cache.h"

namespace vicinal::model {

/// S sequences of T tokens together. offsets: [S+1], offsets[0] == 0, offsets[S] == T; no sequence is empty or
/// longer than the model's positions. ids: [T], each passed by Encoder::check.
struct TokenBatch {
  std::span<const int32_t> ids;
  std::span<const uint32_t> offsets;
  size_t sequences() const { return offsets.size() - 1; }
};

/// Memory of one forward pass, grown as needed and reused. One per thread.
class Workspace {
 public:
  Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace();
  /// Gives memory above `bytes` back.
  void shrink_to(size_t bytes);

  struct Buffers;
  Buffers& buffers() { return *buffers_; }

 private:
  std::unique_ptr<Buffers> buffers_;
};

struct PoolingSpec {
  Pooling pooling = Pooling::mean;
  bool normalise = true;  ///< to unit length; a zero vector stays zero
};

/// Immutable after loading; `encode` is thread-safe with a workspace per thread.
class Encoder {
 public:
  /// Reads the weights of a folder (model.safetensors), packs them for `table` at the given type, or takes them as
  /// `packed` has them from an earlier run. corrupt / not_found / unsupported name file and tensor.
  static Result<std::unique_ptr<Encoder>> load(const ModelFolder& folder, kernels::WeightType type,
                                               const kernels::Table& table, const PackedCache& packed = {});
  virtual ~Encoder() = default;

  /// Pooled vectors: out is [S, hidden]. Bitwise the same for a sequence whatever else is in the batch.
  virtual void encode(const TokenBatch& batch, const PoolingSpec& pooling, Workspace& workspace,
                      base::MutableMatrixView out) const = 0;
  /// The last hidden state of every token: out is [T, hidden].
  virtual void encode_tokens(const TokenBatch& batch, Workspace& workspace, base::MutableMatrixView out) const = 0;

  /// That `encode` may have these ids. corrupt: one beyond the model's words, or one whose row of weights holds NaN or
  /// infinity: a row is not read before a text has the word.
  virtual Result<> check(std::span<const int32_t> ids) const = 0;

  virtual const EncoderConfig& config() const = 0;
};

}  // namespace vicinal::model
