#pragma once
/// Texts to vectors, window by window, with every thread busy: while one window is encoded the next is read and
/// tokenized, so that no thread waits at a window's end, and at most three windows are in memory.
///
/// Threads look for the most urgent piece of work: handing a finished window on, reading the next one, tokenizing it,
/// encoding the oldest. All pieces are small (a few dozen texts, one micro-batch), so a thread that the system has
/// taken away holds up no more than its own piece.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "base/thread_pool.h"
#include "embed/memory_plan.h"
#include "embed/progress_meter.h"
#include "embed/text_window.h"
#include "embed/workspaces.h"
#include "model/encoder.h"

namespace vicinal::embed {

/// What every call of one embedder shares. The pointees outlive the run.
struct EmbedEngine {
  const model::Encoder* encoder = nullptr;
  model::PoolingSpec pooling;
  base::ThreadPool* pool = nullptr;
  Workspaces* workspaces = nullptr;
  MemoryPlan plan;
};

/// Used once, from one thread; the pool's threads work inside it.
class EmbedRun {
 public:
  struct Job {
    PrepareOptions prepare;
    WindowSource* source = nullptr;
    WindowSink* sink = nullptr;  ///< may be null
    size_t total = 0;            ///< texts, for progress; 0 while unknown
    size_t pieces = SIZE_MAX;    ///< no more threads than this are of use
  };
  EmbedRun(const EmbedEngine& engine, Job job, const Watch& watch);
  ~EmbedRun();

  /// The error of the text that comes first; windows before it went to the sink. See LocalEmbedder::embed.
  Result<EmbedReport> run();

 private:
  struct Work;  // a window and how far it is
  using Lock = std::unique_lock<std::mutex>;

  void work();
  bool do_something(Lock& lock);
  bool hand_on(Lock& lock);
  bool read_next(Lock& lock, bool may_wait);
  bool prepare_some(Lock& lock);
  bool encode_some(Lock& lock);

  void plan(Work& work, Lock& lock);
  void prepare_texts(Work& work, size_t piece);
  /// The first text whose vector is not finite, as an index into the window.
  std::optional<size_t> encode_batch(Work& work, size_t piece);
  void copy_repeated(const TextWindow& window);
  void count(const Work& work);
  void fail(Error error);
  void wake();
  bool is_over() const;
  Error interrupted() const;

  const EmbedEngine& engine_;
  Job job_;
  const Watch& watch_;
  ProgressMeter progress_;

  std::mutex mutex_;  ///< guards all below
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Work>> windows_;  ///< oldest first
  EmbedReport report_;
  size_t next_begin_ = 0;
  size_t waiting_ = 0;  ///< threads
  bool reading_ = false, waits_for_input_ = false, ended_ = false;
  bool handing_on_ = false, done_ = false;
  std::optional<Error> failure_;         ///< ends the run
  std::optional<Error> source_failure_;  ///< ends it after the windows before
};

}  // namespace vicinal::embed
