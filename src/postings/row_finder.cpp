#include "postings/row_finder.h"

#include <algorithm>

#include "lexical/edit_distance.h"

namespace vicinal::postings {

namespace {

using lexical::Field;

/// Rows ascending, each with its positions.
struct PositionedRows {
  PlainList list;
  std::vector<size_t> ends;  ///< of each row's positions
};

/// Of one key; nothing where the image does not know it.
Result<PlainList> read_list(Image& image, std::string_view key) {
  PlainList list;
  VICINAL_TRY(const auto term, image.find(key));
  if (!term) return list;
  VICINAL_TRY(const ListReader reader, image.list(*term));
  reader.read_all(list);
  if (!reader.sound()) return image.damaged("a list");
  return list;
}

std::vector<size_t> position_ends(const PlainList& list) {
  std::vector<size_t> ends;
  size_t end = 0;
  for (const uint32_t frequency : list.frequencies)
    ends.push_back(end = std::min(end + frequency, list.positions.size()));
  return ends;
}

/// Both lists' rows; positions of a row in both are merged.
PlainList merge(const PlainList& a, const PlainList& b) {
  PlainList out;
  const std::vector<size_t> ends_a = position_ends(a), ends_b = position_ends(b);
  const auto positions = [](const PlainList& list, const std::vector<size_t>& ends, size_t i) {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::span(list.positions).subspan(begin, ends[i] - begin);
  };
  for (size_t i = 0, j = 0; i < a.rows.size() || j < b.rows.size();) {
    const bool from_a = j == b.rows.size() || (i < a.rows.size() && a.rows[i] <= b.rows[j]);
    const bool from_b = i == a.rows.size() || (j < b.rows.size() && b.rows[j] <= a.rows[i]);
    out.rows.push_back(from_a ? a.rows[i] : b.rows[j]);
    out.frequencies.push_back((from_a ? a.frequencies[i] : 0) + (from_b ? b.frequencies[j] : 0));
    const auto of_a = from_a ? positions(a, ends_a, i) : std::span<const uint32_t>();
    const auto of_b = from_b ? positions(b, ends_b, j) : std::span<const uint32_t>();
    std::ranges::merge(of_a, of_b, std::back_inserter(out.positions));
    i += from_a ? 1 : 0;
    j += from_b ? 1 : 0;
  }
  return out;
}

/// One list of all keys: neighbours are merged in rounds, so that no list is copied often.
Result<PlainList> read_any(Image& image, std::span<const std::string> keys) {
  std::vector<PlainList> lists;
  for (const std::string& key : keys) {
    VICINAL_TRY(PlainList list, read_list(image, key));
    if (!list.rows.empty()) lists.push_back(std::move(list));
  }
  while (lists.size() > 1) {
    std::vector<PlainList> merged;
    for (size_t i = 0; i + 1 < lists.size(); i += 2) merged.push_back(merge(lists[i], lists[i + 1]));
    if (lists.size() % 2 == 1) merged.push_back(std::move(lists.back()));
    lists = std::move(merged);
  }
  return lists.empty() ? PlainList() : std::move(lists.front());
}

/// Whether a position of the row is in the field.
class FieldTest {
 public:
  FieldTest(const Image& image, Field field) : image_(image), field_(field) {}

  bool holds(uint32_t row, uint32_t position) {
    if (field_ == Field::any) return true;
    while (document_ + 1 < image_.first_rows().size() && image_.first_rows()[document_ + 1] <= row) ++document_;
    return (position < image_.titles()[document_]) == (field_ == Field::title);
  }

