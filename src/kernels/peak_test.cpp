#include "kernels/peak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

double cpu_seconds_of(const PeakLoop& loop, size_t rounds) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double start = now();
  loop.run(rounds);
  return now() - start;
}

TEST(Peak, EveryLevelHasLoopsThatTakeTimeInProportionToTheirRounds) {
  for (const Table* table : available()) {
    const PeakLoops loops = peak_loops(*table);
    for (const PeakLoop& loop : {loops.f32, loops.bf16, loops.int8}) {
      ASSERT_GT(loop.operations, 0U) << table->level;
      const size_t rounds = 400'000;
      double few = 1e9, many = 1e9;  // the least of several: other work on the machine only adds
      for (int i = 0; i < 7; ++i) {
        few = std::min(few, cpu_seconds_of(loop, rounds));
        many = std::min(many, cpu_seconds_of(loop, 8 * rounds));
      }
      EXPECT_GT(many, 3 * few) << table->level << ": the loop was optimised away";
      const double rate = static_cast<double>(loop.operations * rounds) / few;
      EXPECT_GT(rate, 1e8) << table->level;
      EXPECT_LT(rate, 1e14) << table->level << ": no processor does that";
    }
  }
}

}  // namespace
}  // namespace vicinal::kernels
