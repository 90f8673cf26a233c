#include "index/lexical_arm.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "index/field_rows.h"

namespace vicinal::index {

namespace {

void set_all(std::vector<uint64_t>& mask, uint32_t rows) { mask.assign((size_t{rows} + 63) / 64, ~uint64_t{0}); }

void clear_rows(std::vector<uint64_t>& mask, uint32_t begin, uint32_t end) {
  for (uint32_t row = begin; row < end; ++row) mask[row / 64] &= ~(uint64_t{1} << row % 64);
}

void set_rows(std::vector<uint64_t>& mask, uint32_t begin, uint32_t end) {
  for (uint32_t row = begin; row < end; ++row) mask[row / 64] |= uint64_t{1} << row % 64;
}

Result<std::vector<uint64_t>> dead_in_postings(Database& database) {
  std::vector<uint64_t> dead;
  VICINAL_TRY(Query query, database.query("SELECT document FROM dead_postings ORDER BY document"));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return dead;
    dead.push_back(query.unsigned_integer(0));
  }
}

}  // namespace

Result<std::vector<std::pair<uint64_t, std::string>>> documents_from(Database& database, uint64_t after,
                                                                     uint64_t limit) {
  std::vector<std::pair<uint64_t, std::string>> found;
  VICINAL_TRY(Query query,
              database.query("SELECT id, external FROM documents WHERE id > ? ORDER BY id LIMIT ?", after, limit));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) return found;
    found.emplace_back(query.unsigned_integer(0), query.text(1));
  }
}

Result<postings::Searcher*> LexicalArm::searcher(std::optional<double> k1, std::optional<double> b,
                                                 const FieldWeights& fields) {
  VICINAL_TRY([[maybe_unused]] VectorSet* const vectors, snapshot_->vectors());  // the files are mapped by this
  const uint64_t version = snapshot_->version();
  if (!loaded_ || version_ != version) {
    loaded_ = false;
    VICINAL_TRY_VOID(load());
    version_ = version;
    loaded_ = true;
    searcher_.reset();
  }
  postings::Scoring scoring = rules_->scoring();
  scoring.k1 = k1.value_or(scoring.k1);
  scoring.b = b.value_or(scoring.b);
  VICINAL_TRY_VOID(postings::check(scoring));
  if (!searcher_ || !(scoring_ == scoring) || weights_ != fields) {
    std::vector<postings::Source> sources;
    for (const Part& part : parts_) sources.push_back({part.image, part.live, part.fields});
    searcher_.emplace(std::move(sources), scoring, field_scoring(fields));
    scoring_ = scoring;
    weights_ = fields;
  }
  return &*searcher_;
}

std::optional<postings::FieldScoring> LexicalArm::field_scoring(const FieldWeights& weights) const {
  const std::vector<std::string>& names = snapshot_->manifest().identity.fields;
  if (names.size() == 1) return std::nullopt;
  postings::FieldScoring scoring{weights.empty() ? FieldWeights(names.size(), 1) : weights, {}};
  const auto title = std::ranges::find(names, kTitleField);
  if (title != names.end()) scoring.title = static_cast<size_t>(title - names.begin());
  return scoring;
}

Result<> LexicalArm::load_fields() {
  if (snapshot_->manifest().identity.fields.size() == 1) return {};
  VICINAL_TRY(const VectorSet* const vectors, snapshot_->vectors());
  const std::vector<RowId> beginnings = field_beginnings(*vectors);
  for (Part& part : parts_) part.fields = fields_of_rows(beginnings, *part.image);
  return {};
}

Result<> LexicalArm::load() {
  const Manifest& manifest = snapshot_->manifest();
  if (!manifest.identity.words.indexed())
    return Error(Code::unsupported, "the collection was made without words")
        .with("path", snapshot_->folder())
        .with("fix", "search by meaning, --mode dense; or index again with --analyzer unicode");
  if (!manifest.has_postings())
    return Error(Code::unsupported, "the collection was made before words were indexed")
        .with("path", snapshot_->folder())
        .with("fix", "vicinal compact --collection DIR brings it up to date");
  VICINAL_TRY(rules_, snapshot_->word_rules());
  parts_.clear();
  for (PostingsFile& file : snapshot_->postings()) {
    VICINAL_TRY(postings::Image* const image, file.image());
    if (image->analyzer() != rules_->identity()) return image->damaged("another analysis made them");
    parts_.push_back({image, {}, {}});
  }
  if (parts_.size() != manifest.postings.size())
    return Error(Code::corrupt, "a file of postings is missing")
        .with("path", snapshot_->folder())
        .with("fix", postings::kHowToMend);
  VICINAL_TRY_VOID(mark_dead());
  VICINAL_TRY_VOID(load_fresh());
  VICINAL_TRY_VOID(load_fields());
  std::set<std::string> languages;
  for (const Part& part : parts_)
    for (const auto& [code, rows] : part.image->languages()) languages.insert(code);
  languages_.assign(languages.begin(), languages.end());
  return {};
}

