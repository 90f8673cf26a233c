#pragma once
/// What a person sees while typing a search: the line, how it stands, the passages, one of them selected. Pure: keys
/// and answers in, frames out.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/interactive/keys.h"
#include "cli/interactive/line_editor.h"
#include "cli/interactive/screen.h"
#include "cli/session.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

class SearchView {
 public:
  SearchView(std::string_view query, Style style) : line_(query), style_(std::move(style)) {}

  /// Editing and moving. True: the query is another one now.
  bool apply(const Key& key);
  const std::string& query() const { return line_.text(); }

  /// Passages to show from now on. The selected one stays selected where it is among them and was chosen by hand; else
  /// the first is.
  void show(const SearchResult& result, std::string_view how);
  /// Nothing is found, or nothing was asked.
  void clear();
  /// A line in place of the counts: an error, say.
  void say(std::string_view text);

  /// Null where there is none.
  const Hit* selected() const { return hits_.empty() ? nullptr : &hits_[selected_]; }
  bool empty() const { return hits_.empty(); }

  /// REQUIRES: rows and columns are at least 1.
  Frame draw(size_t rows, size_t columns);

 private:
  void move(ptrdiff_t by);
  size_t height(size_t hit) const;
  void scroll(size_t rows);
  std::string status(size_t columns) const;
  void draw_hit(size_t hit, size_t columns, std::vector<std::string>& lines) const;

  LineEditor line_;
  Style style_;
  std::vector<Hit> hits_;
  std::string status_ = "type to search; Enter prints the selected passage, Esc leaves";
  size_t selected_ = 0, first_ = 0;
  size_t page_ = 1;  ///< hits that were shown
  bool chosen_ = false;
};

/// The query with its last word, which may not be typed to its end, as the beginning of a word.
std::string unfinished_query(std::string_view typed);

/// A passage in at most `lines` lines of `columns` cells, white space closed up, from the sentence with the query's
/// words on; what matched is marked where the style is bold.
std::vector<std::string> passage_lines(const Hit& hit, size_t lines, size_t columns, const Style& style);

}  // namespace vicinal::cli
