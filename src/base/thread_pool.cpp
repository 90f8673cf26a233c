#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/cpu_quota.h"

namespace vicinal::base {
namespace {

constexpr std::chrono::microseconds kSpin{20};

inline void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Returns once `value` is no longer `old`: spins, then sleeps.
void wait_for_change(const std::atomic<uint32_t>& value, uint32_t old) {
  const auto deadline = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
      pause_briefly();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  value.wait(old, std::memory_order_acquire);
}

size_t affinity_cores() {
  for (int bits = 1024; bits <= 1 << 20; bits *= 4) {
    cpu_set_t* set = CPU_ALLOC(bits);
    if (set == nullptr) break;
    const size_t bytes = CPU_ALLOC_SIZE(bits);
    const bool known = sched_getaffinity(0, bytes, set) == 0;
    const int count = known ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (known) return static_cast<size_t>(std::max(count, 1));
  }
  return std::max(std::thread::hardware_concurrency(), 1u);
}

/// The pieces of one `run`. Shared by the caller and the workers that joined: a late worker finds nothing left.
struct Batch {
  Batch(size_t count, const std::function<void(size_t, size_t)>& work) : pieces(count), task(work) {}

  const size_t pieces;
  const std::function<void(size_t, size_t)>& task;  ///< lives until every piece is done, and is not used after
  std::atomic<size_t> next{0};
  std::atomic<size_t> done{0};
  std::atomic<uint32_t> finished{0};

  bool open() const { return next.load(std::memory_order_relaxed) < pieces; }

  void work(size_t worker) {
    for (size_t piece = next.fetch_add(1, std::memory_order_relaxed); piece < pieces;
         piece = next.fetch_add(1, std::memory_order_relaxed)) {
      task(piece, worker);
      if (done.fetch_add(1, std::memory_order_acq_rel) + 1 != pieces) continue;
      finished.store(1, std::memory_order_release);
      finished.notify_all();
    }
  }
};

}  // namespace

size_t usable_cores() {
  std::ifstream file("/proc/self/cgroup");
  const std::string groups{std::istreambuf_iterator<char>(file), {}};
  const size_t cores = affinity_cores();
  const auto quota = cgroup_cpu_quota(groups, "/sys/fs/cgroup");
  if (!quota || *quota >= static_cast<double>(cores)) return cores;
  return std::max<size_t>(static_cast<size_t>(std::ceil(*quota)), 1);
}

struct ThreadPool::Impl {
  std::mutex mutex;
  std::vector<std::shared_ptr<Batch>> batches;  ///< guarded by mutex; those that may have pieces left
  std::atomic<uint32_t> generation{0};          ///< changes with every new batch and at the end
  std::atomic<bool> stopping{false};
  std::vector<std::thread> workers;

  /// Starts looking at different places, so that concurrent calls share the workers.
  std::shared_ptr<Batch> find(size_t worker) {
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < batches.size(); ++i) {
      const auto& batch = batches[(worker + i) % batches.size()];
      if (batch->open()) return batch;
    }
    return nullptr;
  }

  void serve(size_t worker) {
    while (!stopping.load(std::memory_order_acquire)) {
      const uint32_t seen = generation.load(std::memory_order_acquire);
      if (const auto batch = find(worker)) {
        batch->work(worker);
      } else if (!stopping.load(std::memory_order_acquire)) {
        wait_for_change(generation, seen);
      }
    }
  }

  void announce(size_t wanted) {
    generation.fetch_add(1, std::memory_order_release);
    if (wanted >= workers.size()) return generation.notify_all();
    for (size_t i = 0; i < wanted; ++i) generation.notify_one();
  }

  void add(std::shared_ptr<Batch> batch) {
    const size_t wanted = batch->pieces - 1;
    {
      const std::lock_guard lock(mutex);
      batches.push_back(std::move(batch));
    }
    announce(wanted);
  }

  void remove(const std::shared_ptr<Batch>& batch) {
    const std::lock_guard lock(mutex);
    std::erase(batches, batch);
  }
};

ThreadPool::ThreadPool(size_t threads) : impl_(std::make_unique<Impl>()) {
  if (threads == 0) threads = usable_cores();
  threads = std::min(threads, kMaxThreads);
  impl_->workers.reserve(threads - 1);
  try {
    for (size_t worker = 1; worker < threads; ++worker)
      impl_->workers.emplace_back([impl = impl_.get(), worker] { impl->serve(worker); });
  } catch (const std::system_error&) {
    // The system gives no more of them (a limit of processes or memory): the work goes on with those there are.
  }
}

ThreadPool::~ThreadPool() {
  impl_->stopping.store(true, std::memory_order_release);
  impl_->generation.fetch_add(1, std::memory_order_release);
  impl_->generation.notify_all();
  for (std::thread& worker : impl_->workers) worker.join();
}

size_t ThreadPool::threads() const { return impl_->workers.size() + 1; }

void ThreadPool::run(size_t pieces, const std::function<void(size_t, size_t)>& task) {
  if (pieces < 2 || impl_->workers.empty()) {
    for (size_t piece = 0; piece < pieces; ++piece) task(piece, 0);
    return;
  }
  const auto batch = std::make_shared<Batch>(pieces, task);
  impl_->add(batch);
  batch->work(0);
  impl_->remove(batch);
  while (batch->finished.load(std::memory_order_acquire) == 0) wait_for_change(batch->finished, 0);
}

}  // namespace vicinal::base
