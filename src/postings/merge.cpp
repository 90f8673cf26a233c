#include "postings/merge.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>

namespace vicinal::postings {

namespace {

constexpr uint32_t kDropped = std::numeric_limits<uint32_t>::max();
constexpr size_t kTermsAtOnce = 4096;

bool lives(const MergeSource& source, uint32_t row) {
  return source.live.empty() || (source.live[row / 64] >> (row % 64) & 1) != 0;
}

/// Where each source's rows go; and the table of what is there afterwards.
struct RowPlan {
  RowTable table;
  std::vector<std::vector<uint32_t>> places;  ///< of each source: the new row, or kDropped
};

RowPlan plan_rows(std::span<const MergeSource> sources) {
  RowPlan plan;
  std::map<std::string, uint64_t> languages;
  for (const MergeSource& source : sources) {
    const Image& image = *source.image;
    std::vector<uint32_t>& places = plan.places.emplace_back(image.rows(), kDropped);
    for (size_t document = 0; document < image.documents().size(); ++document) {
      const uint32_t begin = image.first_rows()[document], end = image.first_rows()[document + 1];
      if (begin == end || !lives(source, begin)) continue;
      plan.table.documents.push_back(image.documents()[document]);
      plan.table.first_rows.push_back(static_cast<uint32_t>(plan.table.rows()));
      plan.table.titles.push_back(image.titles()[document]);
      for (uint32_t row = begin; row < end; ++row) {
        places[row] = static_cast<uint32_t>(plan.table.rows());
        plan.table.lengths.push_back(image.lengths()[row]);
      }
    }
    // Of dead rows nobody knows the language: what remains is an upper bound until all of it is gone.
    for (const auto& [code, rows] : image.languages()) languages[code] += rows;
  }
  plan.table.first_rows.push_back(static_cast<uint32_t>(plan.table.rows()));
  plan.table.languages.assign(languages.begin(), languages.end());
  return plan;
}

/// One image's terms in order, some thousand at a time.
class TermStream {
 public:
  explicit TermStream(Image& image) : image_(&image) {}

  Result<> begin() { return fill(""); }
  bool done() const { return at_ == terms_.size(); }
  const std::string& key() const { return terms_[at_].first; }
  const Term& term() const { return terms_[at_].second; }
  Result<> next() {
    if (++at_ < terms_.size() || terms_.size() < kTermsAtOnce) return {};
    return fill(std::string(terms_.back().first) + '\0');
  }

 private:
  Result<> fill(const std::string& from) {
    terms_.clear();
    at_ = 0;
    return image_->dictionary().each_from(from, [&](std::string_view key, const Term& term) {
      terms_.emplace_back(key, term);
      return terms_.size() < kTermsAtOnce;
    });
  }

  Image* image_;
  std::vector<std::pair<std::string, Term>> terms_;
  size_t at_ = 0;
};

/// Appends the living rows of a list under their new numbers.
void append(const PlainList& from, const std::vector<uint32_t>& places, PlainList& to) {
  size_t position = 0;
  for (size_t i = 0; i < from.rows.size(); ++i) {
    const size_t end = std::min<size_t>(position + from.frequencies[i], from.positions.size());
    if (const uint32_t place = places[from.rows[i]]; place != kDropped) {
      to.rows.push_back(place);
      to.frequencies.push_back(from.frequencies[i]);
      to.positions.insert(to.positions.end(), from.positions.begin() + static_cast<ptrdiff_t>(position),
                          from.positions.begin() + static_cast<ptrdiff_t>(end));
    }
    position = end;
  }
}

class Merger {
 public:
  Merger(std::span<const MergeSource> sources, const ByteSink& sink, const MergeStep& step)
      : sources_(sources), plan_(plan_rows(sources)), step_(step), writer_(sink, plan_.table, analyzer(), flags()) {
    for (const MergeSource& source : sources) {
      streams_.emplace_back(*source.image);
      total_ += source.image->terms();
    }
  }

  Result<> run() {
    for (TermStream& stream : streams_) VICINAL_TRY_VOID(stream.begin());
    while (const std::string* smallest = smallest_key()) {
      const std::string key = *smallest;
      VICINAL_TRY_VOID(merge_term(key));
      if (++steps_ % kTermsAtOnce == 0 && !step_(static_cast<double>(done_) / static_cast<double>(total_)))
        return Error(Code::interrupted, "the merge was stopped; nothing changed");
    }
    return writer_.finish();
  }

 private:
  uint64_t analyzer() const { return sources_.empty() ? 0 : sources_.front().image->analyzer(); }
  uint32_t flags() const { return sources_.empty() || sources_.front().image->has_positions() ? kHasPositions : 0; }

  const std::string* smallest_key() const {
    const std::string* smallest = nullptr;
    for (const TermStream& stream : streams_)
      if (!stream.done() && (smallest == nullptr || stream.key() < *smallest)) smallest = &stream.key();
    return smallest;
  }

  Result<> merge_term(const std::string& key) {
    merged_.clear();
    for (size_t i = 0; i < streams_.size(); ++i) {
      if (streams_[i].done() || streams_[i].key() != key) continue;
      Image& image = *sources_[i].image;
      VICINAL_TRY(const ListReader list, image.list(streams_[i].term()));
      whole_.clear();
      list.read_all(whole_);
      if (!list.sound()) return image.damaged("a list");
      append(whole_, plan_.places[i], merged_);
      VICINAL_TRY_VOID(streams_[i].next());
      ++done_;
    }
    if (merged_.rows.empty()) return {};
    return writer_.add(key, merged_);
  }

  std::span<const MergeSource> sources_;
  RowPlan plan_;
  const MergeStep& step_;
  ImageWriter writer_;
  std::vector<TermStream> streams_;
  PlainList whole_, merged_;
  uint64_t total_ = 0, done_ = 0, steps_ = 0;
};

}  // namespace

Result<> merge(std::span<const MergeSource> sources, const ByteSink& sink, const MergeStep& step) {
  return Merger(sources, sink, step).run();
}

uint64_t living_rows(std::span<const MergeSource> sources) {
  uint64_t count = 0;
  for (const MergeSource& source : sources)
    for (uint32_t row = 0; row < source.image->rows(); ++row) count += lives(source, row) ? 1 : 0;
  return count;
}

}  // namespace vicinal::postings
