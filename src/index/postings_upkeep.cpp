#include "index/postings_upkeep.h"

#include <unistd.h>

#include <algorithm>

#include "index/folder.h"
#include "index/lexical_arm.h"
#include "postings/merge.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kDocumentsAtOnce = 256;
constexpr size_t kMostRows = 1 << 17;                     // of a file of fresh documents
constexpr size_t kMostInverterBytes = size_t{192} << 20;  // writing it takes twice as much
constexpr uint64_t kStepsOfMerge = 1000;

Result<uint64_t> fresh_passages(Snapshot& snapshot) {
  VICINAL_TRY(Query query, snapshot.database().query("SELECT coalesce(sum(chunks), 0) FROM documents WHERE id > ?",
                                                     snapshot.manifest().postings_end()));
  VICINAL_TRY([[maybe_unused]] const bool row, query.next());
  return query.unsigned_integer(0);
}

Result<std::vector<uint64_t>> dead_between(Database& database, uint64_t first, uint64_t last) {
  std::vector<uint64_t> dead;
  VICINAL_TRY(Query query,
              database.query("SELECT document FROM dead_postings WHERE document BETWEEN ? AND ? ORDER BY document",
                             first, last));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return dead;
    dead.push_back(query.unsigned_integer(0));
  }
}

/// Rows of the dead documents; they are cleared in `live`, if there are any.
uint64_t take_dead(const postings::Image& image, std::span<const uint64_t> dead, std::vector<uint64_t>& live) {
  uint64_t rows = 0;
  for (const uint64_t document : dead) {
    const auto place = image.find_document(document);
    if (!place) continue;
    if (live.empty()) live.assign((size_t{image.rows()} + 63) / 64, ~uint64_t{0});
    for (uint32_t row = image.first_rows()[*place]; row < image.first_rows()[*place + 1]; ++row, ++rows)
      live[row / 64] &= ~(uint64_t{1} << row % 64);
  }
  return rows;
}

struct Gathered {
  uint64_t last = 0;  ///< document
  uint64_t rows = 0;
};

/// Fresh documents from the first one on, until the inverter is full.
Result<Gathered> gather(Snapshot& snapshot, Documents& documents, const WordRules& rules, postings::Inverter& inverter,
                        PacedWatch& watch) {
  PassageTerms terms(rules);
  Gathered gathered = {snapshot.manifest().postings_end(), 0};
  while (inverter.rows() < kMostRows && inverter.bytes() < kMostInverterBytes) {
    VICINAL_TRY(const auto some, documents_from(snapshot.database(), gathered.last, kDocumentsAtOnce));
    if (some.empty()) break;
    for (const auto& [id, external] : some) {
      VICINAL_TRY(const auto found, documents.read(external));
      if (found) terms.add(id, found->document, inverter);
      gathered.last = id;
    }
    VICINAL_TRY_VOID(watch.at(inverter.rows()));
  }
  gathered.rows = inverter.rows();
  return gathered;
}

bool is_fifth_dead(uint64_t dead, uint64_t rows) { return dead * 5 > rows; }

}  // namespace

Result<bool> postings_are_sound(Snapshot& snapshot, LookAt part) {
  VICINAL_TRY([[maybe_unused]] VectorSet* const vectors, snapshot.vectors());
  const Manifest& manifest = snapshot.manifest();
  VICINAL_TRY(const std::shared_ptr<const WordRules> rules, snapshot.word_rules());
  bool sound = snapshot.postings().size() == manifest.postings.size();
  for (PostingsFile& file : snapshot.postings()) {
    const auto image = file.image();
    const Result<> looked = !image ? Result<>(image.error()) : part == LookAt::tables ? Result<>() : file.verify();
    if (!looked && looked.error().code() != Code::corrupt) return looked.error();
    sound = sound && looked && (*image)->analyzer() == rules->identity();
  }
  return sound;
}

