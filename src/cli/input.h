#pragma once
/// The texts that a command works on: from the command line, from lines of text, or from JSONL rows.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_reader.h"
#include "vicinal/result.h"

namespace vicinal::cli {

struct TextRow {
  std::string id;  ///< as JSON: the row's own (a string or an integer), else its number from 0
  std::string text;
};

/// Texts of a window: bounded in rows and bytes, so that memory is, too.
struct TextWindow {
  size_t first_row = 0;
  std::vector<std::string> ids;  ///< as JSON
  std::vector<std::string> texts;
};

/// A JSONL row {"_id" or "id", "text", …}; with both, "_id" counts, as in a corpus. Not an object, no string "text", an
/// id of another type: invalid_argument.
Result<TextRow> parse_text_row(std::string_view line);

/// Not thread-safe. Plain or gzip. JSONL when the file's name ends in .jsonl or .ndjson (or those and .gz), or the
/// first line is a row; then blank lines are left out. Otherwise every line is a text. Errors name file and line;
/// invalid UTF-8 is one.
class TextInput {
 public:
  static constexpr size_t kWindowRows = 4096;
  static constexpr size_t kWindowBytes = size_t{32} << 20;

  static TextInput of_texts(std::vector<std::string> texts);
  static Result<TextInput> open(const std::string& path);

  /// The next window; empty texts at the end.
  Result<TextWindow> next();

 private:
  TextInput() = default;
  Result<std::optional<TextRow>> next_row();
  Result<std::optional<TextRow>> next_file_row();

  std::vector<std::string> texts_;
  std::optional<base::LineReader> lines_;
  std::optional<bool> is_jsonl_;
  size_t rows_ = 0;
};

/// TEXT… from the command line, else --input, else standard input when it is no terminal.
Result<TextInput> open_text_input(const std::vector<std::string>& texts, const std::string& path);

}  // namespace vicinal::cli
