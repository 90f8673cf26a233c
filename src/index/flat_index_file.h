#pragma once
/// The file of a vector index: rows in the order of their ids, mapped, with their codes. Byte tables:
/// docs/formats/vector-index.md.

#include <string>

#include "index/memory_rows.h"
#include "vicinal/vector_index.h"

namespace vicinal::index {

inline constexpr size_t kMaxIndexDimensions = 65536;      ///< of floats
inline constexpr size_t kMaxIndexBits = size_t{1} << 20;  ///< a distance is a float without rounding

/// What the vectors of an index are.
struct FlatShape {
  VectorKind kind = VectorKind::floats;
  size_t dimensions = 0;  ///< of floats; or bits
  Metric metric = Metric::cosine;

  /// Floats that a row takes; bits are padded to whole ones.
  size_t row_floats() const;
  bool coded() const { return kind == VectorKind::floats && metric != Metric::l1; }
  bool operator==(const FlatShape&) const = default;
};

/// invalid_argument: dimensions that are out of range, or bits that are no whole bytes.
Result<> check_shape(const FlatShape& shape);

/// Writes the rows and gives the file its name in one step, durably.
Result<> write_flat_index(const std::string& path, const FlatShape& shape, const SortedRows& rows);

struct LoadedIndex {
  FlatShape shape;
  VectorSet::OpenFile rows;  ///< entry.rows may be 0
};
/// Maps the file; verifies header, sizes, tables and ids, vectors and codes on first touch. not_found; corrupt: not
/// such a file, or a size, table or id that cannot be; unsupported: a newer one.
Result<LoadedIndex> open_flat_index(const std::string& path);

}  // namespace vicinal::index
