// What a reader's queries cost while another process writes, merges and compacts the same collection.
//
//   readers_during_writes_bench [ROWS] [SECONDS]     default 20000 rows of 384 numbers, 20 seconds of writing
//
// The reader refreshes and searches all the time: twice alone, as a control, then beside the writer. Figures are CPU
// time of the reader's thread, and wall time beside it, which on a busy machine is mostly that of others.

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "index/store_for_tests.h"

namespace {

using namespace vicinal;
using index::Store;

constexpr size_t kDimensions = 384;
constexpr size_t kBatch = 200;

double now_ms(clockid_t clock) {
  timespec now = {};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::vector<float> random_rows(size_t rows, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(rows * kDimensions);
  for (float& value : values) value = normal(random);
  return values;
}

Result<> write_batch(Store& store, size_t first, uint64_t version, std::mt19937& random) {
  std::vector<index::DocumentWrite> documents;
  for (size_t i = 0; i < kBatch; ++i)
    documents.push_back(index::test_write({"doc-" + std::to_string(first + i), version, 1}));
  const auto vectors = random_rows(kBatch, random);
  return store.upsert(documents, {vectors.data(), kBatch, kDimensions, kDimensions});
}

Result<> fill(const std::string& folder, size_t rows) {
  std::mt19937 random(1);
  VICINAL_TRY(const auto store, index::open_to_write(folder, kDimensions));
  for (size_t first = 0; first < rows; first += kBatch) VICINAL_TRY_VOID(write_batch(*store, first, 1, random));
  return store->compact({});
}

struct Done {
  size_t commits = 0, compactions = 0;
};

// Replaces documents, so that the number of live rows stays and only what is caused by the writing shows.
Result<Done> write_for(const std::string& folder, size_t rows, double seconds) {
  std::mt19937 random(2);
  Done done;
  VICINAL_TRY(const auto store, index::open_to_write(folder, kDimensions));
  const double end = now_ms(CLOCK_MONOTONIC) + seconds * 1e3;
  for (uint64_t version = 2; now_ms(CLOCK_MONOTONIC) < end; ++version) {
    for (size_t first = 0; first < rows && now_ms(CLOCK_MONOTONIC) < end; first += kBatch, ++done.commits) {
      VICINAL_TRY_VOID(write_batch(*store, first, version, random));
      VICINAL_TRY_VOID(store->maintain({}));
    }
    if (version % 2 == 0) VICINAL_TRY_VOID(store->compact({}));
    done.compactions += version % 2 == 0 ? 1 : 0;
  }
  return done;
}

class Latencies {
 public:
  Result<> add(Store& store, std::span<const float> query) {
    const double cpu = now_ms(CLOCK_THREAD_CPUTIME_ID), wall = now_ms(CLOCK_MONOTONIC);
    VICINAL_TRY_VOID(store.refresh());
    refresh_.push_back(now_ms(CLOCK_THREAD_CPUTIME_ID) - cpu);
    VICINAL_TRY([[maybe_unused]] const auto hits, store.search({query, 10, Metric::cosine, false}));
    cpu_.push_back(now_ms(CLOCK_THREAD_CPUTIME_ID) - cpu);
    wall_.push_back(now_ms(CLOCK_MONOTONIC) - wall);
    return {};
  }
  void print(const char* name) {
    std::printf("%-14s %6zu queries", name, cpu_.size());
    print(" CPU", cpu_);
    print("  of it refresh", refresh_);
    print("  wall", wall_);
    std::printf("\n");
  }

 private:
  static void print(const char* name, std::vector<double>& values) {
    std::ranges::sort(values);
    std::printf("%s p50 %.2f p99 %.2f max %.2f ms", name, values[values.size() / 2], values[values.size() * 99 / 100],
                values.back());
  }
  std::vector<double> cpu_, refresh_, wall_;
};

template <class GoOn>
Result<> query_while(Store& store, const char* name, GoOn go_on) {
  std::mt19937 random(3);
  Latencies latencies;
  while (go_on()) VICINAL_TRY_VOID(latencies.add(store, random_rows(1, random)));
  latencies.print(name);
  return {};
}

auto for_seconds(double seconds) {
  return [end = now_ms(CLOCK_MONOTONIC) + seconds * 1e3] { return now_ms(CLOCK_MONOTONIC) < end; };
}

Result<> run(const std::string& folder, size_t rows, double seconds) {
  VICINAL_TRY_VOID(fill(folder, rows));
  const pid_t writer = ::fork();  // before the reader opens anything
  if (writer == 0) {
    ::usleep(static_cast<useconds_t>(seconds / 2 * 1e6));
    const auto done = write_for(folder, rows, seconds);
    if (!done) std::fprintf(stderr, "writer: %s\n", done.error().what().c_str());
    if (done)
      std::printf("writer: %zu commits of %zu documents, each with maintain, %zu times compact\n", done->commits,
                  kBatch, done->compactions);
    std::fflush(stdout);
    ::_exit(done ? 0 : 1);
  }
  VICINAL_TRY(const auto reader, index::open_to_read(folder));
  VICINAL_TRY_VOID(query_while(*reader, "alone", for_seconds(seconds / 5)));
  VICINAL_TRY_VOID(query_while(*reader, "alone again", for_seconds(seconds / 5)));
  int status = 0;
  return query_while(*reader, "beside writer", [&] { return ::waitpid(writer, &status, WNOHANG) == 0; });
}

}  // namespace

int main(int count, char** arguments) {
  const size_t rows = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 20000;
  const double seconds = count > 2 ? std::atof(arguments[2]) : 20;
  const index::StoreFolder folder;
  const auto done = run(folder.store(), rows, seconds);
  if (done) return 0;
  std::fprintf(stderr, "%s\n", done.error().what().c_str());
  return 1;
}
