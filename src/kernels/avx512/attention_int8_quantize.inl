// Queries, keys and values of one head become bytes, for attention_int8_head.inl. Included inside an unnamed namespace,
// after attention_int8_softmax.inl.
//
// A softmax does not change when all scores of a query grow by the same amount, and its weights sum to 1. So keys may
// lose the middle of each column, which adds the same to all scores of a query, and values get theirs back after the
// product: steps are spent on what differs between tokens.

inline __m512i load_words(const char* from, size_t count) {
  const __mmask32 mask = count >= 32 ? ~__mmask32{0} : (__mmask32{1} << count) - 1;
  return _mm512_maskz_loadu_epi16(mask, from);
}

inline __m512 widen(__m256i words) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16)); }

inline __m512 load_bf16(const char* from, __mmask16 mask) { return widen(_mm256_maskz_loadu_epi16(mask, from)); }

/// 32 columns of a head's keys or values; columns past the head's last are 0. bf16 compare as whole numbers once the
/// bits of negative ones are turned round, and NaN lies beyond infinity.
struct ColumnRange {
  __m512 middle[2], half[2];

  inline ColumnRange(const Head& h, const char* rows, size_t column) {
    __m512i low = _mm512_set1_epi16(0x7FFF), high = _mm512_set1_epi16(-0x8000);
    for (size_t row = 0; row < h.n; ++row) {
      const __m512i x = turn_negative(load_words(rows + row * h.ld_qkv + 2 * column, h.dim - column));
      low = _mm512_min_epi16(low, x);
      high = _mm512_max_epi16(high, x);
    }
    low = turn_negative(low);
    high = turn_negative(high);
    split(_mm512_castsi512_si256(low), _mm512_castsi512_si256(high), 0);
    split(_mm512_extracti64x4_epi64(low, 1), _mm512_extracti64x4_epi64(high, 1), 1);
  }

 private:
  static inline __m512i turn_negative(__m512i x) {
    constexpr int kFirstXorBothOthers = 0x78;
    return _mm512_ternarylogic_epi64(x, _mm512_srai_epi16(x, 15), _mm512_set1_epi16(0x7FFF), kFirstXorBothOthers);
  }
  inline void split(__m256i low, __m256i high, size_t i) {
    const __m512 a = _mm512_mul_ps(widen(low), _mm512_set1_ps(0.5F));
    const __m512 b = _mm512_mul_ps(widen(high), _mm512_set1_ps(0.5F));
    middle[i] = _mm512_add_ps(b, a);
    half[i] = _mm512_sub_ps(b, a);
  }
};

inline float largest_query(const Head& h) {
  __m512i largest = _mm512_setzero_si512();
  for (size_t row = 0; row < h.n; ++row) {
    for (size_t j = 0; j < h.dim; j += 32) {
      const __m512i x = load_words(h.q + row * h.ld_qkv + 2 * j, h.dim - j);
      largest = _mm512_max_epi16(largest, _mm512_and_si512(x, _mm512_set1_epi16(0x7FFF)));
    }
  }
  const __m256i half = _mm256_max_epi16(_mm512_castsi512_si256(largest), _mm512_extracti64x4_epi64(largest, 1));
  const int bits = _mm512_reduce_max_epi32(_mm512_cvtepu16_epi32(half)) << 16;  // as whole numbers NaN is the largest
  return _mm512_cvtss_f32(_mm512_castsi512_ps(_mm512_set1_epi32(bits)));
}

inline bool all_finite(__m512 x) {
  return _mm512_cmp_ps_mask(_mm512_abs_ps(x), _mm512_set1_ps(__builtin_inff()), _CMP_LT_OQ) == 0xFFFF;
}

/// 127 / half; 0 where there is no difference to keep.
inline __m512 steps_per_unit(__m512 half) {
  const __mmask16 wide = _mm512_cmp_ps_mask(half, _mm512_set1_ps(1e-30F), _CMP_GT_OQ);
  return _mm512_maskz_div_ps(wide, _mm512_set1_ps(127.0F), half);
}

