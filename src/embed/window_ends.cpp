#include "embed/window_ends.h"

namespace vicinal::embed {

Result<WindowSource::Got> SpanSource::next(TextWindow& window, bool) {
  if (begin_ == texts_.size()) return Got::end;
  const size_t end = window_end(texts_, begin_, limits_);
  const auto texts = texts_.subspan(begin_, end - begin_);
  window.texts.assign(texts.begin(), texts.end());
  window.out = {out_.data + begin_ * out_.stride, texts.size(), out_.cols, out_.stride};
  begin_ = end;
  return Got::window;
}

Result<WindowSource::Got> StreamEnds::next(TextWindow& window, bool may_wait) {
  VICINAL_TRY(const TextStream::Got got, stream_.read(window.owned, may_wait));
  if (got == TextStream::Got::end) return Got::end;
  if (window.owned.empty()) return Got::nothing_yet;
  window.texts.assign(window.owned.begin(), window.owned.end());
  window.vectors = Matrix(window.owned.size(), dimensions_);
  window.out = {window.vectors.values().data(), window.vectors.rows(), dimensions_, dimensions_};
  return Got::window;
}

}  // namespace vicinal::embed
