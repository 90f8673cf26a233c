// Attention of one head in bytes: all of it quantised once, then up to kTileRows queries at a time through all keys.
// Included inside an unnamed namespace, after the other attention_int8 files.
//
// Every sum is of whole numbers, so a sequence's result depends on nothing but the sequence.

inline Attention<bf16> only_head(const Attention<bf16>& a, size_t head) {
  const size_t column = head * a.head_dim;
  Attention<bf16> one = a;
  one.heads = 1;
  one.q += column;
  one.k += column;
  one.v += column;
  one.out += column;
  if (a.relative_bias != nullptr) one.relative_bias += head * a.ld_bias;
  return one;
}

inline Head head_of(const Attention<bf16>& a) {
  Head h = {};
  h.q = reinterpret_cast<const char*>(a.q);
  h.k = reinterpret_cast<const char*>(a.k);
  h.v = reinterpret_cast<const char*>(a.v);
  h.ld_qkv = a.ld_qkv * sizeof(bf16);
  h.out = reinterpret_cast<char*>(a.out);
  h.ld_out = a.ld_out * sizeof(bf16);
  h.n = a.n;
  h.dim = a.head_dim;
  h.scale = a.scale * 1.44269504F;
  h.bias = a.relative_bias;
  return h;
}

/// Queries and their multipliers. Returns the shift after which all sums fit 16 bits, or -1 where a score could outgrow
/// the steps that 16 bits count.
__attribute__((noinline)) int quantize_queries(const Head& h, const Int8Plan& plan, const Int8Head& to, float key_step) {
  int32_t longest = 0;
  for (size_t row = 0; row < h.n; ++row) {
    const int32_t length = quantize_query(h, plan, to, row);
    longest = length > longest ? length : longest;
  }
  int shift = 0;
  while ((255 * longest) >> shift > 32767) ++shift;
  const float unit = h.scale * key_step * static_cast<float>(kStepsPerOctave) * static_cast<float>(1 << shift) * 32768.0F;
  bool fits = true;
  for (size_t row = 0; row < h.n; ++row) {
    to.multipliers[row] *= unit;
    fits = fits && __builtin_fabsf(to.multipliers[row]) <= 32767.0F;
  }
  return fits ? shift : -1;
}

/// The bias by distance, in steps; false where one is beyond ±kMostSteps / 2.
inline bool quantize_bias(const Head& h, const Int8Head& to) {
  if (h.bias == nullptr) return true;
  const float* const from = h.bias + 1 - h.n;
  const size_t count = 2 * h.n - 1;
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i += kLanes) {
    const __m512 octaves = _mm512_mul_ps(_mm512_maskz_loadu_ps(tail_mask16(count - i), from + i), _mm512_set1_ps(1.44269504F));
    const __m512 steps = _mm512_mul_ps(octaves, _mm512_set1_ps(static_cast<float>(kStepsPerOctave)));
    largest = _mm512_max_ps(largest, _mm512_abs_ps(steps));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to.bias + i), _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(steps)));
  }
  return _mm512_reduce_max_ps(largest) <= kMostSteps / 2.0F;
}

/// Words of two vectors of 16 keys, as packing orders them, of which the first `keys` exist.
inline __mmask32 words_of(size_t keys) {
  __mmask32 mask = 0;
  for (size_t key = 0; key < keys && key < 32; ++key) {
    const size_t lane = key % 16 / 4;
    mask |= __mmask32{1} << (lane * 8 + key / 16 * 4 + key % 4);
  }
  return mask;
}

inline void score_all(const Int8Plan& plan, const Int8Head& to, int shift, size_t first, size_t rows) {
  Int8Scores s = {};
  s.groups = plan.groups;
  s.shift = _mm_cvtsi32_si128(shift);
  s.ld_out = plan.ld_tile;
  for (size_t panel = 0; panel < plan.panels; ++panel) {
    const size_t key = panel * kPanel;
    s.keys = to.keys + key * plan.groups * 4;
    for (size_t row = 0, left = rows; left > 0;) {
      const size_t some = left > 6 ? (left + 1) / 2 : left;
      s.queries = to.queries + (first + row) * plan.groups * 4;
      s.multipliers = to.multipliers + first + row;
      s.out = reinterpret_cast<int16_t*>(reinterpret_cast<char*>(to.tile) + row * plan.ld_tile) + key;
      score(s, some, plan.vectors_of_panel(panel));
      row += some;
      left -= some;
    }
  }
}

