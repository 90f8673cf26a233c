#include "kernels/dispatch.h"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/amx/level.h"
#include "kernels/avx2/level.h"
#include "kernels/avx512/level.h"
#include "kernels/scalar/level.h"

namespace vicinal::kernels {
namespace {

// Best last. Each level needs all that the one before it needs.
constexpr std::array<const Table*, 4> kTables = {&scalar::table, &avx2::table, &avx512::table, &amx::table};

std::string names_of(std::span<const Table* const> tables) {
  std::string names;
  for (const Table* table : tables) names += (names.empty() ? "" : ", ") + std::string(table->level);
  return names;
}

/// The first level whose table holds the same function: levels take functions over, upwards.
template <class Function>
const char* level_of(const Table& table, Function Table::* entry) {
  for (const Table* lower : kTables) {
    if (lower->*entry == table.*entry) return lower->level;
  }
  return table.level;
}

std::vector<KernelOrigin> origins_of(const Table& t) {
#define VICINAL_ORIGIN_(name) \
  KernelOrigin { #name, level_of(t, &Table::name) }
  return {VICINAL_ORIGIN_(pack),           VICINAL_ORIGIN_(gemm_f32),      VICINAL_ORIGIN_(gemm_bf16),
          VICINAL_ORIGIN_(gemm_int8),      VICINAL_ORIGIN_(attention_f32), VICINAL_ORIGIN_(attention_bf16),
          VICINAL_ORIGIN_(attention_int8), VICINAL_ORIGIN_(layer_norm),    VICINAL_ORIGIN_(quantize_rows),
          VICINAL_ORIGIN_(activate),       VICINAL_ORIGIN_(softmax),       VICINAL_ORIGIN_(mean_rows),
          VICINAL_ORIGIN_(add3),           VICINAL_ORIGIN_(f32_to_bf16),   VICINAL_ORIGIN_(bf16_to_f32),
          VICINAL_ORIGIN_(f16_to_f32),     VICINAL_ORIGIN_(f32_to_f16),    VICINAL_ORIGIN_(dot_f32),
          VICINAL_ORIGIN_(l2sq_f32),       VICINAL_ORIGIN_(l1_f32),        VICINAL_ORIGIN_(hamming),
          VICINAL_ORIGIN_(dot_rows_f32),   VICINAL_ORIGIN_(l2sq_rows_f32), VICINAL_ORIGIN_(l1_rows_f32),
          VICINAL_ORIGIN_(dot_codes),      VICINAL_ORIGIN_(select_rows)};
#undef VICINAL_ORIGIN_
}

}  // namespace

std::span<const Table* const> tables_for(const CpuFeatures& features) {
  const size_t count = features.amx ? 4 : features.avx512 ? 3 : features.avx2 ? 2 : 1;
  return std::span(kTables).first(count);
}

Result<const Table*> choose_from(const char* wanted, const CpuFeatures& features) {
  const auto runnable = tables_for(features);
  if (wanted == nullptr || *wanted == '\0') return runnable.back();
  for (const Table* table : kTables) {
    if (std::string_view(wanted) != table->level) continue;
    for (const Table* candidate : runnable) {
      if (candidate == table) return table;
    }
    return Error(Code::unsupported, "this machine cannot run the instruction-set level that VICINAL_CPU names")
        .with("VICINAL_CPU", wanted)
        .with("available", names_of(runnable));
  }
  return Error(Code::invalid_argument, "VICINAL_CPU names no instruction-set level")
      .with("VICINAL_CPU", wanted)
      .with("levels", names_of(kTables));
}

Result<const Table*> choose() {
  static const Result<const Table*> choice = choose_from(std::getenv("VICINAL_CPU"), detect_cpu_features());
  return choice;
}

const Table& active() {
  static const Table& table = *choose().value();
  return table;
}

std::span<const Table* const> available() { return tables_for(detect_cpu_features()); }

std::span<const KernelOrigin> origins(const Table& table) {
  static const std::array<std::vector<KernelOrigin>, kTables.size()> all = {
      origins_of(*kTables[0]), origins_of(*kTables[1]), origins_of(*kTables[2]), origins_of(*kTables[3])};
  for (size_t i = 0; i < kTables.size(); ++i) {
    if (kTables[i] == &table) return all[i];
  }
  return {};
}

}  // namespace vicinal::kernels
