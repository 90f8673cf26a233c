#pragma once
/// The lines of a text file or of standard input, plain or gzip-compressed, one at a time in bounded memory.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::base {

/// Not thread-safe. A line ends at "\n" or "\r\n"; the last one may lack it; a byte-order mark at the start is dropped.
class LineReader {
 public:
  static constexpr size_t kMaxLineBytes = size_t{64} << 20;

  /// "-" is standard input. not_found, io.
  static Result<LineReader> open(const std::string& path, size_t max_line_bytes = kMaxLineBytes);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  /// The next line without its end, valid until the next call; nullopt at the end of the file.
  /// too_long: this line was skipped and reading can go on. io, corrupt: it cannot.
  Result<std::optional<std::string_view>> next();

  /// True if `next` will not wait for a slow pipe: a whole line is here, the file's end, or an error. Waits that long
  /// for it at most (a signal may end it earlier).
  bool ready(std::chrono::milliseconds wait);

  size_t line_number() const;       ///< of the line that `next` returned last, from 1
  const std::string& path() const;  ///< for messages: "standard input" for "-"

 private:
  struct State;
  explicit LineReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// How many lines hold more than white space. A pass over the file.
Result<size_t> count_lines(const std::string& path);

}  // namespace vicinal::base
