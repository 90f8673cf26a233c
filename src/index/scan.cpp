#include "index/scan.h"

#include <algorithm>
#include <memory>

#include "index/query_scan.h"
#include "kernels/table.h"

namespace vicinal::index {

namespace {

// Where more than this share of the rows is asked for, bounds would send hardly any away.
constexpr uint64_t kCodedShare = 8;

bool codes_pay(VectorSet& vectors, const ScanQuery& query) {
  uint64_t coded_rows = 0;
  for (const VectorSet::OpenFile& file : vectors.files()) coded_rows += file.codes ? file.entry.rows : 0;
  return query.limit <= coded_rows / kCodedShare;
}

class Pass {
 public:
  Pass(VectorSet& vectors, std::span<const ScanQuery> queries) : vectors_(vectors) {
    scans_.reserve(queries.size());
    for (const ScanQuery& query : queries) scans_.emplace_back(query, codes_pay(vectors, query));
    for (QueryScan& scan : scans_) (scan.uses_codes() ? coded_ : plain_).push_back(&scan);
    for (const QueryScan* scan : coded_) codes_.push_back(scan->code());
  }

  // Floats first: their exact scores spare work on codes.
  Result<std::vector<std::vector<Candidate>>> run(ScanWork& work) {
    for (size_t file = 0; file < vectors_.files().size(); ++file) {
      for (QueryScan& scan : scans_)
        if (scan.wants_few(file)) VICINAL_TRY_VOID(scan.take_few(vectors_, file));
      const bool has_codes = vectors_.files()[file].codes != nullptr;
      VICINAL_TRY_VOID(read_floats(file, plain_));
      if (!has_codes) VICINAL_TRY_VOID(read_floats(file, coded_));
    }
    for (size_t file = 0; file < vectors_.files().size(); ++file)
      if (vectors_.files()[file].codes && !coded_.empty()) read_codes(file, work);
    std::vector<std::vector<Candidate>> found;
    for (QueryScan& scan : scans_) {
      VICINAL_TRY(found.emplace_back(), scan.finish(vectors_, work));
    }
    return found;
  }

 private:
  Result<> read_floats(size_t file, const std::vector<QueryScan*>& scans) {
    VectorFile& floats = *vectors_.files()[file].vectors;
    for (size_t block = 0; block < floats.blocks(); ++block)
      for (QueryScan* scan : scans)
        if (scan->wants(file, floats.first_row(block), floats.ids(block).size()))
          VICINAL_TRY_VOID(scan->take_floats(vectors_, file, block));
    for (QueryScan* scan : scans) scan->end_file();
    return {};
  }

  void read_codes(size_t file, ScanWork& work) {
    CodeFile& codes = *vectors_.files()[file].codes;
    dots_.resize(coded_.size() * codes.rows_per_block());
    for (size_t i = 0; i < codes.blocks(); ++i) {
      const uint64_t first = codes.first_row(i), rows = codes.rows(i);
      const auto wants = [&](const QueryScan* scan) { return scan->wants(file, first, rows); };
      if (std::ranges::none_of(coded_, wants)) continue;
      const auto block = codes.block(i);
      if (block) read_code_block(codes, *block, file, first);
      if (!block) {
        for (QueryScan* scan : coded_)
          if (wants(scan)) scan->suspect_all(vectors_, file, first, rows);
      }
      work.coded_rows += rows * coded_.size();
    }
    for (QueryScan* scan : coded_) scan->end_file();
  }

  void read_code_block(const CodeFile& codes, const CodeBlock& block, size_t file, uint64_t first) {
    const size_t rows = block.scale.size();
    kernels::active().dot_codes({codes_.data(), codes_.size(), block.codes, codes.width(), rows, dots_.data(), rows});
    for (size_t i = 0; i < coded_.size(); ++i)
      if (coded_[i]->wants(file, first, rows))
        coded_[i]->take_codes(vectors_, file, first, block, dots_.data() + i * rows);
  }

  VectorSet& vectors_;
  std::vector<QueryScan> scans_;
  std::vector<QueryScan*> coded_, plain_;
  std::vector<kernels::QueryCode> codes_;  // of coded_
  std::vector<float> dots_;                // [coded_, rows of a block]
};

}  // namespace

Result<std::vector<Candidate>> scan(VectorSet& vectors, const ScanQuery& query, ScanWork* work) {
  VICINAL_TRY(auto found, scan(vectors, std::span(&query, 1), work));
  return std::move(found.front());
}

Result<std::vector<std::vector<Candidate>>> scan(VectorSet& vectors, std::span<const ScanQuery> queries,
                                                 ScanWork* work) {
  ScanWork done;
  VICINAL_TRY(auto found, Pass(vectors, queries).run(done));
  if (work != nullptr) *work = done;
  return found;
}

}  // namespace vicinal::index
