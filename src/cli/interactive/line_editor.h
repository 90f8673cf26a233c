#pragma once
/// A line of text with a cursor, edited as in a shell. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/interactive/keys.h"

namespace vicinal::cli {

class LineEditor {
 public:
  static constexpr size_t kMaxBytes = 4096;  ///< what is typed beyond is dropped

  /// The cursor is behind it. REQUIRES: valid UTF-8 without control characters.
  explicit LineEditor(std::string_view text = {}) : text_(text), cursor_(text.size()) {}

  /// False: the key does not edit.
  bool apply(const Key& key);

  const std::string& text() const { return text_; }
  size_t cursor() const { return cursor_; }  ///< byte, on a boundary of clusters

  struct View {
    std::string text;         ///< the part that is shown
    size_t cursor_cells = 0;  ///< of the cursor in it
  };
  /// What is seen of the line in so many cells: its beginning, or the part that ends with the cursor.
  View view(size_t cells) const;

 private:
  void insert(std::string_view text);
  void erase(size_t begin, size_t end);
  size_t before() const;  ///< where the cluster before the cursor begins
  size_t behind() const;
  size_t word_before() const;
  size_t word_behind() const;

  std::string text_;
  size_t cursor_ = 0;
};

}  // namespace vicinal::cli
