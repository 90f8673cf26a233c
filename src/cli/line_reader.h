#pragma once
/// Lines of a file or of standard input, in bounded memory.

#include <cstddef>
#include <optional>
#include <string>

#include "vicinal/result.h"

namespace vicinal::cli {

/// Not thread-safe. A line ends at "\n" or "\r\n"; the last one may lack it; a byte-order mark at the start is dropped.
class LineReader {
 public:
  static constexpr size_t kMaxLineBytes = size_t{64} << 20;

  /// "-" is standard input. not_found, io.
  static Result<LineReader> open(const std::string& path);

  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  ~LineReader();

  /// The next line without its end, or nothing at the end. Longer than kMaxLineBytes: invalid_argument.
  Result<std::optional<std::string>> next();

  size_t line_number() const { return line_number_; }  ///< of the line that `next` returned last, from 1
  const std::string& path() const { return path_; }

 private:
  LineReader(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Result<> fill();
  std::string take_line(size_t bytes);

  int descriptor_ = -1;
  std::string path_;
  std::string buffer_;
  size_t begin_ = 0;  ///< first byte of `buffer_` that was not returned yet
  bool at_end_ = false;
  size_t line_number_ = 0;
};

}  // namespace vicinal::cli
