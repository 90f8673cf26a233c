#pragma once
/// The lines of a text file, plain or gzip-compressed, one at a time in bounded memory.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::engine {

/// Not thread-safe. A line is at most `max_line_bytes`; a longer one is read past and reported as too_long.
class LineReader {
 public:
  static Result<LineReader> open(const std::string& path, size_t max_line_bytes = size_t{64} << 20);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  /// The next line without its end ("\n" or "\r\n"), valid until the next call; nullopt at the end of the file.
  /// too_long: this line was skipped and reading can go on. io, corrupt: it cannot.
  Result<std::optional<std::string_view>> next();

  /// Number of the line that `next` returned last, from 1.
  size_t line_number() const;

 private:
  struct State;
  explicit LineReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// How many lines hold more than white space. A pass over the file.
Result<size_t> count_lines(const std::string& path);

}  // namespace vicinal::engine
