// The two products of attention in bytes, by register tiles. For attention_int8_head.inl; included inside an unnamed
// namespace, after attention_int8_softmax.inl.

constexpr size_t kScoreRows = 6;  ///< of a tile of scores

/// Sums to steps: (sum >> shift) · multiplier · 2^-15.
struct Int8Scale {
  int shift;
  int16_t multiplier;
};

/// Scores of a few queries with the keys of one panel, and what becomes of them.
struct Int8Scores {
  const int8_t* keys;
  const uint8_t* queries;
  size_t groups;
  const int32_t* first_sums;  ///< of the keys
  Int8Scale scale;
  uint64_t past_the_end;  ///< of the panel, as in Int8Plan
  char* out;
  size_t ld_out;
};

inline __m512i broadcast_quadruple(const void* from) {
  int32_t bits = 0;
  __builtin_memcpy(&bits, from, sizeof bits);
  return _mm512_set1_epi32(bits);
}

/// Two vectors of sums to one of steps, four lanes of each side by side.
inline __m512i steps_of(__m512i a, __m512i b, __m128i shift, __m512i multiplier) {
  return _mm512_mulhrs_epi16(_mm512_packs_epi32(_mm512_sra_epi32(a, shift), _mm512_sra_epi32(b, shift)), multiplier);
}

/// Of a panel that is not whole, the last, keys past the end get kPastTheEnd.
template <size_t Rows, size_t Vectors, bool Whole>
__attribute__((noinline)) void score_tile(const Int8Scores& s) {
  __m512i sum[Rows][Vectors];
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) sum[r][v] = _mm512_loadu_si512(s.first_sums + 16 * v);
  }
  const uint8_t* queries = s.queries;
  const int8_t* keys = s.keys;
  for (size_t g = 0; g < s.groups; ++g, queries += 4, keys += 4 * kPanel) {
    __m512i column[Vectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) column[v] = _mm512_loadu_si512(keys + 64 * v);
#pragma GCC unroll 6
    for (size_t r = 0; r < Rows; ++r) {
      const __m512i group = broadcast_quadruple(queries + r * s.groups * 4);
#pragma GCC unroll 4
      for (size_t v = 0; v < Vectors; ++v) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], group, column[v]);
    }
  }
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {  // without this g++ keeps the sums in memory, at half the speed
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) asm("" : "+v"(sum[r][v]));
  }
  const __m128i shift = _mm_cvtsi32_si128(s.scale.shift);
  const __m512i multiplier = _mm512_set1_epi16(s.scale.multiplier);
  const __m512i past = _mm512_set1_epi16(kPastTheEnd);
  char* const out = s.out;
  const size_t ld_out = s.ld_out;
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {
    __m512i low = steps_of(sum[r][0], sum[r][Vectors > 1 ? 1 : 0], shift, multiplier);
    __m512i high = low;
    if constexpr (Vectors > 2) high = steps_of(sum[r][2], sum[r][Vectors > 3 ? 3 : 2], shift, multiplier);
    if constexpr (!Whole) {
      low = _mm512_mask_mov_epi16(low, static_cast<__mmask32>(s.past_the_end), past);
      high = _mm512_mask_mov_epi16(high, static_cast<__mmask32>(s.past_the_end >> 32), past);
    }
    _mm512_storeu_si512(out + r * ld_out, low);
    _mm512_storeu_si512(out + r * ld_out + 64, high);
  }
}

template <size_t Vectors, bool Whole>
void score_rows(const Int8Scores& s, size_t rows) {
  switch (rows) {
    case 1:
      return score_tile<1, Vectors, Whole>(s);
    case 2:
      return score_tile<2, Vectors, Whole>(s);
    case 3:
      return score_tile<3, Vectors, Whole>(s);
    case 4:
      return score_tile<4, Vectors, Whole>(s);
    case 5:
      return score_tile<5, Vectors, Whole>(s);
    default:
      return score_tile<6, Vectors, Whole>(s);
  }
}

inline void score(const Int8Scores& s, size_t rows, size_t vectors) {
  if (s.past_the_end == 0) return score_rows<4, true>(s, rows);
  switch (vectors) {
    case 1:
      return score_rows<1, false>(s, rows);
    case 2:
      return score_rows<2, false>(s, rows);
    case 3:
      return score_rows<3, false>(s, rows);
    default:
      return score_rows<4, false>(s, rows);
  }
}

/// Weights of a few queries times 32 columns of the values.
struct Int8Values {
  const char* weights;
  size_t ld_weights;
  const int8_t* values;
  size_t width;
  size_t groups;
  int32_t* out;
};

template <size_t Rows>
void mix_tile(const Int8Values& p) {
  __m512i sum[Rows][2];
#pragma GCC unroll 12
  for (size_t r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = _mm512_setzero_si512();
  const char* weights = p.weights;
  const int8_t* values = p.values;
  for (size_t g = 0; g < p.groups; ++g, weights += 4, values += 4 * p.width) {
    const __m512i low = _mm512_loadu_si512(values);
    const __m512i high = _mm512_loadu_si512(values + 64);
#pragma GCC unroll 12
    for (size_t r = 0; r < Rows; ++r) {
      const __m512i group = broadcast_quadruple(weights + r * p.ld_weights);
      sum[r][0] = _mm512_dpbusd_epi32(sum[r][0], group, low);
      sum[r][1] = _mm512_dpbusd_epi32(sum[r][1], group, high);
    }
  }
#pragma GCC unroll 12
  for (size_t r = 0; r < Rows; ++r) {
    _mm512_storeu_si512(p.out + r * p.width, sum[r][0]);
    _mm512_storeu_si512(p.out + r * p.width + kLanes, sum[r][1]);
  }
}

inline void mix(const Int8Values& p, size_t rows) {
  constexpr void (*kTiles[])(const Int8Values&) = {mix_tile<1>, mix_tile<2>,  mix_tile<3>,  mix_tile<4>,
                                                   mix_tile<5>, mix_tile<6>,  mix_tile<7>,  mix_tile<8>,
                                                   mix_tile<9>, mix_tile<10>, mix_tile<11>, mix_tile<12>};
  kTiles[rows - 1](p);
}
