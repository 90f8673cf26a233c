#pragma once
/// Where results go: standard output, or a file that appears only when it is whole.

#include <cstdint>
#include <string>
#include <string_view>

#include "vicinal/result.h"

namespace vicinal::cli {

/// Buffered. Not thread-safe. A reader that has gone away (`| head`) is no error: `closed()` turns true, later
/// writes are dropped, and the command should stop. Any other failure is kept and returned by `finish`.
class Output {
 public:
  static Output standard();
  /// "-" is standard output. A regular file is written as PATH.part, which this process alone may write (busy), and
  /// renamed by `finish`; a pipe or device directly.
  static Result<Output> open(const std::string& path);

  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();  ///< what was not finished is removed

  /// False when nothing more can be written: stop.
  bool write(std::string_view bytes);
  /// Sends what is buffered; false as for `write`.
  bool flush();
  /// Replaces bytes at an offset of a regular file (a header known only at the end). Others: unsupported.
  Result<> rewrite(uint64_t offset, std::string_view bytes);
  Result<> finish();

  bool closed() const { return closed_; }
  bool is_regular() const { return !part_.empty(); }  ///< can be rewritten
  const std::string& path() const { return path_; }

 private:
  Output(int descriptor, std::string path, std::string part)
      : descriptor_(descriptor), path_(std::move(path)), part_(std::move(part)) {}
  bool send(std::string_view bytes);

  int descriptor_ = -1;
  std::string path_;
  std::string part_;  ///< name while unfinished; empty when written in place
  std::string buffer_;
  bool closed_ = false;
  int error_number_ = 0;
};

}  // namespace vicinal::cli
