#include "embed/embed_run.h"

#include <algorithm>

namespace vicinal::embed {
namespace {

/// Activations of this many tokens stay in the caches next to the core, and the weights are read once for all of them.
constexpr size_t kBatchTokens = 256;
/// Below this the weights' way from memory costs more than a second core brings.
constexpr size_t kLeastBatchTokens = 64;
constexpr size_t kTextsPerPiece = 16;
constexpr size_t kListedCuts = 100;

/// The error of the text that comes first, whichever thread met it.
class FirstError {
 public:
  void offer(size_t index, Error error) {
    const std::lock_guard lock(mutex_);
    if (error_ && index_ <= index) return;
    index_ = index;
    error_ = std::move(error);
  }

  /// After all threads are done.
  Result<> result() && {
    if (!error_) return {};
    return std::move(*error_).with("index", index_);
  }

 private:
  std::mutex mutex_;
  size_t index_ = 0;
  std::optional<Error> error_;
};

/// Enough work for every thread in each window, so that waiting at its end costs little.
WindowLimits window_limits(size_t threads, size_t max_tokens) {
  WindowLimits limits{.max_tokens = max_tokens};
  limits.texts = std::max(limits.texts, threads * 1024);
  limits.tokens = std::max(limits.tokens, threads * 32 * kBatchTokens);
  return limits;
}

/// Micro-batch of the members' ids, end to end.
struct FlatTexts {
  std::vector<int32_t> ids;
  std::vector<uint32_t> offsets{0};

  void add(const PreparedText& text) {
    ids.insert(ids.end(), text.ids.begin(), text.ids.end());
    offsets.push_back(static_cast<uint32_t>(ids.size()));
  }
};

}  // namespace

EmbedRun::EmbedRun(const EmbedEngine& engine, PrepareOptions options, const Watch& watch, EmbedReport* report)
    : engine_(engine), options_(std::move(options)), watch_(watch), report_out_(report) {}

Result<> EmbedRun::run(std::span<const std::string_view> texts, base::MutableMatrixView out) {
  VICINAL_CHECK_EQ(out.rows, texts.size());
  VICINAL_CHECK_EQ(out.cols, engine_.encoder->config().hidden);
  progress_.emplace(watch_, texts.size());
  report_.texts = texts.size();
  const WindowLimits limits = window_limits(engine_.pool->threads(), options_.max_tokens);
  for (size_t begin = 0; begin < texts.size();) {
    const size_t end = window_end(texts, begin, limits);
    Window window{.begin = begin,
                  .texts = texts.subspan(begin, end - begin),
                  .distinct = {},
                  .prepared = {},
                  .out = {out.data + begin * out.stride, end - begin, out.cols, out.stride}};
    VICINAL_TRY_VOID(run_window(window));
    begin = end;
  }
  progress_->finish();
  if (report_out_ != nullptr) *report_out_ = std::move(report_);
  return {};
}

Result<> EmbedRun::run_window(Window& window) {
  if (watch_.stop.stop_requested()) return interrupted();
  window.distinct = find_distinct(window.texts);
  VICINAL_TRY_VOID(prepare_texts(window));
  count(window);
  encode_batches(window);
  if (watch_.stop.stop_requested()) return interrupted();
  copy_repeated(window);
  progress_->add(window.texts.size() - window.distinct.distinct.size());
  return {};
}

Result<> EmbedRun::prepare_texts(Window& window) {
  const std::vector<size_t>& distinct = window.distinct.distinct;
  window.prepared.resize(distinct.size());
  FirstError failure;
  engine_.pool->run((distinct.size() + kTextsPerPiece - 1) / kTextsPerPiece, [&](size_t piece, size_t) {
    const size_t end = std::min((piece + 1) * kTextsPerPiece, distinct.size());
    for (size_t i = piece * kTextsPerPiece; i < end; ++i) {
      if (watch_.stop.stop_requested()) return;
      auto prepared = prepare(window.texts[distinct[i]], options_);
      if (!prepared) {
        failure.offer(window.begin + distinct[i], std::move(prepared).error());
      } else {
        window.prepared[i] = *std::move(prepared);
      }
    }
  });
  if (watch_.stop.stop_requested()) return interrupted();
  return std::move(failure).result();
}

void EmbedRun::count(const Window& window) {
  for (const PreparedText& text : window.prepared) report_.tokens += text.ids.size();
  report_.repeated += window.texts.size() - window.distinct.distinct.size();
  for (size_t t = 0; t < window.texts.size(); ++t) {
    if (!window.prepared[window.distinct.slot[t]].cut) continue;
    ++report_.cut;
    if (report_.cut_texts.size() < kListedCuts) report_.cut_texts.push_back(window.begin + t);
  }
}

/// A few texts are shared evenly by the threads; many go in full batches.
size_t EmbedRun::budget(std::span<const size_t> lengths) const {
  size_t total = 0;
  for (const size_t length : lengths) total += length;
  const size_t threads = engine_.pool->threads();
  return std::clamp((total + threads - 1) / threads, kLeastBatchTokens, kBatchTokens);
}

void EmbedRun::encode_batches(Window& window) {
  std::vector<size_t> lengths;
  for (const PreparedText& text : window.prepared) lengths.push_back(text.ids.size());
  const auto batches = cut_batches(lengths, budget(lengths));
  engine_.pool->run(batches.size(), [&](size_t piece, size_t) {
    if (watch_.stop.stop_requested()) return;
    encode_batch(window, batches[piece]);
    progress_->add(batches[piece].size());
  });
}

void EmbedRun::encode_batch(Window& window, std::span<const size_t> members) {
  FlatTexts flat;
  for (const size_t i : members) flat.add(window.prepared[i]);
  const size_t width = window.out.cols;
  std::vector<float> vectors(members.size() * width);
  Workspaces::Lease workspace(*engine_.workspaces);
  engine_.encoder->encode({flat.ids, flat.offsets}, engine_.pooling, *workspace,
                          {vectors.data(), members.size(), width, width});
  for (size_t i = 0; i < members.size(); ++i) {
    const std::span<float> row = window.out.row(window.distinct.distinct[members[i]]);
    std::copy_n(vectors.data() + i * width, width, row.data());
  }
}

void EmbedRun::copy_repeated(Window& window) const {
  for (size_t t = 0; t < window.texts.size(); ++t) {
    const size_t first = window.distinct.distinct[window.distinct.slot[t]];
    if (first != t) std::ranges::copy(window.out.row(first), window.out.row(t).begin());
  }
}

Error EmbedRun::interrupted() const {
  return Error(Code::interrupted, "embedding was stopped").with("done", progress_->done());
}

}  // namespace vicinal::embed
