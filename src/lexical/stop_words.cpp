#include "lexical/stop_words.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace vicinal::lexical {
namespace {

struct StopWordRow {
  std::string_view name, words;
};

#include "lexical/stop_word_lists.inl"

const StopWordRow* find_row(std::string_view name) {
  const auto* row = std::ranges::find(kStopWordRows, name, &StopWordRow::name);
  return row == std::end(kStopWordRows) ? nullptr : row;
}

}  // namespace

StopWords::StopWords(std::string_view words) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(' ', at), words.size());
    words_.insert(words.substr(at, end - at));
    at = end + 1;
  }
}

const StopWords* StopWords::find(std::string_view name) {
  static const std::vector<StopWords> lists = [] {
    std::vector<StopWords> all;
    for (const StopWordRow& row : kStopWordRows) all.push_back(StopWords(row.words));
    return all;
  }();
  const StopWordRow* row = find_row(name);
  return row == nullptr ? nullptr : &lists[static_cast<size_t>(row - kStopWordRows)];
}

std::string_view StopWords::names() {
  static const std::string names = [] {
    std::string all;
    for (const StopWordRow& row : kStopWordRows) all += (all.empty() ? "" : " ") + std::string(row.name);
    return all;
  }();
  return names;
}

}  // namespace vicinal::lexical
