#pragma once
/// The nearest of many vectors, without texts, documents or a model: numbers in, ids and scores out.
///
///     auto index = vicinal::VectorIndex::make({.dimensions = 3}).value();
///     index.add(std::vector<uint64_t>{7, 8}, std::vector<float>{1, 0, 0, 0, 1, 0}).value();
///     index.save("vectors.vix").value();
///     auto again = vicinal::VectorIndex::load("vectors.vix").value();
///     for (const vicinal::Neighbour& near : again.search(std::vector<float>{0.9F, 0.1F, 0}, {.limit = 1}).value())
///       std::printf("%llu %.2f\n", static_cast<unsigned long long>(near.id), near.score);
///
/// Binary vectors are packed, eight bits a byte, and compared by their Hamming distance:
///
///     auto bits = vicinal::VectorIndex::make({.dimensions = 16, .kind = vicinal::VectorKind::bits}).value();
///     bits.add_bits(std::vector<uint64_t>{1, 2}, std::vector<uint8_t>{0xFF, 0x00, 0x0F, 0x0F}).value();
///     auto nearest = bits.search_bits(std::vector<uint8_t>{0xFF, 0x01}, {.limit = 1}).value();
///
/// Exact: the answer is that of comparing every vector, bit for bit. What is added lies in memory (4 bytes a dimension,
/// and for cosine, dot and l2 of 64 dimensions and more another byte); a loaded file is mapped, and read as it is
/// needed. Durable is what was saved, nothing else: for that see collection.h. A VectorIndex object is for one thread
/// at a time, searches included; load the file again for another.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vicinal/embedding.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

enum class VectorKind {
  floats,  ///< compared by VectorIndexOptions::metric
  bits,    ///< packed, compared by their Hamming distance
};

struct VectorIndexOptions {
  size_t dimensions = 0;  ///< 1 to 65,536; of bits a multiple of 8 up to 1,048,576
  VectorKind kind = VectorKind::floats;
  Metric metric = Metric::cosine;  ///< of floats
};

struct Neighbour {
  uint64_t id = 0;
  float score = 0;  ///< larger is nearer (distances are negated)
  bool operator==(const Neighbour&) const = default;
};

struct NeighbourOptions {
  size_t limit = 10;
  /// Only these ids (those that are not there are passed over). An empty list allows none.
  std::optional<std::span<const uint64_t>> allowed = {};
  /// Only ids for which it is true; asked once a vector that is there (with `allowed`: once for each of those), before
  /// anything is compared. Must not throw.
  std::function<bool(uint64_t)> accept = {};
};

class VectorIndex {
 public:
  /// An empty one. invalid_argument: dimensions out of range.
  static Result<VectorIndex> make(const VectorIndexOptions& options);
  /// Maps a file that `save` wrote: sizes, tables and ids are checked at once, vectors when they are first read.
  /// not_found. corrupt: not such a file, or damaged, with the place. unsupported: of a newer version.
  static Result<VectorIndex> load(const std::string& path);

  VectorIndex(VectorIndex&&) noexcept;
  VectorIndex& operator=(VectorIndex&&) noexcept;
  ~VectorIndex();

  const VectorIndexOptions& options() const;
  size_t size() const;
  bool contains(uint64_t id) const;

  /// Row i of `rows`, row-major [ids.size(), dimensions], becomes the vector of ids[i], in place of one that is there;
  /// of equal ids in one call the last counts. Of many vectors add thousands at a time. All of a call or nothing.
  /// invalid_argument: another number of values, a NaN or an infinity, or an index of bits.
  Result<> add(std::span<const uint64_t> ids, std::span<const float> rows);
  /// The same of packed bits, [ids.size(), dimensions / 8].
  Result<> add_bits(std::span<const uint64_t> ids, std::span<const uint8_t> rows);
  /// How many of the ids were there.
  Result<size_t> remove(std::span<const uint64_t> ids);

  /// Best first, ties by id: min(limit, vectors allowed) of them. invalid_argument: a query of another length, with a
  /// NaN or an infinity, or a limit of 0. corrupt: a loaded file is damaged where it was first read.
  Result<std::vector<Neighbour>> search(std::span<const float> query, const NeighbourOptions& options = {});
  Result<std::vector<Neighbour>> search_bits(std::span<const uint8_t> query, const NeighbourOptions& options = {});
  /// One list for each row of `queries`, in fewer passes over memory.
  Result<std::vector<std::vector<Neighbour>>> search_many(std::span<const float> queries,
                                                          const NeighbourOptions& options = {});

  /// Writes all of it into one file (docs/formats/vector-index.md), which gets its name in one step when it is whole
  /// and on disk: whoever has an older one loaded keeps that. Two processes must not save to one path at a time.
  Result<> save(const std::string& path);

 private:
  struct Impl;
  explicit VectorIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace v0
}  // namespace vicinal
