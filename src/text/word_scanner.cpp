#include "text/word_scanner.h"

#include <algorithm>

#include "text/utf8.h"

namespace vicinal::text {

bool WordScanner::next() {
  if (closed_) {
    word_.clear();
    closed_ = false;
  }
  for (;;) {
    if (pending_at_ < pending_.size()) {
      if (take_pending()) return true;
    } else if (position_ >= end_) {
      return false;
    } else if (!take_letters() && take_code_point()) {
      return true;
    }
  }
}

bool WordScanner::finish() {
  if (closed_ || word_.empty()) return false;
  closed_ = true;
  return true;
}

/// The run of ASCII letters at the position, if it continues or opens a word of letters.
bool WordScanner::take_letters() {
  if (!word_.empty() && role_ != WordRole::word) return false;
  char run[64];
  const size_t limit = std::min(sizeof run, end_ - position_);
  size_t size = 0;
  while (size < limit) {
    const char letter = map_.letter(static_cast<unsigned char>(text_[position_ + size]));
    if (letter == '\0') break;
    run[size++] = letter;
  }
  if (size == 0) return false;
  role_ = WordRole::word;
  word_.append_ascii({run, size}, static_cast<uint32_t>(position_));
  position_ += size;
  return true;
}

bool WordScanner::take_code_point() {
  const CodePoint c = decode_at(text_, position_);
  const ByteSpan source{static_cast<uint32_t>(position_), static_cast<uint32_t>(position_ + c.bytes)};
  const CharAction action = map_.action(c.value);
  if (action.kind == CharAction::Kind::several) {
    pending_.clear();
    pending_at_ = 0;
    pending_source_ = source;
    map_.expand(c.value, pending_);
    position_ += c.bytes;
    return false;
  }
  const bool complete = take(action, source);
  if (consumed_) position_ += c.bytes;
  return complete;
}

bool WordScanner::take_pending() {
  const bool complete = take(pending_[pending_at_], pending_source_);
  if (consumed_) ++pending_at_;
  return complete;
}

/// True when a word is complete; consumed_ says whether the action itself is dealt with.
bool WordScanner::take(CharAction action, ByteSpan source) {
  consumed_ = true;
  if (action.kind == CharAction::Kind::drop) return false;
  if (action.role == WordRole::separator) return !word_.empty() && close(true);
  if (!word_.empty() && (action.role != role_ || action.role == WordRole::isolated)) return close(false);
  role_ = action.role;
  word_.append(action.value, source);
  return action.role == WordRole::isolated && close(true);
}

bool WordScanner::close(bool consumed) {
  consumed_ = consumed;
  closed_ = true;
  return true;
}

}  // namespace vicinal::text
