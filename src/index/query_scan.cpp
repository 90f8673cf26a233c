#include "index/query_scan.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <tuple>

#include "kernels/table.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kNoDocument = std::numeric_limits<uint64_t>::max();
constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr size_t kFewSuspects = 4096;
constexpr size_t kManySuspects = 256;
// A row of floats that is looked up costs about as much as this many rows of codes in a scan.
constexpr uint64_t kFewRowsShare = 16;

}  // namespace

QueryScan::QueryScan(const ScanQuery& query, bool use_codes)
    : query_(query),
      scorer_(query.query, query.metric),
      codes_(query.query),
      top_(query.limit),
      exact_(query.limit),
      floor_(query.limit),
      document_{0, 0, kNoDocument},
      floor_document_(kNoDocument),
      capacity_(kFewSuspects) {
  for (const Bitmap& rows : query.allowed) few_.push_back(rows.count() < rows.size() / kFewRowsShare);
  if (use_codes && query.metric != Metric::l1 && codes_.usable())
    bounds_.emplace(codes_, query.query.size(), query.metric);
}

bool QueryScan::admits(size_t file, uint64_t row) const {
  return query_.allowed.empty() || query_.allowed[file].test(row);
}

bool QueryScan::wants(size_t file, uint64_t first_row, uint64_t rows) const {
  if (query_.allowed.empty()) return true;
  return !wants_few(file) && query_.allowed[file].next(first_row) < first_row + rows;
}

Result<> QueryScan::take_few(VectorSet& vectors, size_t file) {
  VectorSet::OpenFile& open = vectors.files()[file];
  const Bitmap& allowed = query_.allowed[file];
  for (uint64_t row = allowed.next(0); row < allowed.size(); row = allowed.next(row + 1)) {
    if (open.dead.dead(row)) continue;
    const VectorFile::Place place = open.vectors->place_of(row);
    VICINAL_TRY(const BlockView block, open.vectors->block(place.block));
    const RowId& id = block.ids[place.row_in_block];
    offer({scorer_.row(block.vectors.row(place.row_in_block)), id.ordinal, id.document});
  }
  end_file();
  return {};
}

Result<> QueryScan::take_floats(VectorSet& vectors, size_t file, size_t block) {
  VectorSet::OpenFile& open = vectors.files()[file];
  VICINAL_TRY(const std::span<const float> scores, scorer_.block(*open.vectors, block));
  const std::span<const RowId> ids = open.vectors->ids(block);
  const uint64_t first = open.vectors->first_row(block);
  for (size_t row = 0; row < scores.size(); ++row)
    if (!open.dead.dead(first + row) && admits(file, first + row))
      offer({scores[row], ids[row].ordinal, ids[row].document});
  return {};
}

// The rows of a document lie together, in order of their ordinals.
void QueryScan::offer(const Candidate& candidate) {
  if (query_.best_per_document && candidate.document == document_.document) {
    if (candidate.score > document_.score) document_ = candidate;
    return;
  }
  end_document();
  document_ = candidate;
}

void QueryScan::end_document() {
  if (document_.document == kNoDocument) return;
  top_.add(document_);
  if (bounds_) {
    exact_.offer(bounds_->key(document_.score));
    floor_.offer(bounds_->key(document_.score));
  }
  document_.document = kNoDocument;
}

void QueryScan::end_file() {
  end_document();
  raise_floor(kNoDocument, 0);
}

void QueryScan::take_codes(VectorSet& vectors, size_t file, uint64_t first_row, const CodeBlock& block,
                           const float* dots) {
  const size_t rows = block.scale.size();
  selected_.resize((rows + 63) / 64);
  kernels::SelectRows select = {dots, block.scale.data(), block.error.data(), block.norm.data(), rows};
  select.selected = selected_.data();
  bounds_->aim(floor_.value(), select);
  kernels::active().select_rows(select);
  VectorSet::OpenFile& open = vectors.files()[file];
  for (size_t word = 0; word < selected_.size(); ++word) {
    const uint64_t allowed = query_.allowed.empty() ? ~uint64_t{0} : query_.allowed[file].word(first_row / 64 + word);
    for (uint64_t bits = selected_[word] & allowed; bits != 0; bits &= bits - 1) {
      const size_t row = word * 64 + static_cast<size_t>(std::countr_zero(bits));
      suspect(open, file, first_row + row,
              bounds_->range(dots[row], {block.scale[row], block.error[row], block.norm[row]}));
    }
  }
}