Result<> LexicalArm::mark_dead() {
  VICINAL_TRY(const std::vector<uint64_t> dead, dead_in_postings(snapshot_->database()));
  if (dead.empty()) return {};
  for (Part& part : parts_) {
    const auto documents = part.image->documents();
    if (documents.empty()) continue;
    auto at = std::ranges::lower_bound(dead, documents.front());
    for (; at != dead.end() && *at <= documents.back(); ++at) {
      const auto found = std::ranges::lower_bound(documents, *at);
      if (found == documents.end() || *found != *at) continue;
      if (part.live.empty()) set_all(part.live, part.image->rows());
      const auto document = static_cast<size_t>(found - documents.begin());
      clear_rows(part.live, part.image->first_rows()[document], part.image->first_rows()[document + 1]);
    }
  }
  return {};
}

/// What no file covers yet: few documents, because a writer seals them as they come.
Result<> LexicalArm::load_fresh() {
  fresh_.reset();
  postings::Inverter inverter;
  PassageTerms terms(*rules_);
  VICINAL_TRY(const auto documents, documents_from(snapshot_->database(), snapshot_->manifest().postings_end(),
                                                   std::numeric_limits<int64_t>::max()));
  for (const auto& [id, external] : documents) {
    VICINAL_TRY(const auto found, documents_->read(external));
    if (found) terms.add(id, found->document, inverter);
  }
  if (inverter.rows() == 0) return {};
  std::string payload;
  VICINAL_TRY_VOID(inverter.write(
      [&](std::span<const std::byte> bytes) -> Result<> {
        payload.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      rules_->identity(), postings::kHasPositions));
  fresh_bytes_.assign((payload.size() + 7) / 8, 0);
  std::memcpy(fresh_bytes_.data(), payload.data(), payload.size());
  VICINAL_TRY(fresh_, postings::Image::open(std::as_bytes(std::span(fresh_bytes_)).first(payload.size()),
                                            snapshot_->folder(), postings::Image::Trust::memory));
  parts_.push_back({fresh_.get(), {}, {}});
  return {};
}

Result<> LexicalArm::each_key(std::string_view prefix,
                              const std::function<bool(std::string_view, uint64_t)>& visit) const {
  bool more = true;
  for (const Part& part : parts_) {
    VICINAL_TRY_VOID(part.image->dictionary().each_from(prefix, [&](std::string_view key, const postings::Term& term) {
      return key.starts_with(prefix) && (more = visit(key, term.rows));
    }));
    if (!more) return {};
  }
  return {};
}

std::vector<std::vector<uint64_t>> LexicalArm::masks(const Bitmap& selected, std::span<const uint64_t> ids) const {
  std::vector<std::vector<uint64_t>> masks;
  for (const Part& part : parts_) {
    std::vector<uint64_t>& mask = masks.emplace_back((size_t{part.image->rows()} + 63) / 64, 0);
    const auto documents = part.image->documents();
    if (documents.empty()) continue;
    // Both ascend.
    auto place = static_cast<size_t>(std::ranges::lower_bound(ids, documents.front()) - ids.begin());
    for (place = selected.next(place); place < ids.size() && ids[place] <= documents.back();
         place = selected.next(place + 1)) {
      const auto found = std::ranges::lower_bound(documents, ids[place]);
      if (found == documents.end() || *found != ids[place]) continue;
      const auto document = static_cast<size_t>(found - documents.begin());
      set_rows(mask, part.image->first_rows()[document], part.image->first_rows()[document + 1]);
    }
  }
  return masks;
}

}  // namespace vicinal::index
