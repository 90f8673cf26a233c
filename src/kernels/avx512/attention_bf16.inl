// The bf16 side of attention: two elements a group. Included inside an unnamed namespace, after
// kernels/attention_pack.inl.

struct Bf16Product {
  static constexpr size_t kElementBytes = 2;
  static constexpr size_t kGroup = 2;

  static inline Vec multiply_add(Vec sum, Vec a, Vec b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }

  static inline Vec exp2(Vec y) { return exp2_short(y); }

  /// 32 probabilities; vcvtne2ps2bf16 rounds to nearest even.
  static inline void store_pair(char* out, Vec low, Vec high) {
    _mm512_storeu_si512(out, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)));
  }

  /// Keys past the end count as zeros.
  static inline void pack_value_group(const Head& h, size_t key, size_t width, float* out) {
    for (size_t j = 0; j < width; j += 16) {
      const __mmask16 mask = j < h.dim ? tail_mask16(h.dim - j) : __mmask16{0};
      const __m512i even = load_words(h, key, j, key < h.n ? mask : __mmask16{0});
      const __m512i odd = load_words(h, key + 1, j, key + 1 < h.n ? mask : __mmask16{0});
      _mm512_storeu_si512(out + j, _mm512_or_si512(even, _mm512_slli_epi32(odd, 16)));
    }
  }

  static inline void write_row(const float* row, Vec factor, size_t dim, char* out) {
    for (size_t j = 0; j < dim; j += 16) {
      const Vec value = multiply(load(row + j), factor);
      const __m256i narrow = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(value));
      _mm256_mask_storeu_epi16(out + 2 * j, tail_mask16(dim - j), narrow);
    }
  }

 private:
  static inline __m512i load_words(const Head& h, size_t key, size_t j, __mmask16 mask) {
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, h.v + key * h.ld_qkv + 2 * j));
  }
};