void QueryScan::suspect_all(VectorSet& vectors, size_t file, uint64_t first_row, uint64_t rows) {
  for (uint64_t row = first_row; row < first_row + rows; ++row)
    if (admits(file, row)) suspect(vectors.files()[file], file, row, {-kUnbounded, kUnbounded});
}

void QueryScan::suspect(VectorSet::OpenFile& open, size_t file, uint64_t row, const ScoreBounds::Range& range) {
  if (range.upper < floor_.value() || open.dead.dead(row)) return;
  suspects_.push_back({range.upper, row, static_cast<uint32_t>(file)});
  if (query_.best_per_document) {
    const VectorFile::Place place = open.vectors->place_of(row);
    raise_floor(open.vectors->ids(place.block)[place.row_in_block].document, range.lower);
  } else {
    floor_.offer(range.lower);
  }
  if (suspects_.size() < capacity_) return;
  drop_hopeless(floor_.value());
  capacity_ = std::max(kFewSuspects, 2 * suspects_.size());
}

// A document's best row has at least the highest lower bound of its rows, which lie together.
void QueryScan::raise_floor(uint64_t document, double lower) {
  if (document == floor_document_ && document != kNoDocument) {
    document_floor_ = std::max(document_floor_, lower);
    return;
  }
  if (floor_document_ != kNoDocument) floor_.offer(document_floor_);
  floor_document_ = document;
  document_floor_ = lower;
}

bool QueryScan::lies_before(const Suspect& a, const Suspect& b) {
  return std::tie(a.file, a.row) < std::tie(b.file, b.row);
}

void QueryScan::drop_hopeless(double least) {
  std::erase_if(suspects_, [least](const Suspect& suspect) { return suspect.upper < least; });
}

// In rounds of the most promising: what each finds sends away most of the others.
Result<std::vector<Candidate>> QueryScan::finish(VectorSet& vectors, ScanWork& work) {
  end_file();
  drop_hopeless(floor_.value());
  for (size_t round = query_.limit; !suspects_.empty(); round *= 2) {
    const size_t count = std::min(round, suspects_.size());
    const auto end = suspects_.begin() + static_cast<std::ptrdiff_t>(count);
    std::ranges::nth_element(suspects_, end - 1, std::greater<>(), &Suspect::upper);
    // Many are read faster in the order in which they lie.
    if (count >= kManySuspects) std::sort(suspects_.begin(), end, lies_before);
    for (auto suspect = suspects_.begin(); suspect != end; ++suspect) VICINAL_TRY_VOID(settle(vectors, *suspect));
    work.rescored_rows += count;
    suspects_.erase(suspects_.begin(), end);
    drop_hopeless(exact_.value());
  }
  for (const Candidate& candidate : settled_) top_.add(candidate);
  return top_.take();
}

Result<> QueryScan::settle(VectorSet& vectors, const Suspect& suspect) {
  VectorFile& file = *vectors.files()[suspect.file].vectors;
  const VectorFile::Place place = file.place_of(suspect.row);
  VICINAL_TRY(const BlockView block, file.block(place.block));
  const RowId& id = block.ids[place.row_in_block];
  const Candidate found = {scorer_.row(block.vectors.row(place.row_in_block)), id.ordinal, id.document};
  if (query_.best_per_document) {
    const auto [known, added] = documents_.try_emplace(found.document, settled_.size());
    if (!added) {
      Candidate& best = settled_[known->second];
      if (found.score > best.score || (found.score == best.score && found.ordinal < best.ordinal)) best = found;
      return {};
    }
  }
  exact_.offer(bounds_->key(found.score));
  settled_.push_back(found);
  return {};
}

}  // namespace vicinal::index
