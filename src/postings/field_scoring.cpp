#include "postings/field_scoring.h"

#include <algorithm>
#include <cmath>

namespace vicinal::postings {

namespace {

constexpr double kMostUnits = uint32_t{1} << 30;

bool is_alive(std::span<const uint64_t> live, uint32_t row) {
  return live.empty() || (live[row / 64] >> (row % 64) & 1) != 0;
}

/// Which document rows belong to, as they ascend.
class DocumentWalk {
 public:
  explicit DocumentWalk(const Image& image) : first_rows_(image.first_rows()) {}
  size_t at(uint32_t row) {
    while (document_ + 1 < first_rows_.size() && first_rows_[document_ + 1] <= row) ++document_;
    return document_;
  }

 private:
  std::span<const uint32_t> first_rows_;
  size_t document_ = 0;
};

}  // namespace

FieldScorer::Lengths FieldScorer::lengths(const Image& image, size_t document, uint32_t row) const {
  const uint32_t all = image.lengths()[row];
  const uint32_t title = has_titles() ? std::min<uint32_t>(image.titles()[document], all) : 0;
  return {title, all - title};
}

void FieldScorer::count(const Image& image, std::span<const uint8_t> fields, std::span<const uint64_t> live) {
  texts_.resize(scoring_.weights.size());
  DocumentWalk walk(image);
  for (uint32_t row = 0; row < image.rows(); ++row) {
    if (!is_alive(live, row) || !(weight(fields[row]) > 0)) continue;
    const Lengths of_row = lengths(image, walk.at(row), row);
    ++statistics_.rows;
    statistics_.positions += of_row.title + of_row.text;
    titles_.positions += of_row.title;
    titles_.rows += of_row.title > 0 ? 1 : 0;
    texts_[fields[row]].positions += of_row.text;
    texts_[fields[row]].rows += of_row.text > 0 ? 1 : 0;
  }
}

double FieldScorer::part(double weight, uint32_t frequency, uint32_t length, const Mean& mean) const {
  if (frequency == 0 || weight == 0) return 0;
  // What a stop word left has no length.
  const double own = std::max(length, frequency);
  const double usual =
      std::max(1.0, static_cast<double>(mean.positions)) / static_cast<double>(std::max<uint64_t>(mean.rows, 1));
  return weight * frequency / (1 - b_ + b_ * own / usual);
}

MemoryList FieldScorer::weigh(const Image& image, std::span<const uint8_t> fields, const MemoryList& in_title,
                              const MemoryList& in_text) const {
  MemoryList out;
  DocumentWalk walk(image);
  const double title_weight = has_titles() ? weight(*scoring_.title) : 0;
  for (size_t i = 0, j = 0; i < in_title.rows.size() || j < in_text.rows.size();) {
    const uint32_t title_row = i < in_title.rows.size() ? in_title.rows[i] : UINT32_MAX;
    const uint32_t text_row = j < in_text.rows.size() ? in_text.rows[j] : UINT32_MAX;
    const uint32_t row = std::min(title_row, text_row);
    const uint32_t title_frequency = title_row == row ? in_title.frequencies[i++] : 0;
    const uint32_t text_frequency = text_row == row ? in_text.frequencies[j++] : 0;
    const double own_weight = weight(fields[row]);
    if (!(own_weight > 0)) continue;
    const Lengths of_row = lengths(image, walk.at(row), row);
    const double t = part(title_weight, title_frequency, of_row.title, titles_) +
                     part(own_weight, text_frequency, of_row.text, texts_[fields[row]]);
    if (t == 0) continue;
    out.rows.push_back(row);
    out.frequencies.push_back(static_cast<uint32_t>(std::clamp(std::round(t * kFrequencyUnit), 1.0, kMostUnits)));
  }
  return out;
}

}  // namespace vicinal::postings
