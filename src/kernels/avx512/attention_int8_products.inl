// The two products of attention in bytes, by register tiles. For attention_int8_head.inl; included inside an unnamed
// namespace, after attention_int8_softmax.inl.

/// Scores of a few queries with the keys of one panel, and what becomes of them.
struct Int8Scores {
  const uint8_t* keys;
  const int8_t* queries;
  size_t groups;
  const float* multipliers;  ///< of sums after the shift, times 2^15
  __m128i shift;        ///< of sums, so that they fit 16 bits
  int16_t* out;
  size_t ld_out;  ///< bytes
};

inline __m512i broadcast_quadruple(const void* from) {
  int32_t bits = 0;
  __builtin_memcpy(&bits, from, sizeof bits);
  return _mm512_set1_epi32(bits);
}

/// Two vectors of sums to one of steps, four lanes of each side by side.
inline __m512i steps_of(const Int8Scores& s, __m512i a, __m512i b, __m512i multiplier) {
  const __m512i words = _mm512_packs_epi32(_mm512_sra_epi32(a, s.shift), _mm512_sra_epi32(b, s.shift));
  return _mm512_mulhrs_epi16(words, multiplier);
}

inline __m512i multiplier_of(const Int8Scores& s, size_t row) {
  return _mm512_set1_epi16(static_cast<int16_t>(_mm_cvtss_si32(_mm_load_ss(s.multipliers + row))));
}

template <size_t Rows, size_t Vectors>
__attribute__((noinline)) void score_tile(const Int8Scores& s) {
  __m512i sum[Rows][Vectors];
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) sum[r][v] = _mm512_setzero_si512();
  }
  const int8_t* queries = s.queries;
  const uint8_t* keys = s.keys;
  for (size_t g = 0; g < s.groups; ++g, queries += 4, keys += 4 * kPanel) {
    __m512i column[Vectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) column[v] = _mm512_loadu_si512(keys + 64 * v);
#pragma GCC unroll 6
    for (size_t r = 0; r < Rows; ++r) {
      const __m512i group = broadcast_quadruple(queries + r * s.groups * 4);
#pragma GCC unroll 4
      for (size_t v = 0; v < Vectors; ++v) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], column[v], group);
    }
  }
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) asm("" : "+v"(sum[r][v]));
  }
#pragma GCC unroll 6
  for (size_t r = 0; r < Rows; ++r) {
    const __m512i multiplier = multiplier_of(s, r);
    int16_t* const out = reinterpret_cast<int16_t*>(reinterpret_cast<char*>(s.out) + r * s.ld_out);
    const __m512i low = steps_of(s, sum[r][0], sum[r][Vectors > 1 ? 1 : 0], multiplier);
    __m512i high = low;
    if constexpr (Vectors > 2) high = steps_of(s, sum[r][2], sum[r][Vectors > 3 ? 3 : 2], multiplier);
    _mm512_storeu_si512(out, low);
    _mm512_storeu_si512(out + 32, high);
  }
}

template <size_t Vectors>
void score_rows(const Int8Scores& s, size_t rows) {
  switch (rows) {
    case 1:
      return score_tile<1, Vectors>(s);
    case 2:
      return score_tile<2, Vectors>(s);
    case 3:
      return score_tile<3, Vectors>(s);
    case 4:
      return score_tile<4, Vectors>(s);
    case 5:
      return score_tile<5, Vectors>(s);
    default:
      return score_tile<6, Vectors>(s);
  }
}

inline void score(const Int8Scores& s, size_t rows, size_t vectors) {
  switch (vectors) {
    case 1:
      return score_rows<1>(s, rows);
    case 2:
      return score_rows<2>(s, rows);
    case 3:
      return score_rows<3>(s, rows);
    default:
      return score_rows<4>(s, rows);
  }
}

/// Weights of a few queries times 32 columns of the values.
struct Int8Values {
  const int16_t* weights;
  size_t ld_weights;  ///< bytes
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
  const char* weights = reinterpret_cast<const char*>(p.weights);
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
  constexpr void (*kTiles[])(const Int8Values&) = {mix_tile<1>, mix_tile<2>, mix_tile<3>,  mix_tile<4>,
                                                   mix_tile<5>, mix_tile<6>, mix_tile<7>,  mix_tile<8>,
                                                   mix_tile<9>, mix_tile<10>, mix_tile<11>, mix_tile<12>};
  kTiles[rows - 1](p);
}