/// k ≈ middle + step · byte, one step for all columns: byte = k / step + to.key_offset. Returns the step; infinity
/// where a key is not finite.
inline float find_key_grid(const Head& h, const Int8Plan& plan, const Int8Head& to) {
  __m512 half = _mm512_setzero_ps();
  for (size_t j = 0; j < plan.width; j += 32) {
    const ColumnRange range(h, h.k, j);
    if (!all_finite(range.half[0]) || !all_finite(range.half[1])) return __builtin_inff();
    half = _mm512_max_ps(_mm512_max_ps(range.half[0], range.half[1]), half);
    _mm512_storeu_ps(to.key_offset + j, range.middle[0]);
    _mm512_storeu_ps(to.key_offset + j + kLanes, range.middle[1]);
  }
  const float step = _mm512_reduce_max_ps(half) / 127.0F;
  const __m512 inverse = _mm512_set1_ps(step > 1e-30F ? -1.0F / step : 0.0F);
  for (size_t j = 0; j < plan.width; j += kLanes) {
    const __m512 middle = _mm512_loadu_ps(to.key_offset + j);
    _mm512_storeu_ps(to.key_offset + j, _mm512_mul_ps(middle, inverse));
  }
  return step;
}

/// v ≈ to.value_middle + to.value_step · byte, a step for each column: byte = v · to.value_inverse + to.value_offset.
/// False where a value is not finite.
inline bool find_value_grid(const Head& h, const Int8Plan& plan, const Int8Head& to) {
  for (size_t j = 0; j < plan.width; j += 32) {
    const ColumnRange range(h, h.v, j);
    for (size_t i = 0; i < 2; ++i) {
      const size_t column = j + i * kLanes;
      const __m512 inverse = steps_per_unit(range.half[i]);
      if (!all_finite(range.half[i])) return false;
      _mm512_storeu_ps(to.value_middle + column, range.middle[i]);
      _mm512_storeu_ps(to.value_step + column, _mm512_mul_ps(range.half[i], _mm512_set1_ps(1.0F / 127.0F)));
      _mm512_storeu_ps(to.value_inverse + column, inverse);
      _mm512_storeu_ps(to.value_offset + column, _mm512_fnmadd_ps(range.middle[i], inverse, _mm512_setzero_ps()));
    }
  }
  return true;
}

/// Four rows of 16 whole numbers to bytes: lane L of the result is columns 4 L … 4 L + 3 of each row.
inline __m512i pack_rows(const __m512i* rows) {
  return _mm512_packs_epi16(_mm512_packs_epi32(rows[0], rows[1]), _mm512_packs_epi32(rows[2], rows[3]));
}

/// 16 columns of four neighbouring keys; past the end the last one repeats.
inline __m512i four_keys(const Head& h, const Int8Head& to, size_t first, size_t column, __m512 inverse) {
  const __mmask16 mask = tail_mask16(h.dim - column);
  const __m512 offset = _mm512_loadu_ps(to.key_offset + column);
  __m512i rows[4];
#pragma GCC unroll 4
  for (size_t i = 0; i < 4; ++i) {
    const size_t key = first + i < h.n ? first + i : h.n - 1;
    const __m512 k = load_bf16(h.k + key * h.ld_qkv + 2 * column, mask);
    rows[i] = _mm512_cvtps_epi32(_mm512_fmadd_ps(k, inverse, offset));
  }
  return pack_rows(rows);
}

/// What adding up the bytes of kLanes keys gives.
struct KeySums {
  __m512i offset = _mm512_setzero_si512();  ///< 128 · Σ byte
  __m512i square = _mm512_setzero_si512();  ///< Σ byte²

  inline void store(int8_t* to, __m512i keys) {
    const __m512i size = _mm512_abs_epi8(keys);
    offset = _mm512_dpbusd_epi32(offset, _mm512_set1_epi8(-128), keys);  // as an unsigned byte, 128
    square = _mm512_dpbusd_epi32(square, size, size);
    _mm512_storeu_si512(to, keys);
  }
};