 private:
  const Image& image_;
  Field field_;
  size_t document_ = 0;  ///< rows ascend
};

/// How often a row's positions fit: for each of the first term's, all others' must be there.
uint32_t count_phrases(std::span<const std::span<const uint32_t>> places, std::span<const lexical::ClauseTerm> terms,
                       uint32_t row, FieldTest& field) {
  uint32_t count = 0;
  for (const uint32_t first : places[0]) {
    if (first < terms[0].offset || !field.holds(row, first)) continue;
    const uint32_t start = first - terms[0].offset;
    bool whole = true;
    for (size_t i = 1; i < places.size() && whole; ++i)
      whole =
          std::ranges::binary_search(places[i], start + terms[i].offset) && field.holds(row, start + terms[i].offset);
    count += whole ? 1 : 0;
  }
  return count;
}

/// Rows that are in all lists, with a function of their places in each.
template <class Take>
void intersect(std::span<const PlainList> lists, Take&& take) {
  std::vector<size_t> at(lists.size(), 0);
  for (size_t i = 0; i < lists[0].rows.size(); ++i) {
    const uint32_t row = lists[0].rows[i];
    at[0] = i;
    bool in_all = true;
    for (size_t k = 1; k < lists.size() && in_all; ++k) {
      const auto& rows = lists[k].rows;
      at[k] = static_cast<size_t>(std::lower_bound(rows.begin() + static_cast<ptrdiff_t>(at[k]), rows.end(), row) -
                                  rows.begin());
      in_all = at[k] < rows.size() && rows[at[k]] == row;
    }
    if (in_all) take(row, at);
  }
}

bool starts_at(std::string_view key, std::string_view prefix) { return key.starts_with(prefix); }

Result<> expand_prefix(Image& image, std::string_view prefix,
                       const std::function<void(std::string_view, uint64_t)>& take) {
  return image.dictionary().each_from(prefix, [&](std::string_view key, const Term& term) {
    if (!starts_at(key, prefix)) return false;
    take(key, term.rows);
    return true;
  });
}

}  // namespace

Result<> expand(Image& image, const lexical::Clause& clause, std::vector<Expansion>& found) {
  std::vector<Expansion> here;
  const auto take = [&](std::string_view key, uint64_t rows) { here.push_back({std::string(key), rows}); };
  for (const std::string& key : clause.terms.front().keys) {
    if (clause.match == lexical::Match::fuzzy) {
      const lexical::EditMatcher matcher(key, clause.max_edits);
      VICINAL_TRY_VOID(image.dictionary().each_from("", [&](std::string_view each, const Term& term) {
        if (matcher.matches(each)) take(each, term.rows);
        return true;
      }));
    } else if (key.find('\x01') != std::string::npos) {
      VICINAL_TRY(const auto term, image.find(key));
      if (term) take(key, term->rows);
    } else {
      VICINAL_TRY_VOID(expand_prefix(image, key, take));
    }
  }
  found.insert(found.end(), here.begin(), here.end());
  std::ranges::sort(found, {}, &Expansion::key);
  // Images share keys.
  size_t kept = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (kept > 0 && found[kept - 1].key == found[i].key)
      found[kept - 1].rows += found[i].rows;
    else if (kept++ != i)
      found[kept - 1] = std::move(found[i]);
  }
  found.resize(kept);
  return {};
}

void keep_most(std::vector<Expansion>& found) {
  if (found.size() <= kMaxExpansions) return;
  std::ranges::stable_sort(found, std::greater{}, &Expansion::rows);
  found.resize(kMaxExpansions);
}

Result<MemoryList> rows_with_any(Image& image, std::span<const std::string> keys, Field field) {
  VICINAL_TRY(PlainList list, read_any(image, keys));
  MemoryList out;
  if (field == Field::any || !image.has_positions())
    return MemoryList{std::move(list.rows), std::move(list.frequencies)};
  FieldTest test(image, field);
  const std::vector<size_t> ends = position_ends(list);
  for (size_t i = 0; i < list.rows.size(); ++i) {
    uint32_t count = 0;
    for (size_t p = i == 0 ? 0 : ends[i - 1]; p < ends[i]; ++p)
      count += test.holds(list.rows[i], list.positions[p]) ? 1 : 0;
    if (count == 0) continue;
    out.rows.push_back(list.rows[i]);
    out.frequencies.push_back(count);
  }
  return out;
}

Result<MemoryList> rows_with_phrase(Image& image, std::span<const lexical::ClauseTerm> terms, Field field) {
  MemoryList out;
  std::vector<PlainList> lists;
  for (const lexical::ClauseTerm& term : terms) {
    VICINAL_TRY(lists.emplace_back(), read_any(image, term.keys));
    if (lists.back().rows.empty()) return out;
  }
  std::vector<std::vector<size_t>> ends;
  for (const PlainList& list : lists) ends.push_back(position_ends(list));
  FieldTest test(image, field);
  std::vector<std::span<const uint32_t>> places(lists.size());
  intersect(lists, [&](uint32_t row, const std::vector<size_t>& at) {
    for (size_t i = 0; i < lists.size(); ++i) {
      const size_t begin = at[i] == 0 ? 0 : ends[i][at[i] - 1];
      places[i] = std::span(lists[i].positions).subspan(begin, ends[i][at[i]] - begin);
    }
    const uint32_t count = image.has_positions() ? count_phrases(places, terms, row, test) : 1;
    if (count == 0) return;
    out.rows.push_back(row);
    out.frequencies.push_back(count);
  });
  return out;
}

}  // namespace vicinal::postings
