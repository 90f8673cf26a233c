#pragma once
/// Where tokens go: into an Encoding, or only into a counter; at most so many.

#include <cstdint>

#include "vicinal/tokenizer.h"

namespace vicinal::text {

class TokenSink {
 public:
  /// `out` null: only counted. Not thread-safe.
  TokenSink(Encoding* out, size_t capacity) : out_(out), capacity_(capacity) {}

  /// False, and cut() from then on: there is no room.
  bool add(int32_t id, ByteSpan span) {
    if (count_ == capacity_) {
      cut_ = true;
      return false;
    }
    ++count_;
    last_end_ = span.end;
    if (out_ != nullptr) {
      out_->ids.push_back(id);
      out_->spans.push_back(span);
    }
    return true;
  }

  size_t count() const { return count_; }
  bool cut() const { return cut_; }
  size_t last_end() const { return last_end_; }  ///< of the text, where the last token taken ends

 private:
  Encoding* out_;
  size_t capacity_;
  size_t count_ = 0;
  size_t last_end_ = 0;
  bool cut_ = false;
};

}  // namespace vicinal::text
