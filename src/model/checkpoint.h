#pragma once
/// The weights of a model folder, asked for by name and expected shape.
///
/// Published checkpoints of one architecture differ in a prefix ("bert.") and in old names ("LayerNorm.gamma" for
/// "LayerNorm.weight"): both are looked up. Every error names file and tensor.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/aligned_buffer.h"
#include "kernels/table.h"
#include "model/packed_cache.h"
#include "model/safetensors.h"

namespace vicinal::model {

using Shape = std::initializer_list<size_t>;

/// Move-only; borrowed floats live as long as it.
class Checkpoint {
 public:
  /// FOLDER/model.safetensors; `prefix` may stand before every name. unsupported where the weights are there in
  /// another form (sharded, pickled), saying which; not_found where there are none.
  static Result<Checkpoint> open(const std::string& folder, std::string_view prefix, const kernels::Table& table,
                                 PackedCache packed = {});

  /// corrupt: no such tensor, or another shape (both are named).
  Result<const TensorView*> find(std::string_view name, Shape shape) const;

  /// Finds and copies: see copy_floats.
  Result<> copy(std::string_view name, Shape shape, std::span<float> out) const;
  /// Finds and lends: see borrow_floats.
  Result<std::span<const float>> borrow(std::string_view name, Shape shape, base::AlignedBuffer<float>* storage) const;
  /// Finds and lends without reading: see borrow_floats_unread.
  Result<std::span<const float>> borrow_unread(std::string_view name, Shape shape,
                                               base::AlignedBuffer<float>* storage) const;

  /// The tensor was packed and is not read any more: its pages leave resident memory. Nothing where there is none.
  void release(std::string_view name) const;

  const kernels::Table& table() const { return *table_; }
  /// Where these weights' packed forms are kept between runs.
  const PackedCache& packed_cache() const { return packed_; }
  const std::string& path() const { return file_.path(); }

 private:
  Checkpoint(SafetensorsFile file, std::string_view prefix, const kernels::Table& table, PackedCache packed)
      : file_(std::move(file)), prefix_(prefix), table_(&table), packed_(std::move(packed)) {}

  const TensorView* find_any_spelling(std::string_view name) const;

  SafetensorsFile file_;
  std::string prefix_;
  const kernels::Table* table_;
  PackedCache packed_;
};

}  // namespace vicinal::model
