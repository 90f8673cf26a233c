#pragma once
/// Ranked passages as hits: texts, places, what stands around them, and what their scores are worth.

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/document_cache.h"
#include "engine/ranking.h"
#include "read/headings.h"
#include "retrieve/noise_floor.h"

namespace vicinal::engine {

/// Headings of documents. Markdown's stand in the text; a page's are read from its file, if that still says the same.
/// Not thread-safe.
class HeadingTrails {
 public:
  /// Of a byte of the text.
  std::vector<std::string> trail(const Document& document, size_t offset);

 private:
  std::unordered_map<std::string, std::vector<read::Heading>> headings_;  ///< by document id
};

struct HitDetails {
  size_t context_lines = 0;
  bool headings = true;
  std::optional<retrieve::NoiseFloor> floor = {};  ///< where dense scores are cosines
};

/// Makes the hits of one call. Not thread-safe.
class HitMaker {
 public:
  /// `fields`: the names of the collection's, by number.
  HitMaker(DocumentCache& documents, std::vector<std::string> fields, HitDetails details)
      : documents_(documents), fields_(std::move(fields)), details_(std::move(details)) {}

  /// Fills in what the query's words matched.
  using Mark = std::function<void(Hit&, const Document&)>;

  /// corrupt: a passage that is not in its document.
  Result<Hit> make(RankedPassage passage, const Mark& mark = {});

 private:
  DocumentCache& documents_;
  std::vector<std::string> fields_;
  HitDetails details_;
  HeadingTrails trails_;
};

}  // namespace vicinal::engine
