#pragma once
/// Where windows come from and where they go: the caller's own memory, or a stream.

#include <span>
#include <string_view>

#include "embed/text_window.h"
#include "vicinal/embedder.h"

namespace vicinal::embed {

/// Windows of texts that lie in memory; vectors go straight to the caller's matrix.
class SpanSource : public WindowSource {
 public:
  SpanSource(std::span<const std::string_view> texts, base::MutableMatrixView out, const WindowLimits& limits)
      : texts_(texts), out_(out), limits_(limits) {}
  Result<Got> next(TextWindow& window, bool may_wait) override;

 private:
  std::span<const std::string_view> texts_;
  base::MutableMatrixView out_;
  WindowLimits limits_;
  size_t begin_ = 0;
};

/// Windows that a caller's stream gives and takes.
class StreamEnds : public WindowSource, public WindowSink {
 public:
  StreamEnds(TextStream& stream, size_t dimensions) : stream_(stream), dimensions_(dimensions) {}
  Result<Got> next(TextWindow& window, bool may_wait) override;
  Result<bool> take(const TextWindow& window) override { return stream_.write(window.vectors); }

 private:
  TextStream& stream_;
  size_t dimensions_;
};

}  // namespace vicinal::embed
