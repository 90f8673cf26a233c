#include "index/flat_index.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "index/bit_scan.h"
#include "index/scan.h"

namespace vicinal::index {

namespace {

SortedRows sorted(std::span<const uint64_t> ids, const base::MatrixView& matrix) {
  SortedRows rows;
  rows.reserve(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) rows.push_back({ids[i], matrix.row(i).data()});
  std::ranges::stable_sort(rows, {}, &RowRef::id);
  // The last of equal ids counts: seen from behind, the first.
  const auto [first, last] = std::ranges::unique(rows.rbegin(), rows.rend(), {}, &RowRef::id);
  rows.erase(rows.begin(), first.base());
  return rows;
}

bool is_allowed_everywhere(const NeighbourOptions& options) { return !options.allowed && !options.accept; }

std::vector<Neighbour> ranked(const std::vector<Candidate>& candidates, size_t limit) {
  std::vector<Neighbour> found;
  found.reserve(candidates.size());
  for (const Candidate& candidate : candidates) found.push_back({candidate.document, candidate.score});
  const auto before = [](const Neighbour& a, const Neighbour& b) {
    return std::tie(b.score, a.id) < std::tie(a.score, b.id);
  };
  const auto kept = static_cast<std::ptrdiff_t>(std::min(limit, found.size()));
  std::partial_sort(found.begin(), found.begin() + kept, found.end(), before);
  found.resize(static_cast<size_t>(kept));
  return found;
}

uint64_t admitted(std::span<const Bitmap> allowed) {
  uint64_t rows = 0;
  for (const Bitmap& bits : allowed) rows += bits.count();
  return rows;
}

}  // namespace

Result<FlatIndex> FlatIndex::load(const std::string& path) {
  VICINAL_TRY(LoadedIndex loaded, open_flat_index(path));
  FlatIndex index(loaded.shape);
  std::vector<VectorSet::OpenFile> runs;
  if (loaded.rows.entry.rows > 0) runs.push_back(std::move(loaded.rows));
  index.runs_ = VectorSet(std::move(runs));
  return index;
}

std::optional<FlatIndex::Place> FlatIndex::living(uint64_t id) const {
  const std::span<const VectorSet::OpenFile> runs = runs_.files();
  for (size_t i = runs.size(); i-- > 0;) {
    const auto place = runs[i].vectors->lower_bound({id, 0, 0});
    if (!place || runs[i].vectors->ids(place->block)[place->row_in_block].document != id) continue;
    if (!runs[i].dead.dead(place->row)) return Place{i, place->row};
  }
  return {};
}

bool FlatIndex::bury(uint64_t id) {
  const std::optional<Place> place = living(id);
  if (!place) return false;
  VectorSet::OpenFile& run = runs_.files()[place->run];
  run.dead.mark(place->row, run.entry.rows);
  return true;
}

Result<> FlatIndex::add(std::span<const uint64_t> ids, base::MatrixView rows) {
  if (ids.empty()) return {};
  const SortedRows added = sorted(ids, rows);
  VICINAL_TRY(VectorSet::OpenFile run, rows_in_memory(added, shape_.row_floats(), shape_.coded()));
  for (const RowRef& row : added) bury(row.id);
  std::vector<VectorSet::OpenFile> runs = runs_.take_files();
  runs.push_back(std::move(run));
  runs_ = VectorSet(std::move(runs));
  return tidy();
}

Result<size_t> FlatIndex::remove(std::span<const uint64_t> ids) {
  const auto removed = std::ranges::count_if(ids, [this](uint64_t id) { return bury(id); });
  VICINAL_TRY_VOID(tidy());
  return static_cast<size_t>(removed);
}

Result<> FlatIndex::tidy() {
  for (;;) {
    const auto runs = runs_.files();
    const auto wasteful =
        std::ranges::find_if(runs, [](const VectorSet::OpenFile& run) { return run.dead.count() > run.live_rows(); });
    if (wasteful != runs.end()) {
      VICINAL_TRY_VOID(merge_last(static_cast<size_t>(runs.end() - wasteful)));
    } else if (runs.size() > 1 && runs[runs.size() - 2].entry.rows < 2 * runs.back().entry.rows) {
      VICINAL_TRY_VOID(merge_last(2));
    } else {
      return {};
    }
  }
}

Result<> FlatIndex::merge_last(size_t count) {
  const auto last = runs_.files().last(count);
  VICINAL_TRY(const SortedRows rows, living_rows(last));
  std::optional<VectorSet::OpenFile> merged;
  if (!rows.empty()) {
    VICINAL_TRY(merged, rows_in_memory(rows, shape_.row_floats(), shape_.coded()));
  }
  std::vector<VectorSet::OpenFile> runs = runs_.take_files();
  runs.resize(runs.size() - count);
  if (merged) runs.push_back(*std::move(merged));
  runs_ = VectorSet(std::move(runs));
  return {};
}

std::vector<Bitmap> FlatIndex::allowed_rows(const NeighbourOptions& options) const {
  std::vector<Bitmap> allowed;
  for (const VectorSet::OpenFile& run : runs_.files()) allowed.emplace_back(run.entry.rows);
  const auto take = [&](uint64_t id, const Place& place) {
    if (!options.accept || options.accept(id)) allowed[place.run].set(place.row);
  };
  if (options.allowed) {
    for (const uint64_t id : *options.allowed)
      if (const auto place = living(id)) take(id, *place);
    return allowed;
  }
  for (size_t run = 0; run < allowed.size(); ++run) {
    const VectorSet::OpenFile& file = runs_.files()[run];
    for (size_t block = 0; block < file.vectors->blocks(); ++block) {
      uint64_t row = file.vectors->first_row(block);
      for (const RowId& id : file.vectors->ids(block)) {
        if (!file.dead.dead(row)) take(id.document, {run, row});
        ++row;
      }
    }
  }
  return allowed;
}

Result<std::vector<std::vector<Neighbour>>> FlatIndex::search(base::MatrixView queries,
                                                              const NeighbourOptions& options) {
  std::vector<Bitmap> allowed;
  uint64_t rows = size();
  if (!is_allowed_everywhere(options)) {
    allowed = allowed_rows(options);
    rows = admitted(allowed);
  }
  std::vector<std::vector<Neighbour>> found(queries.rows);
  const size_t limit = std::min<uint64_t>(options.limit, rows);
  if (limit == 0) return found;
  VICINAL_TRY(const auto candidates_of, candidates(queries, limit, allowed));
  for (size_t i = 0; i < queries.rows; ++i) found[i] = ranked(candidates_of[i], limit);
  return found;
}

Result<std::vector<std::vector<Candidate>>> FlatIndex::candidates(base::MatrixView queries, size_t limit,
                                                                  std::span<const Bitmap> allowed) {
  if (shape_.kind == VectorKind::bits) {
    std::vector<BitQuery> scans;
    for (size_t i = 0; i < queries.rows; ++i) scans.push_back({queries.row(i), limit, allowed});
    return scan_bits(runs_, scans);
  }
  // More queries in one pass bring little, and their candidates wait in memory.
  constexpr size_t kTogether = 8;
  std::vector<std::vector<Candidate>> found;
  for (size_t first = 0; first < queries.rows; first += kTogether) {
    std::vector<ScanQuery> scans;
    for (size_t i = first; i < std::min(queries.rows, first + kTogether); ++i)
      scans.push_back({queries.row(i), limit, shape_.metric, false, allowed});
    VICINAL_TRY(auto some, scan(runs_, scans));
    std::ranges::move(some, std::back_inserter(found));
  }
  return found;
}

Result<> FlatIndex::save(const std::string& path) {
  VICINAL_TRY(const SortedRows rows, living_rows(runs_.files()));
  return write_flat_index(path, shape_, rows);
}

}  // namespace vicinal::index
