#pragma once
/// The texts that a command works on: from the command line, from lines of text, or from JSONL rows.

#include <chrono>
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
  std::vector<size_t> lines;     ///< of the input, from 1; all 0 where the texts are from the command line
  std::vector<std::string> texts;
};

/// How large a window gets.
struct WindowBounds {
  size_t rows = 4096;
  size_t bytes = size_t{32} << 20;
};

/// A JSONL row {"_id" or "id", "text", …}; with both, "_id" counts, as in a corpus. Not an object, no string "text", an
/// id of another type: invalid_argument.
Result<TextRow> parse_text_row(std::string_view line);

/// Not thread-safe. Plain or gzip. JSONL when the file's name ends in .jsonl or .ndjson (or those and .gz), or the
/// first line is a row; then blank lines are left out. Otherwise every line is a text. Errors name file and line;
/// invalid UTF-8 is one.
class TextInput {
 public:
  /// The first row of a window waits this long for others at most, so that a pipe that trickles is answered.
  static constexpr std::chrono::milliseconds kPatience{50};

  static TextInput of_texts(std::vector<std::string> texts);
  static Result<TextInput> open(const std::string& path, size_t max_line_bytes = base::LineReader::kMaxLineBytes);

  /// Of the file, "standard input"; empty where the texts are from the command line.
  std::string path() const { return lines_ ? lines_->path() : std::string(); }
  void set_bounds(const WindowBounds& bounds) { bounds_ = bounds; }

  /// The next window; empty texts at the end. Waits for it as long as it takes, and not for its being full.
  Result<TextWindow> next();
  /// The same, or nullopt where rows would have to be waited for (`may_wait`: for more than 100 ms).
  Result<std::optional<TextWindow>> poll(bool may_wait);

 private:
  TextInput() = default;
  Result<std::optional<TextRow>> next_row();
  Result<std::optional<TextRow>> next_file_row();
  bool is_full() const { return pending_.texts.size() >= bounds_.rows || pending_bytes_ >= bounds_.bytes; }
  bool is_due() const;
  bool row_is_ready(bool may_wait);
  void add(TextRow row);
  TextWindow take_pending();

  WindowBounds bounds_;
  TextWindow pending_;  ///< rows that wait for others
  size_t pending_bytes_ = 0;
  std::chrono::steady_clock::time_point first_row_at_;
  std::vector<std::string> texts_;
  std::optional<base::LineReader> lines_;
  std::optional<bool> is_jsonl_;
  size_t rows_ = 0;
};

/// TEXT… from the command line, else --input, else standard input when it is no terminal.
Result<TextInput> open_text_input(const std::vector<std::string>& texts, const std::string& path,
                                  size_t max_line_bytes = base::LineReader::kMaxLineBytes);

}  // namespace vicinal::cli
