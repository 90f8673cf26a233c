#pragma once
/// The bytes of a file, a pipe or standard input as they come, plain or gzip-compressed (told apart by the first two
/// bytes). Unlike zlib's own gz functions it gives what a slow pipe has, instead of waiting until a buffer is full.

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/check.h"

namespace vicinal::base {

/// Not thread-safe. Move-only.
class ByteSource {
 public:
  /// "-" is standard input, which stays open afterwards. not_found, io.
  static Result<ByteSource> open(const std::string& path);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// True once `read` has something to say without waiting (bytes, the end, an error), false when `wait` has passed or
  /// a signal came. Of compressed input: once compressed bytes are there, which may not make a byte yet.
  bool ready(std::chrono::milliseconds wait);

  /// Up to out.size() bytes, at least one, waiting for it; 0 at the end. io; corrupt: a gzip stream that is damaged or
  /// cut short. Gzip members may follow each other; what is no member after the last one is ignored, as gunzip does.
  Result<size_t> read(std::span<char> out);

  const std::string& path() const;  ///< for messages: "standard input" for "-"

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vicinal::base