Result<std::optional<PostingsChange>> seal_postings(Snapshot& snapshot, Documents& documents, uint64_t least,
                                                    PacedWatch& watch) {
  VICINAL_TRY(const uint64_t fresh, fresh_passages(snapshot));
  if (fresh < least || fresh == 0) return std::optional<PostingsChange>();
  const Manifest& manifest = snapshot.manifest();
  VICINAL_TRY(const std::shared_ptr<const WordRules> rules, snapshot.word_rules());
  watch.begin("words", fresh);
  postings::Inverter inverter;
  VICINAL_TRY(const Gathered gathered, gather(snapshot, documents, *rules, inverter, watch));
  PostingsEntry entry = {manifest.next_file, manifest.postings_end() + 1, gathered.last, gathered.rows, 0};
  VICINAL_TRY(entry.bytes, write_postings_file(postings_file_path(snapshot.folder(), entry.number),
                                               postings_file_identity(manifest.collection, entry.number),
                                               [&](const postings::ByteSink& sink) {
                                                 return inverter.write(sink, rules->identity(),
                                                                       postings::kHasPositions);
                                               }));
  watch.end();
  return std::optional(PostingsChange{{}, entry, {}});
}

std::vector<PostingsEntry> postings_to_merge(std::span<const PostingsEntry> files,
                                             std::span<const uint64_t> dead_rows) {
  for (size_t i = 0; i < files.size(); ++i)
    if (is_fifth_dead(dead_rows[i], files[i].rows)) return {files[i]};
  if (files.size() <= kMaxPostingsFiles) return {};
  size_t begin = files.size() - 1;
  uint64_t rows = files[begin].rows;
  while (begin > 0 && (begin == files.size() - 1 || files[begin - 1].rows < rows)) rows += files[--begin].rows;
  return {files.begin() + static_cast<ptrdiff_t>(begin), files.end()};
}

Result<PostingsChange> merge_postings(Snapshot& snapshot, std::span<const PostingsEntry> files, PacedWatch& watch) {
  const Manifest& manifest = snapshot.manifest();
  PostingsChange change;
  std::vector<postings::MergeSource> sources;
  std::vector<std::vector<uint64_t>> live(files.size());
  for (PostingsFile& file : snapshot.postings()) {
    if (std::ranges::find(files, file.entry()) == files.end()) continue;
    VICINAL_TRY(postings::Image* const image, file.image());
    VICINAL_TRY(const auto dead, dead_between(snapshot.database(), file.entry().first, file.entry().last));
    change.dropped.insert(change.dropped.end(), dead.begin(), dead.end());
    std::vector<uint64_t>& mask = live[change.removed.size()];
    take_dead(*image, dead, mask);
    change.removed.push_back(file.entry());
    sources.push_back({image, mask});
  }
  const uint64_t rows = postings::living_rows(sources);
  if (sources.empty()) return change;
  watch.begin("merge words", kStepsOfMerge);
  PostingsEntry entry = {manifest.next_file, files.front().first, files.back().last, rows, 0};
  const postings::MergeStep step = [&](double done) {
    return watch.at(static_cast<uint64_t>(done * static_cast<double>(kStepsOfMerge))).ok();
  };
  VICINAL_TRY(entry.bytes, write_postings_file(
                               postings_file_path(snapshot.folder(), entry.number),
                               postings_file_identity(manifest.collection, entry.number),
                               [&](const postings::ByteSink& sink) { return postings::merge(sources, sink, step); }));
  (void)watch.at(kStepsOfMerge);
  watch.end();
  change.added = entry;
  return change;
}

Result<std::vector<uint64_t>> dead_postings_rows(Snapshot& snapshot) {
  std::vector<uint64_t> rows;
  for (PostingsFile& file : snapshot.postings()) {
    VICINAL_TRY(const auto dead, dead_between(snapshot.database(), file.entry().first, file.entry().last));
    if (dead.empty()) {
      rows.push_back(0);
      continue;
    }
    VICINAL_TRY(const postings::Image* const image, file.image());
    std::vector<uint64_t> mask;
    rows.push_back(take_dead(*image, dead, mask));
  }
  return rows;
}

}  // namespace vicinal::index
