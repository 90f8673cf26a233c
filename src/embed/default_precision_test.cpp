#include "embed/default_precision.h"

#include <gtest/gtest.h>

#include "kernels/dispatch.h"

namespace vicinal::embed {
namespace {

TEST(DefaultPrecision, IsBf16WhereTheLevelMultipliesBf16AndElseF32) {
  for (const kernels::Table* table : kernels::tables_for({.avx2 = true, .avx512 = true, .amx = true})) {
    const std::string_view level = table->level;
    const bool has = level == "avx512" || level == "amx";
    EXPECT_EQ(default_precision(*table).precision, has ? Precision::bf16 : Precision::f32) << level;
    EXPECT_FALSE(default_precision(*table).reason.empty());
  }
}

}  // namespace
}  // namespace vicinal::embed
