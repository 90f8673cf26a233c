#pragma once
/// One call of LocalEmbedder::embed: window by window, tokenize, cut into micro-batches, encode, scatter.

#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/matrix_view.h"
#include "base/thread_pool.h"
#include "embed/prepare.h"
#include "embed/progress_meter.h"
#include "embed/windows.h"
#include "embed/workspaces.h"
#include "model/encoder.h"

namespace vicinal::embed {

/// What every call of one embedder shares. The pointees outlive the run.
struct EmbedEngine {
  const model::Encoder* encoder = nullptr;
  model::PoolingSpec pooling;
  base::ThreadPool* pool = nullptr;
  Workspaces* workspaces = nullptr;
};

/// Used once, from one thread; the pool's threads work inside it.
class EmbedRun {
 public:
  /// report and out belong to the caller; report may be null.
  EmbedRun(const EmbedEngine& engine, PrepareOptions options, const Watch& watch, EmbedReport* report);

  /// See LocalEmbedder::embed.
  Result<> run(std::span<const std::string_view> texts, base::MutableMatrixView out);

 private:
  /// The texts of one window and what has become of them.
  struct Window {
    size_t begin = 0;  ///< index of its first text in the call
    std::span<const std::string_view> texts;
    DistinctTexts distinct;
    std::vector<PreparedText> prepared;  ///< one a distinct text
    base::MutableMatrixView out;         ///< one row a text
  };

  Result<> run_window(Window& window);
  Result<> prepare_texts(Window& window);
  void count(const Window& window);
  void encode_batches(Window& window);
  void encode_batch(Window& window, std::span<const size_t> members);
  void copy_repeated(Window& window) const;
  size_t budget(std::span<const size_t> lengths) const;
  Error interrupted() const;

  const EmbedEngine& engine_;
  const PrepareOptions options_;
  const Watch& watch_;
  EmbedReport report_;
  EmbedReport* const report_out_;
  std::optional<ProgressMeter> progress_;
};

}  // namespace vicinal::embed
