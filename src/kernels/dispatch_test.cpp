// The choice of a level: what VICINAL_CPU may say, and that the best level is the best the processor has.

#include "kernels/dispatch.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace vicinal::kernels {
namespace {

constexpr CpuFeatures kOld = {};
constexpr CpuFeatures kAvx2 = {.avx2 = true};
constexpr CpuFeatures kAvx512 = {.avx2 = true, .avx512 = true};
constexpr CpuFeatures kAmx = {.avx2 = true, .avx512 = true, .amx = true};

std::string chosen(const char* wanted, const CpuFeatures& features) {
  const auto table = choose_from(wanted, features);
  return table ? (*table)->level : table.error().what();
}

std::set<std::string> cpuinfo_flags() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

bool has_all(const std::set<std::string>& flags, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (!flags.contains(name)) return false;
  }
  return true;
}

TEST(Dispatch, TakesTheBestLevelWhenNothingIsAsked) {
  EXPECT_EQ(chosen(nullptr, kOld), "scalar");
  EXPECT_EQ(chosen(nullptr, kAvx2), "avx2");
  EXPECT_EQ(chosen(nullptr, kAvx512), "avx512");
  EXPECT_EQ(chosen(nullptr, kAmx), "amx");
  EXPECT_EQ(chosen("", kAmx), "amx");
}

TEST(Dispatch, TakesTheLevelThatIsAskedFor) {
  for (const char* level : {"scalar", "avx2", "avx512", "amx"}) EXPECT_EQ(chosen(level, kAmx), level);
}

TEST(Dispatch, RefusesALevelThatTheMachineCannotRun) {
  const auto refused = choose_from("avx512", kAvx2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::unsupported);
  EXPECT_NE(refused.error().what().find("available=scalar, avx2"), std::string::npos) << refused.error().what();
}

TEST(Dispatch, RefusesAnUnknownNameAndListsTheNames) {
  for (const char* name : {"AVX2", "avx", "neon", "amx ", "best"}) {
    const auto refused = choose_from(name, kAmx);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code(), Code::invalid_argument);
    EXPECT_NE(refused.error().what().find("levels=scalar, avx2, avx512, amx"), std::string::npos)
        << refused.error().what();
  }
}

TEST(Dispatch, FindsTheBestLevelThatTheProcessorFlagsAllow) {
  const auto flags = cpuinfo_flags();
  if (flags.empty()) GTEST_SKIP() << "/proc/cpuinfo has no flags";
  std::string best = "scalar";
  if (has_all(flags, {"avx2", "fma", "f16c"})) {
    best = "avx2";
    if (has_all(flags,
                {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni", "avx512_bf16", "avx512_vpopcntdq"})) {
      best = "avx512";
      const bool granted = syscall(SYS_arch_prctl, 0x1023, 18) == 0;
      if (granted && has_all(flags, {"amx_tile", "amx_bf16", "amx_int8"})) best = "amx";
    }
  }
  EXPECT_EQ(chosen(nullptr, detect_cpu_features()), best);
  EXPECT_EQ(available().back()->level, best);
}

TEST(Dispatch, OffersScalarFirstAndEveryLowerLevel) {
  const auto all = tables_for(kAmx);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_STREQ(available().front()->level, "scalar");
  for (size_t i = 0; i < available().size(); ++i) EXPECT_EQ(available()[i], all[i]);
}

TEST(Dispatch, SaysWhichLevelStandsBehindEachKernel) {
  for (const Table* table : tables_for(kAmx)) {
    std::set<std::string> kernels;
    for (const KernelOrigin& origin : origins(*table)) {
      kernels.insert(origin.kernel);
      const bool product = std::string(origin.kernel) == "gemm_bf16" || std::string(origin.kernel) == "gemm_int8";
      if (product) EXPECT_STREQ(origin.level, table->level) << origin.kernel;
    }
    EXPECT_EQ(kernels.size(), origins(*table).size());
    EXPECT_GE(kernels.size(), 23U);
  }
  for (const KernelOrigin& origin : origins(*tables_for(kAmx).back())) {
    if (std::string(origin.kernel) == "gemm_f32") EXPECT_STREQ(origin.level, "avx512");
  }
}

/// Runs in a fresh process, where nothing has been chosen yet.
[[noreturn]] void exit_with_choice(const char* wanted) {
  setenv("VICINAL_CPU", wanted, 1);
  const auto table = choose();
  if (!table) std::_Exit(table.error().code() == Code::invalid_argument ? 2 : 3);
  std::_Exit(&active() == *table && std::string(active().level) == wanted ? 0 : 1);
}

TEST(Dispatch, ReadsTheEnvironmentVariableOnceAtFirstUse) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(exit_with_choice("scalar"), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(exit_with_choice(available().back()->level), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(exit_with_choice("pentium"), testing::ExitedWithCode(2), "");
}

}  // namespace
}  // namespace vicinal::kernels
