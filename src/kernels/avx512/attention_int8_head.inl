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
  h.scale = a.scale * kLog2E;
  h.bias = a.relative_bias;
  return h;
}

/// The bias by distance, in steps; false where one is not within ±kMostBias.
inline bool quantize_bias(const Head& h, const Int8Head& to) {
  if (h.bias == nullptr) return true;
  const float* const from = h.bias + 1 - h.n;
  const size_t count = 2 * h.n - 1;
  __mmask16 outside = 0;
  for (size_t i = 0; i < count; i += kLanes) {
    const __m512 bias = _mm512_maskz_loadu_ps(tail_mask16(count - i), from + i);
    const __m512 steps = _mm512_mul_ps(bias, _mm512_set1_ps(kLog2E * static_cast<float>(kStepsPerOctave)));
    outside |= _mm512_cmp_ps_mask(_mm512_abs_ps(steps), _mm512_set1_ps(kMostBias), _CMP_NLE_UQ);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to.bias + i), _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(steps)));
  }
  return outside == 0;
}

inline __m512 inverse_of(float step) { return _mm512_set1_ps(step > 1e-30F ? 1.0F / step : 0.0F); }

/// The shift of sums up to `largest`, and the multiplier that goes with it. `unit`: a sum to steps. False where scores
/// could outgrow what 16 bits count.
inline bool find_scale(float largest, float unit, Int8Scale& scale) {
  scale.shift = 0;
  while (largest > static_cast<float>(32767 << scale.shift)) ++scale.shift;
  const float multiplier = unit * static_cast<float>(1 << scale.shift) * 32768.0F;
  if (!(__builtin_fabsf(multiplier) <= kMostMultiplier)) return false;
  scale.multiplier = static_cast<int16_t>(_mm_cvtss_si32(_mm_set_ss(multiplier)));
  return true;
}

/// Everything of the head to bytes. False where it has to be worked on otherwise.
inline bool quantize_head(const Head& h, const Int8Plan& plan, const Int8Head& to, Int8Scale& scale) {
  const float key_step = find_key_grid(h, plan, to);
  const float query_step = largest_query(h) / 127.0F;
  if (!(key_step + query_step < __builtin_inff())) return false;
  const __m512 per_key = inverse_of(key_step);
  __m512i longest = _mm512_setzero_si512();
  for (size_t key = 0; key < h.n; key += kLanes) {
    longest = _mm512_max_epi32(longest, quantize_keys(h, plan, to, key, per_key));
  }
  const float key_length = __builtin_sqrtf(static_cast<float>(_mm512_reduce_max_epi32(longest)));
  const float query_length = __builtin_sqrtf(quantize_queries(h, plan, to, inverse_of(query_step)));
  const float rounded = query_length + 0.5F * __builtin_sqrtf(static_cast<float>(h.dim));
  const float unit = h.scale * query_step * key_step * static_cast<float>(kStepsPerOctave);
  if (!find_scale(key_length * rounded, unit, scale)) return false;
  if (!quantize_bias(h, to) || !find_value_grid(h, plan, to)) return false;
  for (size_t group = 0; group < plan.value_groups; ++group) quantize_value_group(h, plan, to, group);
  return true;
}

/// Some queries of the head, the tile's rows.
struct QueryTile {
  size_t first;
  size_t rows;
};

inline void score_all(const Int8Plan& plan, const Int8Head& to, Int8Scale scale, const QueryTile& tile) {
  Int8Scores s = {};
  s.groups = plan.groups;
  s.scale = scale;
  s.ld_out = plan.ld_tile;
  for (size_t panel = 0; panel < plan.panels; ++panel) {
    s.keys = to.keys + panel * kPanel * plan.groups * 4;
    s.first_sums = to.first_sums + panel * kPanel;
    s.past_the_end = panel + 1 == plan.panels ? plan.past_the_end : 0;
    const size_t half = tile.rows > kScoreRows ? (tile.rows + 1) / 2 : tile.rows;
    for (size_t row = 0; row < tile.rows; row += half) {
      s.queries = to.queries + (tile.first + row) * plan.groups * 4;
      s.out = to.tile + row * plan.ld_tile + panel * kPanel * 2;
      score(s, tile.rows - row < half ? tile.rows - row : half, plan.vectors_of_panel(panel));
    }
  }
}

/// Adds the bias to the scores of a row: 32 at a time, in the order in which packing left them.
inline void add_bias(const Int8Plan& plan, const int16_t* bias, char* row) {
  const __m512i order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
  for (size_t key = 0; key < plan.panels * kPanel; key += 32, row += 64) {
    const __m512i more = _mm512_permutexvar_epi64(order, _mm512_loadu_si512(bias + key));
    _mm512_storeu_si512(row, _mm512_adds_epi16(_mm512_loadu_si512(row), more));
  }
}

/// middle + step · sum / Σ weights.
inline void write_bytes_row(const Head& h, const Int8Head& to, const int32_t* sums, int32_t weight, char* out) {
  const __m512 factor = _mm512_set1_ps(1.0F / static_cast<float>(weight));
  for (size_t j = 0; j < h.dim; j += kLanes) {
    const __m512 step = _mm512_mul_ps(_mm512_loadu_ps(to.value_step + j), factor);
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_loadu_si512(sums + j));
    const __m512 x = _mm512_fmadd_ps(sum, step, _mm512_loadu_ps(to.value_middle + j));
    _mm256_mask_storeu_epi16(out + 2 * j, tail_mask16(h.dim - j), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
  }
}

inline void attend_rows(const Head& h, const Int8Plan& plan, const Int8Head& to, const QueryTile& tile) {
  int32_t weights[kTileRows];
  for (size_t row = 0; row < tile.rows; ++row) {
    char* const scores = to.tile + row * plan.ld_tile;
    if (h.bias != nullptr) add_bias(plan, to.bias + (h.n - 1) - (tile.first + row), scores);
    weights[row] = weigh_bytes(plan, tile.first + row, scores);
  }
  for (size_t column = 0; column < plan.width; column += 32) {
    mix({to.tile, plan.ld_tile, to.values + 4 * column, plan.width, plan.value_groups, to.sums + column}, tile.rows);
  }
  for (size_t row = 0; row < tile.rows; ++row) {
    write_bytes_row(h, to, to.sums + row * plan.width, weights[row], h.out + (tile.first + row) * h.ld_out);
  }
}

/// False where the head has to be worked on otherwise.
inline bool attend_bytes(const Head& h, char* scratch) {
  const Int8Plan plan(h.n, h.dim);
  const Int8Head to = divide(plan, scratch);
  Int8Scale scale = {};
  if (!quantize_head(h, plan, to, scale)) return false;
  QueryTile tile = {};
  for (size_t tiles = (h.n + kTileRows - 1) / kTileRows; tiles > 0; --tiles) {
    tile.rows = (h.n - tile.first + tiles - 1) / tiles;
    score_all(plan, to, scale, tile);
    attend_rows(h, plan, to, tile);
    tile.first += tile.rows;
  }
  return true;
}
