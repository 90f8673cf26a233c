#pragma once
/// One pool for the whole program: work is cut into many small pieces that idle threads take one by one, so a
/// thread that the system has taken away holds nobody up. Waiting spins shortly, then sleeps (futex).

#include <cstddef>
#include <functional>
#include <memory>

namespace vicinal::base {

/// Cores this process may use: its affinity mask, lowered by the cgroup CPU quota (rounded up), at least 1.
size_t usable_cores();

/// Thread-safe: several threads may call `run` at once; calls share the workers.
class ThreadPool {
 public:
  static constexpr size_t kMaxThreads = 1024;

  /// `threads` counts the caller of `run` too: 1 starts none. 0: usable_cores(). At most kMaxThreads, and no more
  /// than the system gives: `threads()` says how many there are.
  explicit ThreadPool(size_t threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t threads() const;

  /// Calls task(piece, worker) for every piece in [0, pieces), each once, in any order; returns when all are done.
  /// `worker` < threads() and is never in two calls of one `run` at the same time: use it to pick a workspace.
  /// The caller works too. Tasks must not throw and must not call `run` on the same pool.
  void run(size_t pieces, const std::function<void(size_t piece, size_t worker)>& task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vicinal::base
