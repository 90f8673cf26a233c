// Scores of integer products become exponentials in 16 bits, 32 in a register. For attention_int8_head.inl; included
// inside an unnamed namespace, after attention_int8_plan.inl.
//
// Scores count in steps of 1/32 octave (kStepsPerOctave): a weight is off by half a step, 1 %, to one side or the
// other. The largest weight of a row becomes the byte 255, and hundreds of small ones may together weigh more: rounded
// one by one they would vanish. So what rounding leaves of a weight is added to that of the 64th key after it,
// beginning with fractions spread evenly, other ones for each query: sums of weights keep what their parts lose.

constexpr int kStepsPerOctave = 32;
constexpr int kFractionBits = 6;  ///< of a weight, before it becomes a byte

/// 2^(−i / 32) · 255 · 2^7 for i < 32, and 2^(14 − i) for i < 32 (0 where that is below 1): their product >> 15,
/// rounded, is 255 · 2^(−steps / 32) with kFractionBits behind the point. first_rests: every fraction once.
struct PowerTables {
  alignas(64) int16_t fraction[32];
  alignas(64) int16_t whole[32];
  alignas(64) int16_t first_rests[64];

  constexpr PowerTables() : fraction(), whole(), first_rests() {
    double power = 255.0 * 128.0;
    for (int16_t& entry : fraction) {
      entry = static_cast<int16_t>(power + 0.5);
      power *= 0.97857206208770009;  // 2^(−1/32)
    }
    for (int i = 0; i < 15; ++i) whole[i] = static_cast<int16_t>(16384 >> i);
    for (int i = 0; i < 64; ++i) {
      for (int bit = 0; bit < 6; ++bit)
        first_rests[i] = static_cast<int16_t>(first_rests[i] | ((i >> bit & 1) << (5 - bit)));
    }
  }
};
constexpr PowerTables kPowers;
constexpr int16_t kNoWeight = 32 * kStepsPerOctave - 1;  ///< steps below the highest: weight 0, the tables' end
/// A score is at most 2^15 · kMostMultiplier · 2^-15 steps, and with the bias still far above keys past the end.
constexpr float kMostMultiplier = 16384.0F;
constexpr float kMostBias = 4096.0F;  ///< steps
constexpr int16_t kPastTheEnd = -32768;
static_assert(-kMostMultiplier - kMostBias - kNoWeight > kPastTheEnd + kMostBias);
static_assert(kStepsPerOctave == 32);  // what a lane of vpermw can choose from

struct PowersOf2 {
  __m512i fraction = _mm512_load_si512(kPowers.fraction);
  __m512i whole = _mm512_load_si512(kPowers.whole);

  /// 255 · 2^(−steps / 32), with kFractionBits.
  inline __m512i operator()(__m512i steps) const {
    const __m512i bounded = _mm512_min_epu16(steps, _mm512_set1_epi16(kNoWeight));
    return _mm512_mulhrs_epi16(_mm512_permutexvar_epi16(bounded, fraction),  // reads the index's last five bits
                               _mm512_permutexvar_epi16(_mm512_srli_epi16(bounded, 5), whole));
  }
};

/// The largest of a row's scores; `vectors` of 32.
inline int16_t highest_of(const char* scores, size_t vectors) {
  __m512i highest = _mm512_loadu_si512(scores);
  for (size_t i = 1; i < vectors; ++i) highest = _mm512_max_epi16(highest, _mm512_loadu_si512(scores + 64 * i));
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

/// What rounding left of the weights before, in each of 32 lanes.
struct Rests {
  __m512i rest;

  inline Rests(const int16_t* first, size_t query)
      : rest(fraction_of(
            _mm512_add_epi16(_mm512_load_si512(first), _mm512_set1_epi16(static_cast<int16_t>(query * 39))))) {}

  static inline __m512i fraction_of(__m512i x) {
    return _mm512_and_si512(x, _mm512_set1_epi16((1 << kFractionBits) - 1));
  }

  /// Whole numbers of these weights and what was left.
  inline __m512i round(__m512i weights) {
    const __m512i sum = _mm512_add_epi16(weights, rest);
    rest = fraction_of(sum);
    return _mm512_srli_epi16(sum, kFractionBits);
  }
};

/// A row's scores become weights, in the same memory. Returns their sum.
inline int32_t weigh_bytes(const Int8Plan& plan, size_t query, char* row) {
  const PowersOf2 power;
  const __m512i highest = _mm512_set1_epi16(highest_of(row, 2 * plan.panels));
  Rests low_rests(kPowers.first_rests, query), high_rests(kPowers.first_rests + 32, query);
  __m512i sum = _mm512_setzero_si512();
  const char* scores = row;
  for (size_t panel = 0; panel < plan.panels; ++panel, scores += 128, row += 64) {
    const __m512i low = low_rests.round(power(_mm512_sub_epi16(highest, _mm512_loadu_si512(scores))));
    const __m512i high = high_rests.round(power(_mm512_sub_epi16(highest, _mm512_loadu_si512(scores + 64))));
    __m512i weights = _mm512_packus_epi16(low, high);
    sum = _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi8(1));
    if (plan.vectors_of_panel(panel) < kPanelVectors) weights = close_gaps(weights, plan.last_vectors);
    _mm512_storeu_si512(row, weights);
  }
  return _mm512_reduce_add_epi32(sum);
}