/// kLanes keys from `first` on, as columns of their panel: four quadruples of columns at a time. Returns their squared
/// lengths.
inline __m512i quantize_keys(const Head& h, const Int8Plan& plan, const Int8Head& to, size_t first, __m512 inverse) {
  int8_t* out = to.keys + (first / kPanel * plan.groups * kPanel + first % kPanel) * 4;
  KeySums sums;
  for (size_t column = 0; column < h.dim; column += kLanes, out += 16 * kPanel) {
    const __m512i a = four_keys(h, to, first, column, inverse);
    const __m512i b = four_keys(h, to, first + 4, column, inverse);
    const __m512i c = four_keys(h, to, first + 8, column, inverse);
    const __m512i d = four_keys(h, to, first + 12, column, inverse);
    const __m512i even_ab = _mm512_shuffle_i32x4(a, b, 0x88), odd_ab = _mm512_shuffle_i32x4(a, b, 0xDD);
    const __m512i even_cd = _mm512_shuffle_i32x4(c, d, 0x88), odd_cd = _mm512_shuffle_i32x4(c, d, 0xDD);
    sums.store(out, _mm512_shuffle_i32x4(even_ab, even_cd, 0x88));
    sums.store(out + 4 * kPanel, _mm512_shuffle_i32x4(odd_ab, odd_cd, 0x88));
    sums.store(out + 8 * kPanel, _mm512_shuffle_i32x4(even_ab, even_cd, 0xDD));
    sums.store(out + 12 * kPanel, _mm512_shuffle_i32x4(odd_ab, odd_cd, 0xDD));
  }
  _mm512_storeu_si512(to.first_sums + first, _mm512_sub_epi32(_mm512_setzero_si512(), sums.offset));
  return sums.square;
}

/// Four values of each column, a group of keys, to where the weights of those keys will lie.
inline void quantize_value_group(const Head& h, const Int8Plan& plan, const Int8Head& to, size_t group) {
  const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  int8_t* const out = to.values + plan.place_of(group) * plan.width * 4;
  for (size_t j = 0; j < plan.width; j += kLanes) {
    const __mmask16 mask = j < h.dim ? tail_mask16(h.dim - j) : __mmask16{0};
    const __m512 inverse = _mm512_loadu_ps(to.value_inverse + j), offset = _mm512_loadu_ps(to.value_offset + j);
    __m512i rows[4];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; ++i) {
      const size_t key = 4 * group + i < h.n ? 4 * group + i : h.n - 1;
      const __m512 v = load_bf16(h.v + key * h.ld_qkv + 2 * j, mask);
      rows[i] = _mm512_cvtps_epi32(_mm512_fmadd_ps(v, inverse, offset));
    }
    _mm512_storeu_si512(out + 4 * j, _mm512_shuffle_epi8(pack_rows(rows), order));
  }
}

/// All queries, one step for all, 128 added. Returns at least the largest squared length of one, in steps and before
/// rounding: maxima are taken within lanes, and then added.
inline float quantize_queries(const Head& h, const Int8Plan& plan, const Int8Head& to, __m512 inverse) {
  __m256 longest = _mm256_setzero_ps();
  uint8_t* out = to.queries;
  for (size_t row = 0; row < h.n; ++row, out += plan.groups * 4) {
    const char* const q = h.q + row * h.ld_qkv;
    __m512 square = _mm512_setzero_ps();
    for (size_t j = 0; j < h.dim; j += kLanes) {
      const __m512 x = _mm512_mul_ps(load_bf16(q + 2 * j, tail_mask16(h.dim - j)), inverse);
      square = _mm512_fmadd_ps(x, x, square);
      const __m512i whole = _mm512_cvtps_epi32(_mm512_add_ps(x, _mm512_set1_ps(128.0F)));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j), _mm512_cvtepi32_epi8(whole));
    }
    const __m256 both = _mm256_add_ps(_mm512_castps512_ps256(square), _mm512_extractf32x8_ps(square, 1));
    longest = _mm256_max_ps(longest, both);
  }
  return _mm512_reduce_add_ps(_mm512_zextps256_ps512(longest));
}
