#include "lexical/query_units.h"

#include <algorithm>
#include <tuple>

namespace vicinal::lexical {
namespace {

/// Wider first: a whole stands before its parts.
auto unit_order(const QueryUnit& unit) { return std::tuple(unit.position, unit.begin, ~unit.end, unit.kind); }

void sort_keys(QueryUnit& unit) {
  std::ranges::sort(unit.keys);
  unit.keys.erase(std::ranges::unique(unit.keys).begin(), unit.keys.end());
}

/// Units of the same place become one.
std::vector<QueryUnit> merge(std::vector<QueryUnit> units) {
  std::ranges::stable_sort(units, {}, unit_order);
  std::vector<QueryUnit> merged;
  for (QueryUnit& unit : units) {
    if (!merged.empty() && unit_order(merged.back()) == unit_order(unit)) {
      std::ranges::move(unit.keys, std::back_inserter(merged.back().keys));
    } else {
      merged.push_back(std::move(unit));
    }
  }
  std::ranges::for_each(merged, sort_keys);
  return merged;
}

/// Takes out last characters, after what they say about the unit before them.
void mark_characters(std::vector<QueryUnit>& units) {
  for (size_t i = 0; i < units.size(); ++i) {
    const bool overlapped = i + 1 < units.size() && units[i + 1].begin < units[i].end;
    units[i].single_character = units[i].kind == TokenKind::characters && !overlapped;
  }
  std::erase_if(units, [](const QueryUnit& unit) { return unit.kind == TokenKind::last_character; });
}

void mark_wholes(std::vector<QueryUnit>& units) {
  for (size_t i = 0; i < units.size(); ++i) {
    if (units[i].kind != TokenKind::whole) continue;
    size_t next = i + 1;
    while (next < units.size() && units[next].position == units[i].position) ++next;
    units[i].spans_one = next == units.size() || units[next].begin >= units[i].end;
  }
}

int phrase_rank(const QueryUnit& unit) {
  if (unit.kind == TokenKind::whole) return unit.spans_one ? 0 : 3;
  return unit.kind == TokenKind::part ? 2 : 1;
}

}  // namespace

QueryUnits::QueryUnits(const Analyzer& analyzer, std::span<const std::string> languages) : analyzer_(analyzer) {
  for (const std::string& language : languages) languages_.push_back(analyzer.key_language(language));
  std::ranges::sort(languages_);
  languages_.erase(std::ranges::unique(languages_).begin(), languages_.end());
  left_out_ = languages_.size() > kMaxQueryLanguages;
  if (left_out_) languages_.resize(kMaxQueryLanguages);
  if (languages_.empty()) languages_.emplace_back();
}

std::vector<QueryUnit> QueryUnits::units(std::string_view text, const AnalysisOptions& options) {
  std::vector<QueryUnit> units;
  for (const std::string& language : languages_) {
    tokens_.clear();
    analyzer_.analyze(text, language, tokens_, options);
    for (const Token& token : tokens_.tokens()) {
      units.push_back({.position = token.position,
                       .begin = token.byte_start,
                       .end = token.byte_end,
                       .kind = token.kind,
                       .keys = {std::string(tokens_.key(token))}});
    }
    if (tokens_.next_position() == 0) break;  // no word here, in any language
  }
  units = merge(std::move(units));
  mark_characters(units);
  mark_wholes(units);
  return units;
}

std::vector<QueryUnit> phrase_units(std::vector<QueryUnit> units) {
  std::vector<QueryUnit> chosen;
  for (QueryUnit& unit : units) {
    if (chosen.empty() || chosen.back().position != unit.position) {
      chosen.push_back(std::move(unit));
    } else if (phrase_rank(unit) < phrase_rank(chosen.back())) {
      chosen.back() = std::move(unit);
    }
  }
  return chosen;
}

}  // namespace vicinal::lexical
