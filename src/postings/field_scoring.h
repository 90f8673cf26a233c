#pragma once
/// BM25F: what a word counts in a passage that has a title and a text of one field.
///
/// Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004, with a normalisation
/// for each field as in Zaragoza et al., "Microsoft Cambridge at TREC 13", 2004. The parts p of a row are its title and
/// its own text; f_p is how often the word is there, l_p the part's length, L_p the mean length of such parts (titles,
/// or texts of the same field) in living rows that are searched and have one, w_p the weight of the part's field:
///
///     t     = sum over p of w_p * f_p / (1 - b + b * l_p / L_p)
///     score = idf * t / (k1 + t)                                   (lucene; other formulas put t in place of f alike)
///
/// Lengths are in positions. Where titles are no field, a title is the beginning of the row's own text.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "postings/bm25.h"
#include "postings/image.h"
#include "postings/scored_list.h"

namespace vicinal::postings {

struct FieldScoring {
  std::vector<float> weights;   ///< by field; 0: its rows are not searched, its words count nowhere
  std::optional<size_t> title;  ///< the field that titles are
};

class FieldScorer {
 public:
  FieldScorer(FieldScoring scoring, double b) : scoring_(std::move(scoring)), b_(b) {}

  /// Living rows, with the field of each, for the means; once for each image.
  void count(const Image& image, std::span<const uint8_t> fields, std::span<const uint64_t> live);
  /// Of the rows that are searched.
  const Statistics& statistics() const { return statistics_; }

  bool has_titles() const { return scoring_.title.has_value(); }
  /// Rows that are searched and have the word in a part that counts, with t in kFrequencyUnit parts of one in place of
  /// frequencies. `in_title` and `in_text`: how often in these
  /// parts; without titles `in_text` has both.
  MemoryList weigh(const Image& image, std::span<const uint8_t> fields, const MemoryList& in_title,
                   const MemoryList& in_text) const;

 private:
  struct Mean {
    uint64_t positions = 0, rows = 0;
  };
  struct Lengths {
    uint32_t title = 0, text = 0;
  };
  float weight(size_t field) const { return field < scoring_.weights.size() ? scoring_.weights[field] : 0; }
  Lengths lengths(const Image& image, size_t document, uint32_t row) const;
  double part(double weight, uint32_t frequency, uint32_t length, const Mean& mean) const;

  FieldScoring scoring_;
  double b_;
  Statistics statistics_;
  Mean titles_;
  std::vector<Mean> texts_;  ///< by field
};

}  // namespace vicinal::postings
