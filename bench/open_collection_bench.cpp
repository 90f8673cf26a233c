// From nothing to the first answer: how long a collection takes to open, what the first searches cost, what is
// resident.
//
//   open_collection_bench COLLECTION     CPU time and wall time of each step, pages that were fetched, resident memory

#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "index/store.h"

namespace {

double cpu_ms() {
  timespec now = {};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double wall_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string line_of_status(std::string_view key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key)) return line.substr(key.size() + 1);
  return "?";
}

template <class Step>
auto timed(const char* name, Step step) {
  const double cpu = cpu_ms(), wall = wall_ms();
  rusage before = {}, after = {};
  ::getrusage(RUSAGE_SELF, &before);
  auto result = step();
  ::getrusage(RUSAGE_SELF, &after);
  std::printf("%-14s %8.2f ms CPU %8.2f ms wall %7ld faults  RSS%s\n", name, cpu_ms() - cpu, wall_ms() - wall,
              after.ru_minflt - before.ru_minflt + after.ru_majflt - before.ru_majflt,
              line_of_status("VmRSS:").c_str());
  return result;
}

}  // namespace

int main(int count, char** arguments) {
  using vicinal::index::Store;
  if (count != 2) return std::fprintf(stderr, "usage: open_collection_bench COLLECTION\n"), 2;
  const auto store = timed("open", [&] { return Store::open(arguments[1], {}); });
  if (!store) return std::fprintf(stderr, "%s\n", store.error().what().c_str()), 1;
  const auto stats = (*store)->stats();
  std::printf("%zu chunks, %zu dimensions, %zu segments\n", static_cast<size_t>(stats->chunks),
              static_cast<size_t>(stats->dimensions), static_cast<size_t>(stats->segments));
  std::vector<float> query(stats->dimensions, 0.05F);
  for (const char* name : {"first search", "second search", "third search"}) {
    const auto hits = timed(name, [&] { return (*store)->search({query, 10, vicinal::Metric::cosine, false}); });
    if (!hits) return std::fprintf(stderr, "%s\n", hits.error().what().c_str()), 1;
    query[0] += 0.3F;
  }
  return 0;
}
