// Twelve sums by name: of an array whose elements an empty asm statement changes, g++ 12 keeps every one in memory.
// No include guard: defines macros for the file of one level, which defines VICINAL_CHANGED_ first.

/// The empty statement makes the optimiser believe that a register was changed, and keeps the sum from being dropped.
#define VICINAL_STEP_(sum) \
  sum = step(sum, a, b);   \
  VICINAL_CHANGED_(sum)

/// `step(sum, a, b)` in kPeakSums independent sums, `rounds` times.
template <class Sum, class Factor, class Step>
inline void repeat_step(size_t rounds, const Sum zero, Factor a, Factor b, Step step) {
  Sum s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero;
  Sum s6 = zero, s7 = zero, s8 = zero, s9 = zero, s10 = zero, s11 = zero;
  for (size_t round = 0; round < rounds; ++round) {
    VICINAL_CHANGED_(a);
    VICINAL_CHANGED_(b);
    VICINAL_STEP_(s0);
    VICINAL_STEP_(s1);
    VICINAL_STEP_(s2);
    VICINAL_STEP_(s3);
    VICINAL_STEP_(s4);
    VICINAL_STEP_(s5);
    VICINAL_STEP_(s6);
    VICINAL_STEP_(s7);
    VICINAL_STEP_(s8);
    VICINAL_STEP_(s9);
    VICINAL_STEP_(s10);
    VICINAL_STEP_(s11);
  }
}
static_assert(kPeakSums == 12);