/// middle + step · sum / Σ weights.
inline void write_bytes_row(const Head& h, const Int8Head& to, const int32_t* sums, int32_t weight, char* out) {
  const __m512 factor = _mm512_set1_ps(1.0F / static_cast<float>(weight));
  for (size_t j = 0; j < h.dim; j += kLanes) {
    const __m512 step = _mm512_mul_ps(_mm512_loadu_ps(to.value_step + j), factor);
    const __m512 x = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_loadu_si512(sums + j)), step, _mm512_loadu_ps(to.value_middle + j));
    _mm256_mask_storeu_epi16(out + 2 * j, tail_mask16(h.dim - j), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
  }
}

/// 32 entries of the bias, as packing orders keys.
inline __m512i bias_of(const int16_t* from) {
  const __m512i order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
  return _mm512_permutexvar_epi64(order, _mm512_loadu_si512(from));
}

/// Adds the bias to the scores of a row.
inline void add_bias(const Int8Plan& plan, const int16_t* bias, int16_t* row) {
  for (size_t key = 0; key < plan.panels * kPanel; key += 32) {
    _mm512_storeu_si512(row + key, _mm512_adds_epi16(_mm512_loadu_si512(row + key), bias_of(bias + key)));
  }
}

/// Scores of keys past the end, in the last panel, give no weight.
inline void forget_past_the_end(const Int8Plan& plan, const Int8Head& to, size_t rows) {
  const size_t keys = plan.n - (plan.panels - 1) * kPanel;
  if (keys == kPanel) return;
  const __mmask32 low = words_of(keys), high = words_of(keys < 32 ? 0 : keys - 32);
  const __m512i past = _mm512_set1_epi16(kPastTheEnd);
  char* last = reinterpret_cast<char*>(to.tile + (plan.panels - 1) * kPanel);
  for (size_t row = 0; row < rows; ++row, last += plan.ld_tile) {
    _mm512_mask_storeu_epi16(last, ~low, past);
    _mm512_mask_storeu_epi16(last + 64, ~high, past);
  }
}

inline void attend_rows(const Head& h, const Int8Plan& plan, const Int8Head& to, int shift, size_t first, size_t rows) {
  score_all(plan, to, shift, first, rows);
  for (size_t row = 0; h.bias != nullptr && row < rows; ++row) {
    add_bias(plan, to.bias + (h.n - 1) - (first + row), reinterpret_cast<int16_t*>(reinterpret_cast<char*>(to.tile) + row * plan.ld_tile));
  }
  forget_past_the_end(plan, to, rows);
  int32_t weights[kTileRows];
  for (size_t row = 0; row < rows; ++row) {
    weights[row] = weigh_bytes(plan, reinterpret_cast<int16_t*>(reinterpret_cast<char*>(to.tile) + row * plan.ld_tile));
  }
  for (size_t column = 0; column < plan.width; column += 32) {
    mix({to.tile, plan.ld_tile, to.values + 4 * column, plan.width, plan.value_groups, to.sums + column}, rows);
  }
  for (size_t row = 0; row < rows; ++row) {
    write_bytes_row(h, to, to.sums + row * plan.width, weights[row], h.out + (first + row) * h.ld_out);
  }
}

/// False where the head has to be worked on otherwise.
inline bool attend_bytes(const Head& h, char* scratch) {
  const Int8Plan plan(h.n, h.dim);
  const Int8Head to = divide(plan, scratch);
  const float key_step = find_key_grid(h, to);
  const int shift = quantize_queries(h, plan, to, key_step);
  if (shift < 0 || !quantize_bias(h, to)) return false;
  const float inverse = key_step > 1e-30F ? 1.0F / key_step : 0.0F;
  for (size_t key = 0; key < plan.panels * kPanel; key += kLanes) quantize_keys(h, plan, to, key, inverse);
  quantize_values(h, plan, to);
  size_t first = 0;
  for (size_t tiles = (h.n + kTileRows - 1) / kTileRows; tiles > 0; --tiles) {
    const size_t rows = (h.n - first + tiles - 1) / tiles;
    attend_rows(h, plan, to, shift, first, rows);
    first += rows;
  }
  return true;
}
