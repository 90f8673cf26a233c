#pragma once
/// A set of vectors under u64 ids, in memory or mapped, and the exact search over it. Meanings: vicinal/vector_index.h.
///
/// Rows lie in runs, each sorted by id, each a file of a VectorSet: the loaded one, and runs in memory. What is added
/// becomes a run of its own; runs of like size are merged, so that there are about log2(rows) of them and a row is
/// copied as often. A row that was replaced or removed is dead until its run is merged; a run with more dead rows than
/// living ones is made anew. Not thread-safe.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/bitmap.h"
#include "index/flat_index_file.h"
#include "index/top_k.h"

namespace vicinal::index {

class FlatIndex {
 public:
  /// REQUIRES: check_shape(shape).
  explicit FlatIndex(const FlatShape& shape) : shape_(shape) {}
  static Result<FlatIndex> load(const std::string& path);

  const FlatShape& shape() const { return shape_; }
  uint64_t size() const { return runs_.live_rows(); }
  bool contains(uint64_t id) const { return living(id).has_value(); }

  /// Of equal ids the last row counts. `rows`: [ids.size(), shape().row_floats()], floats finite.
  Result<> add(std::span<const uint64_t> ids, base::MatrixView rows);
  Result<size_t> remove(std::span<const uint64_t> ids);
  /// One list a row of `queries`, best first, ties by id.
  Result<std::vector<std::vector<Neighbour>>> search(base::MatrixView queries, const NeighbourOptions& options);
  Result<> save(const std::string& path);

 private:
  struct Place {
    size_t run = 0;
    uint64_t row = 0;
  };
  std::optional<Place> living(uint64_t id) const;
  bool bury(uint64_t id);
  Result<> merge_last(size_t count);
  Result<> tidy();
  std::vector<Bitmap> allowed_rows(const NeighbourOptions& options) const;
  Result<std::vector<std::vector<Candidate>>> candidates(base::MatrixView queries, size_t limit,
                                                         std::span<const Bitmap> allowed);

  FlatShape shape_;
  VectorSet runs_;  // the oldest, which tends to be the largest, first
};

}  // namespace vicinal::index
