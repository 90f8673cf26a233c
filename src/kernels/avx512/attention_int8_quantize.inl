// Queries, keys and values of one head become bytes, for attention_int8_head.inl. Included inside an unnamed namespace,
// after attention_int8_plan.inl.
//
// A softmax does not change when all scores of a query grow by the same amount, and its weights sum to 1. So keys may lose
// the middle of each column, which adds the same to all scores of a query, and values get theirs back after the
// product: steps are spent on what differs between tokens.

inline __m512 load_bf16(const char* from, __mmask16 mask) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from)), 16));
}

/// 16 columns of a head's keys or values, from smallest to largest; 0 in lanes outside of the mask.
struct ColumnRange {
  __m512 low, high;

  inline ColumnRange(const char* rows, const Head& h, __mmask16 mask) : low(load_bf16(rows, mask)), high(low) {
    for (size_t row = 1; row < h.n; ++row) {
      const __m512 x = load_bf16(rows + row * h.ld_qkv, mask);
      low = _mm512_min_ps(low, x);
      high = _mm512_max_ps(high, x);
    }
  }
  inline __m512 middle() const { return _mm512_mul_ps(_mm512_set1_ps(0.5F), _mm512_add_ps(low, high)); }
  inline __m512 half() const { return _mm512_sub_ps(high, middle()); }
};

/// 127 / half; 0 where there is no difference to keep.
inline __m512 steps_per_unit(__m512 half) {
  const __mmask16 wide = _mm512_cmp_ps_mask(half, _mm512_set1_ps(1e-30F), _CMP_GT_OQ);
  return _mm512_maskz_div_ps(wide, _mm512_set1_ps(127.0F), half);
}

/// Four quadruples of bytes from 16 whole numbers in each of four rows: lane i of the result is column i of the rows.
inline __m512i interleave_rows(const __m512i* rows) {
  const __m512i words = _mm512_packs_epi16(_mm512_packs_epi32(rows[0], rows[1]), _mm512_packs_epi32(rows[2], rows[3]));
  const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  return _mm512_shuffle_epi8(words, order);
}

/// k ≈ middle + step · (byte − 128), one step for all columns. Returns the step.
__attribute__((noinline)) float find_key_grid(const Head& h, const Int8Head& to) {
  __m512 half = _mm512_setzero_ps();
  for (size_t j = 0; j < h.dim; j += kLanes) {
    const ColumnRange range(h.k + 2 * j, h, tail_mask16(h.dim - j));
    _mm512_storeu_ps(to.key_middle + j, range.middle());
    half = _mm512_max_ps(half, range.half());
  }
  return _mm512_reduce_max_ps(half) / 127.0F;
}

/// kLanes keys from `first` on, as columns of their panel; keys past the end repeat the last.
inline void quantize_keys(const Head& h, const Int8Plan& plan, const Int8Head& to, size_t first, float inverse) {
  alignas(64) uint8_t bytes[kLanes][kMostDim];
  const char* rows[kLanes];
  for (size_t i = 0; i < kLanes; ++i) {
    const char* k = h.k + (first + i < h.n ? first + i : h.n - 1) * h.ld_qkv;
    for (size_t j = 0; j < h.dim; j += kLanes) {
      const __m512 x = _mm512_sub_ps(load_bf16(k + 2 * j, tail_mask16(h.dim - j)), _mm512_loadu_ps(to.key_middle + j));
      const __m512 y = _mm512_fmadd_ps(x, _mm512_set1_ps(inverse), _mm512_set1_ps(128.0F));
      _mm_store_si128(reinterpret_cast<__m128i*>(bytes[i] + j), _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(y)));
    }
    rows[i] = reinterpret_cast<const char*>(bytes[i]);
  }
  float* const out = reinterpret_cast<float*>(to.keys) + first / kPanel * plan.groups * kPanel + first % kPanel;
  for (size_t g = 0; g < plan.groups; g += 4) transpose_quad(rows, 4 * g, out + g * kPanel, kPanel);
}

/// Four values of each column, a group of keys, where the weights of those keys will lie.
inline void quantize_value_group(const Head& h, const Int8Plan& plan, const Int8Head& to, size_t group) {
  int8_t* const out = to.values + plan.place_of(group) * plan.width * 4;
  for (size_t j = 0; j < plan.width; j += kLanes) {
    const __mmask16 mask = j < h.dim ? tail_mask16(h.dim - j) : __mmask16{0};
    __m512i rows[4];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
      const size_t key = 4 * group + i < h.n ? 4 * group + i : h.n - 1;
      const __m512 x = _mm512_sub_ps(load_bf16(h.v + key * h.ld_qkv + 2 * j, mask), _mm512_loadu_ps(to.value_middle + j));
      rows[i] = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_loadu_ps(to.value_inverse + j)));
    }
    _mm512_storeu_si512(out + 4 * j, interleave_rows(rows));
  }
}

__attribute__((noinline)) void quantize_values(const Head& h, const Int8Plan& plan, const Int8Head& to) {
  for (size_t j = 0; j < plan.width; j += kLanes) {
    const __mmask16 mask = j < h.dim ? tail_mask16(h.dim - j) : __mmask16{0};
    const ColumnRange range(h.v + 2 * j, h, mask);
    _mm512_storeu_ps(to.value_middle + j, range.middle());
    _mm512_storeu_ps(to.value_inverse + j, steps_per_unit(range.half()));
    _mm512_storeu_ps(to.value_step + j, _mm512_mul_ps(range.half(), _mm512_set1_ps(1.0F / 127.0F)));
  }
  for (size_t group = 0; group < plan.value_groups; ++group) quantize_value_group(h, plan, to, group);
}

/// One query, its step its own; the step goes to to.multipliers. Returns Σ |byte|.
inline int32_t quantize_query(const Head& h, const Int8Plan& plan, const Int8Head& to, size_t row) {
  const char* const q = h.q + row * h.ld_qkv;
  __m512 largest = _mm512_setzero_ps();
  for (size_t j = 0; j < h.dim; j += kLanes) {
    largest = _mm512_max_ps(largest, _mm512_abs_ps(load_bf16(q + 2 * j, tail_mask16(h.dim - j))));
  }
  const float half = _mm512_reduce_max_ps(largest);
  const __m512 inverse = _mm512_set1_ps(half > 1e-30F ? 127.0F / half : 0.0F);
  int8_t* const out = to.queries + row * plan.groups * 4;
  __m512i sum = _mm512_setzero_si512();
  for (size_t j = 0; j < h.dim; j += kLanes) {
    const __m512 x = load_bf16(q + 2 * j, tail_mask16(h.dim - j));
    const __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(x, inverse));
    sum = _mm512_add_epi32(sum, _mm512_abs_epi32(whole));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), _mm512_cvtepi32_epi8(whole));
  }
  to.multipliers[row] = half / 127.0F;
  return _mm512_reduce_add_epi32(sum);
}
