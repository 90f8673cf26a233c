#include "kernels/cpu_features.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace vicinal::kernels {
namespace {

// Intel SDM volume 2, CPUID, and volume 1, chapter 13 (XCR0).
struct Registers {
  unsigned a = 0, b = 0, c = 0, d = 0;
};

constexpr uint64_t kAvxState = 0x6;
constexpr uint64_t kAvx512State = kAvxState | 0xE0;
constexpr uint64_t kTileState = 0x60000;
// Leaf 7, EDX. Compilers' headers disagree on their names.
constexpr unsigned kAmxBf16 = 1U << 22, kAmxTile = 1U << 24, kAmxInt8 = 1U << 25;

Registers cpuid(unsigned leaf, unsigned subleaf) {
  Registers r;
  if (__get_cpuid_count(leaf, subleaf, &r.a, &r.b, &r.c, &r.d) == 0) return {};
  return r;
}

bool all_bits(unsigned value, unsigned bits) { return (value & bits) == bits; }

/// XCR0: the register states that the operating system saves; 0 where XGETBV may not be used.
uint64_t saved_states() {
  if (!all_bits(cpuid(1, 0).c, bit_OSXSAVE)) return 0;
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
}

/// Linux gives tile registers only to processes that ask (Documentation/arch/x86/xstate.rst).
bool tiles_granted() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

CpuFeatures detect() {
  const Registers basic = cpuid(1, 0);
  const Registers extended = cpuid(7, 0);
  const uint64_t states = saved_states();
  CpuFeatures cpu;
  cpu.avx2 = (states & kAvxState) == kAvxState && all_bits(basic.c, bit_AVX | bit_FMA | bit_F16C) &&
             all_bits(extended.b, bit_AVX2);
  cpu.avx512 = cpu.avx2 && (states & kAvx512State) == kAvx512State &&
               all_bits(extended.b, bit_AVX512F | bit_AVX512BW | bit_AVX512VL | bit_AVX512DQ) &&
               all_bits(extended.c, bit_AVX512VNNI | bit_AVX512VPOPCNTDQ) && all_bits(cpuid(7, 1).a, bit_AVX512BF16);
  cpu.amx = cpu.avx512 && (states & kTileState) == kTileState && all_bits(extended.d, kAmxTile | kAmxBf16 | kAmxInt8) &&
            tiles_granted();
  return cpu;
}

}  // namespace

CpuFeatures detect_cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

}  // namespace vicinal::kernels
