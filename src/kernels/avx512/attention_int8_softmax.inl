// Scores of integer products become exponentials in 16 bits, two to eight times as many in a register as in float. For
// attention_int8_head.inl; included inside an unnamed namespace, after attention_int8_plan.inl.
//
// Scores count in steps of 1/64 octave (kStepsPerOctave): a weight is off by half a step, 0.5 %, where the byte that it
// becomes is off by up to 0.2 % of the largest.

constexpr int kStepsPerOctave = 64;

/// 2^(−i / 64) · 255 · 2^6 for i < 64, and 2^(9 − i) for i < 32 (0 from 10 on): their product >> 15, rounded, is
/// 255 · 2^(−steps / 64).
struct PowerTables {
  alignas(64) int16_t fraction[64];
  alignas(64) int16_t whole[32];

  constexpr PowerTables() : fraction(), whole() {
    double power = 255.0 * 64.0;
    for (int16_t& entry : fraction) {
      entry = static_cast<int16_t>(power + 0.5);
      power *= 0.98922801319397548;  // 2^(−1/64)
    }
    for (int i = 0; i < 10; ++i) whole[i] = static_cast<int16_t>(512 >> i);
  }
};
constexpr PowerTables kPowers;
constexpr int16_t kNoWeight = 31 * kStepsPerOctave + 63;  ///< steps below the highest: weight 0, the tables' end
constexpr int16_t kPastTheEnd = -32768;
constexpr float kMostSteps = 16384.0F;  ///< of a score: far enough above kPastTheEnd

struct PowersOf2 {
  __m512i low = _mm512_load_si512(kPowers.fraction);
  __m512i high = _mm512_load_si512(kPowers.fraction + 32);
  __m512i whole = _mm512_load_si512(kPowers.whole);

  /// 255 · 2^(−steps / 64), rounded.
  inline __m512i operator()(__m512i steps) const {
    const __m512i bounded = _mm512_min_epu16(steps, _mm512_set1_epi16(kNoWeight));
    const __m512i fraction = _mm512_permutex2var_epi16(low, bounded, high);
    return _mm512_mulhrs_epi16(fraction, _mm512_permutexvar_epi16(_mm512_srli_epi16(bounded, 6), whole));
  }
};

/// The largest of a row's scores; `vectors` of 32.
inline int16_t highest_of(const int16_t* scores, size_t vectors) {
  __m512i highest = _mm512_loadu_si512(scores);
  for (size_t i = 1; i < vectors; ++i) highest = _mm512_max_epi16(highest, _mm512_loadu_si512(scores + 32 * i));
  const __m256i half = _mm256_max_epi16(_mm512_castsi512_si256(highest), _mm512_extracti64x4_epi64(highest, 1));
  const __m128i quarter = _mm_max_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  // vphminposuw finds the smallest of eight unsigned words: signs turned round, and the order.
  const __m128i turned = _mm_xor_si128(quarter, _mm_set1_epi16(0x7FFF));
  return static_cast<int16_t>(_mm_extract_epi16(_mm_minpos_epu16(turned), 0) ^ 0x7FFF);
}

/// Four vectors' weights without the gaps that fewer vectors leave.
inline __m512i close_gaps(__m512i weights, size_t vectors) {
  alignas(64) static constexpr int32_t kPlaces[3][16] = {
      {0, 4, 8, 12}, {0, 1, 4, 5, 8, 9, 12, 13}, {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14}};
  return _mm512_permutexvar_epi32(_mm512_load_si512(kPlaces[vectors - 1]), weights);
}

/// A row's scores become weights, in the same memory. Returns their sum.
__attribute__((noinline)) int32_t weigh_bytes(const Int8Plan& plan, int16_t* row) {
  const PowersOf2 power;
  const __m512i highest = _mm512_set1_epi16(highest_of(row, 2 * plan.panels));
  __m512i sum = _mm512_setzero_si512();
  uint8_t* out = reinterpret_cast<uint8_t*>(row);
  for (size_t panel = 0; panel < plan.panels; ++panel, row += kPanel, out += kPanel) {
    const __m512i low = power(_mm512_sub_epi16(highest, _mm512_loadu_si512(row)));
    const __m512i high = power(_mm512_sub_epi16(highest, _mm512_loadu_si512(row + 32)));
    __m512i weights = _mm512_packus_epi16(low, high);
    sum = _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi8(1));
    if (panel + 1 == plan.panels && plan.last_vectors < 4) weights = close_gaps(weights, plan.last_vectors);
    _mm512_storeu_si512(out, weights);
  }
  return _mm512_reduce_add_epi32(sum);
}
