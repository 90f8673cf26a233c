#include "text/word.h"

#include <algorithm>

#include "text/utf8.h"

namespace vicinal::text {

void Word::clear() {
  code_points_ = 0;
  bytes_.clear();
  in_step_ = true;
  map_.clear();
}

ByteSpan Word::span(size_t begin, size_t end) const {
  if (in_step_) return {begin_ + static_cast<uint32_t>(begin), begin_ + static_cast<uint32_t>(end)};
  return {map_[begin].begin, map_[end - 1].end};
}

void Word::append(char32_t c, ByteSpan source) {
  start_at(source.begin);
  ++code_points_;
  end_ = source.end;
  if (over_limit()) return;
  const size_t before = bytes_.size();
  append_utf8(bytes_, c);
  note(before, source);
}

void Word::append_ascii(std::string_view run, uint32_t source_begin) {
  start_at(source_begin);
  const size_t taken = over_limit() ? 0 : std::min(run.size(), max_code_points_ - code_points_);
  const bool contiguous = in_step_ && begin_ + bytes_.size() == source_begin;
  if (!contiguous && taken > 0) {
    make_map(bytes_.size());
    for (uint32_t i = 0; i < taken; ++i) map_.push_back({source_begin + i, source_begin + i + 1});
  }
  bytes_.append(run.substr(0, taken));
  code_points_ += run.size();
  end_ = source_begin + static_cast<uint32_t>(run.size());
}

void Word::start_at(uint32_t source_begin) {
  if (empty()) begin_ = source_begin;
}

void Word::note(size_t bytes_before, ByteSpan source) {
  const size_t added = bytes_.size() - bytes_before;
  const bool contiguous = begin_ + bytes_before == source.begin && source.end - source.begin == added;
  if (in_step_ && contiguous) return;
  make_map(bytes_before);
  map_.resize(bytes_.size(), source);
}

void Word::make_map(size_t bytes) {
  if (!in_step_) return;
  in_step_ = false;
  for (uint32_t i = 0; i < bytes; ++i) map_.push_back({begin_ + i, begin_ + i + 1});
}

}  // namespace vicinal::text
