#include "postings/inverter.h"

#include <algorithm>
#include <numeric>

namespace vicinal::postings {

namespace {

struct Occurrence {
  uint32_t row, position;
};

/// Occurrences of one term in row order as a list. Without positions, `position` is the row's weight.
void gather(std::span<const Occurrence> occurrences, bool positions, PlainList& list) {
  list.clear();
  for (const Occurrence& each : occurrences) {
    if (list.rows.empty() || list.rows.back() != each.row) {
      list.rows.push_back(each.row);
      list.frequencies.push_back(0);
    }
    list.frequencies.back() += positions ? 1 : each.position;
    if (positions) list.positions.push_back(each.position);
  }
}

}  // namespace

void Inverter::begin_document(uint64_t id, std::string_view language, uint32_t title) {
  // A document without rows leaves no trace.
  if (!table_.documents.empty() && table_.first_rows.back() == table_.rows()) {
    table_.documents.pop_back();
    table_.first_rows.pop_back();
    table_.titles.pop_back();
  }
  table_.documents.push_back(id);
  table_.first_rows.push_back(static_cast<uint32_t>(table_.rows()));
  table_.titles.push_back(row_length(title));
  language_rows_ = &languages_[std::string(language)];
}

void Inverter::begin_row() { ++*language_rows_; }

void Inverter::end_row(uint32_t length) {
  table_.lengths.push_back(row_length(length));
  row_ends_.push_back(tokens_.size());
}

Result<> Inverter::write(const ByteSink& sink, uint64_t analyzer, uint32_t flags) {
  if (!table_.documents.empty() && table_.first_rows.back() == table_.rows()) {
    table_.documents.pop_back();
    table_.first_rows.pop_back();
    table_.titles.pop_back();
  }
  table_.first_rows.push_back(static_cast<uint32_t>(table_.rows()));
  for (const auto& [code, rows] : languages_)
    if (rows > 0) table_.languages.emplace_back(code, rows);
  ImageWriter writer(sink, table_, analyzer, flags);
  VICINAL_TRY_VOID(write_terms(writer, (flags & kHasPositions) != 0));
  auto done = writer.finish();
  *this = {};
  return done;
}

Result<> Inverter::write_terms(ImageWriter& writer, bool positions) {
  // A stable counting sort by term: occurrences stay in the order of rows and positions.
  std::vector<size_t> ends(terms_.size() + 1, 0);
  for (const Token& token : tokens_) ++ends[token.term + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<Occurrence> occurrences(tokens_.size());
  size_t at = 0;
  for (uint32_t row = 0; row < row_ends_.size(); ++row)
    for (; at < row_ends_[row]; ++at) occurrences[ends[tokens_[at].term]++] = {row, tokens_[at].position};
  // Now ends[t] is where term t ends, and ends[t - 1] where it begins.
  std::vector<uint32_t> order(terms_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {}, [this](uint32_t term) { return terms_.key(term); });
  PlainList list;
  for (const uint32_t term : order) {
    const size_t begin = term == 0 ? 0 : ends[term - 1];
    gather(std::span(occurrences).subspan(begin, ends[term] - begin), positions, list);
    VICINAL_TRY_VOID(writer.add(terms_.key(term), list));
  }
  return {};
}

}  // namespace vicinal::postings
