#include "index/bit_scan.h"

#include "kernels/table.h"

namespace vicinal::index {

namespace {

const uint8_t* bytes_of(std::span<const float> bits) { return reinterpret_cast<const uint8_t*>(bits.data()); }

class BitPass {
 public:
  BitPass(VectorSet& vectors, std::span<const BitQuery> queries) : vectors_(vectors), queries_(queries) {
    for (const BitQuery& query : queries) best_.emplace_back(query.limit);
  }

  Result<std::vector<std::vector<Candidate>>> run() {
    for (size_t file = 0; file < vectors_.files().size(); ++file) VICINAL_TRY_VOID(take_file(file));
    std::vector<std::vector<Candidate>> found;
    for (TopCandidates& best : best_) found.push_back(best.take());
    return found;
  }

 private:
  Result<> take_file(size_t file) {
    VectorFile& rows = *vectors_.files()[file].vectors;
    for (size_t i = 0; i < rows.blocks(); ++i) {
      VICINAL_TRY(const BlockView block, rows.block(i));
      for (size_t query = 0; query < queries_.size(); ++query) take_block(query, file, block);
    }
    return {};
  }

  void take_block(size_t number, size_t file, const BlockView& block) {
    const BitQuery& query = queries_[number];
    const DeadRows& dead = vectors_.files()[file].dead;
    const auto distance = kernels::active().hamming;
    for (size_t row = 0; row < block.ids.size(); ++row) {
      const uint64_t at = block.first_row + row;
      if (dead.dead(at) || (!query.allowed.empty() && !query.allowed[file].test(at))) continue;
      const std::span<const float> stored = block.vectors.row(row);
      const uint64_t bits = distance(bytes_of(query.bits), bytes_of(stored), stored.size_bytes());
      best_[number].add({0.0F - static_cast<float>(bits), 0, block.ids[row].document});
    }
  }

  VectorSet& vectors_;
  std::span<const BitQuery> queries_;
  std::vector<TopCandidates> best_;
};

}  // namespace

Result<std::vector<std::vector<Candidate>>> scan_bits(VectorSet& vectors, std::span<const BitQuery> queries) {
  return BitPass(vectors, queries).run();
}

}  // namespace vicinal::index
