#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <thread>
#include <vector>

#include "base/cpu_quota.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

TEST(ThreadPool, RunsEachPieceOnce) {
  for (size_t threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (size_t pieces : {0, 1, 2, 3, 1000}) {
      std::vector<std::atomic<int>> runs(pieces);
      pool.run(pieces, [&](size_t piece, size_t worker) {
        EXPECT_LT(worker, threads);
        runs[piece].fetch_add(1);
      });
      for (const auto& count : runs) EXPECT_EQ(count.load(), 1);
    }
  }
}

TEST(ThreadPool, WorkspacesOfOneRunAreNeverShared) {
  ThreadPool pool(4);
  std::vector<size_t> sums(pool.threads());  // plain memory: a thread sanitizer sees any sharing
  pool.run(10'000, [&](size_t piece, size_t worker) { sums[worker] += piece; });
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), size_t{0}), size_t{10'000} * 9'999 / 2);
}

TEST(ThreadPool, ManyShortRunsFollowEachOther) {
  ThreadPool pool(3);
  std::vector<size_t> values(7);
  for (size_t round = 1; round <= 2'000; ++round) {
    pool.run(values.size(), [&](size_t piece, size_t) { values[piece] += round; });
    ASSERT_EQ(values[round % values.size()], round * (round + 1) / 2);
  }
}

TEST(ThreadPool, ConcurrentRunsShareTheWorkers) {
  ThreadPool pool(3);
  std::vector<std::thread> callers;
  std::vector<size_t> totals(6);
  for (size_t caller = 0; caller < totals.size(); ++caller) {
    callers.emplace_back([&, caller] {
      for (int round = 0; round < 200; ++round) {
        std::atomic<size_t> sum{0};
        pool.run(50, [&](size_t piece, size_t) { sum.fetch_add(piece); });
        totals[caller] += sum.load();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (size_t total : totals) EXPECT_EQ(total, 200u * 50 * 49 / 2);
}

TEST(ThreadPool, TasksMayUseAnotherPool) {
  ThreadPool outer(2), inner(3);
  std::atomic<size_t> count{0};
  outer.run(8, [&](size_t, size_t) { inner.run(20, [&](size_t, size_t) { count.fetch_add(1); }); });
  EXPECT_EQ(count.load(), 160u);
}

TEST(ThreadPool, WorksOnWithTheThreadsThatTheSystemGives) {
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  if (pages > (size_t{1} << 26)) GTEST_SKIP() << "a sanitizer's shadow memory leaves no room for a limit";
  EXPECT_EXIT(
      {
        struct rlimit memory = {};
        getrlimit(RLIMIT_AS, &memory);
        memory.rlim_cur = size_t{1} << 30;  // room for some stacks of 8 MB, not for a thousand
        setrlimit(RLIMIT_AS, &memory);
        ThreadPool pool(ThreadPool::kMaxThreads);
        std::atomic<size_t> done = 0;
        pool.run(5000, [&](size_t, size_t) { ++done; });
        std::exit(done == 5000 && pool.threads() < ThreadPool::kMaxThreads ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(UsableCores, IsWithinTheAffinityMask) {
  EXPECT_GE(usable_cores(), 1u);
  cpu_set_t set;
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_LE(usable_cores(), static_cast<size_t>(CPU_COUNT(&set)));
  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
      if (CPU_ISSET(cpu, &set)) CPU_SET(cpu, &one);
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(usable_cores(), 1u);
  }).join();
}

TEST(CpuQuota, TakesTheSmallestLimitUpToTheRoot) {
  const TemporaryFolder mount;
  mount.write("cpu.max", "max 100000\n");
  mount.write("a/cpu.max", "150000 100000\n");
  mount.write("a/b/cpu.max", "400000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota("0::/a/b\n", mount.path()), 1.5);
  EXPECT_EQ(cgroup_cpu_quota("0::/\n", mount.path()), std::nullopt);
  EXPECT_EQ(cgroup_cpu_quota("", mount.path()), std::nullopt);
}

TEST(CpuQuota, ReadsVersion1AndFallsBackToTheMountOfAContainer) {
  const TemporaryFolder mount;
  mount.write("cpu/cpu.cfs_quota_us", "250000\n");
  mount.write("cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cpu_quota("7:memory:/x\n4:cpu,cpuacct:/docker/abc\n", mount.path()), 2.5);
  EXPECT_EQ(cgroup_cpu_quota("4:cpuset:/docker/abc\n", mount.path()), std::nullopt);
  mount.write("cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cgroup_cpu_quota("4:cpu:/\n", mount.path()), std::nullopt);
}

}  // namespace
}  // namespace vicinal::base
