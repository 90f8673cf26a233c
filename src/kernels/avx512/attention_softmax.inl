// Scores of one panel of keys become exponentials, for attention_head.inl. Included inside an unnamed namespace.
//
// A softmax needs no maximum where no exponential can overflow: |q · k| is at most |q| · |k|, and 2^±kBound are
// ordinary floats, with room for 2^20 keys and for the values that they are multiplied with, from 2^-60 to 2^40. Only a
// head whose vectors are long enough to break that bound has its scores computed twice, the first time for the maxima.

constexpr float kBound = 60.0F;
constexpr float kLog2E = 1.44269504F;

/// Up to 16 queries on their way through the keys.
struct QueryRows {
  size_t first;
  size_t count;
  float highest[kTileRows];  ///< of a row's logarithms; 0 where they are bounded
  Vec sum[kTileRows];        ///< of a row's exponentials
};

/// Scores of some queries against one panel, and how they become logarithms (base 2) of what softmax adds up.
struct ScoreTile {
  const float* scores;
  size_t first_key;
  size_t keys;
  float scale;
  const float* bias;  ///< of the first query and the panel's first key; the next query's begins one before it

  inline Vec logarithm(size_t row, size_t key, Vec offset) const {
    const Vec y = _mm512_fmadd_ps(load(scores + row * kPanel + key), splat(scale), offset);
    if (bias == nullptr) return y;
    const Vec b = _mm512_maskz_loadu_ps(tail_mask16(keys - key), bias - row + key);
    return _mm512_fmadd_ps(b, splat(kLog2E), y);
  }
};

/// Logarithms within ±kBound need not be brought into the range of exponents.
template <class P, bool Bounded>
inline Vec exp2_of(Vec logarithm) {
  return P::exp2(Bounded ? logarithm : into_range(logarithm));
}

/// 2^(logarithm − highest) of a row, in the form that the product with the values reads; 0 past the last key.
template <class P, bool Bounded>
inline void weigh_row(const ScoreTile& t, QueryRows& rows, size_t row, char* out) {
  const Vec offset = splat(-rows.highest[row]);
  Vec sum = rows.sum[row];
  size_t key = 0;
  for (; key + 2 * kLanes <= t.keys; key += 2 * kLanes) {
    const Vec low = exp2_of<P, Bounded>(t.logarithm(row, key, offset));
    const Vec high = exp2_of<P, Bounded>(t.logarithm(row, key + kLanes, offset));
    sum = add(sum, add(low, high));
    P::store_pair(out + key * P::kElementBytes, low, high);
  }
  if (key < t.keys) {
    const size_t left = t.keys - key;
    const Vec low = first_lanes(exp2_of<P, Bounded>(t.logarithm(row, key, offset)), left, zero());
    Vec high = zero();
    if (left > kLanes)
      high = first_lanes(exp2_of<P, Bounded>(t.logarithm(row, key + kLanes, offset)), left - kLanes, zero());
    sum = add(sum, add(low, high));
    P::store_pair(out + key * P::kElementBytes, low, high);
  }
  rows.sum[row] = sum;
}

inline void find_highest(const ScoreTile& t, QueryRows& rows, size_t row) {
  Vec highest = splat(rows.highest[row]);
  for (size_t key = 0; key < t.keys; key += kLanes) {
    highest = maximum(highest, first_lanes(t.logarithm(row, key, zero()), t.keys - key, highest));
  }
  rows.highest[row] = horizontal_max(highest);
}

/// The largest squared length of a key, from keys as pack_key_block leaves them.
template <class P>
inline float longest_key(const float* keys, size_t n, size_t groups) {
  Vec longest = zero();
  for (size_t key = 0; key < n; key += kLanes) {
    const float* block = keys + key / kPanel * groups * kPanel + key % kPanel;
    Vec length = zero();
    for (size_t g = 0; g < groups; ++g) {
      const Vec k = load(block + g * kPanel);
      length = P::multiply_add(length, k, k);
    }
    longest = maximum(longest, length);
  }
  return horizontal_max(longest);
}

/// The squared length of a query, in parts.
template <class P>
inline Vec query_length(const Head& h, size_t row) {
  const size_t bytes = h.dim * P::kElementBytes;
  const char* const query = h.q + (row < h.n ? row : h.n - 1) * h.ld_qkv;
  Vec length = zero();
  for (size_t byte = 0; byte < bytes; byte += 64) {
    const __mmask64 mask = bytes - byte >= 64 ? ~__mmask64{0} : (__mmask64{1} << (bytes - byte)) - 1;
    const Vec q = _mm512_castsi512_ps(_mm512_maskz_loadu_epi8(mask, query + byte));
    length = P::multiply_add(length, q, q);
  }
  return length;
}

/// The largest squared length of a query; four are added up at once.
template <class P>
inline float longest_query(const Head& h) {
  Vec longest = zero();
  for (size_t row = 0; row < h.n; row += 4) {
    const Vec a = query_length<P>(h, row), b = query_length<P>(h, row + 1);
    const Vec c = query_length<P>(h, row + 2), d = query_length<P>(h, row + 3);
    const Vec ab = add(unpack_low(a, b), unpack_high(a, b)), cd = add(unpack_low(c, d), unpack_high(c, d));
    Vec all = add(unpack_low_pairs(ab, cd), unpack_high_pairs(ab, cd));
    all = add(all, _mm512_shuffle_f32x4(all, all, 0x4E));
    longest = maximum(longest, add(all, _mm512_shuffle_f32x4(all, all, 0xB1)));
  }
  return horizontal_max(longest);
}

inline float largest_bias(const Head& h) {
  if (h.bias == nullptr) return 0.0F;
  const float* const begin = h.bias + 1 - h.n;
  const size_t count = 2 * h.n - 1;
  Vec largest = zero();
  for (size_t i = 0; i < count; i += kLanes) {
    largest = maximum(largest, _mm512_abs_ps(_mm512_maskz_loadu_ps(tail_mask16(count - i), begin + i)));
  }
  return horizontal_max(largest);
}

/// True where every logarithm of the head lies within ±kBound.
template <class P>
inline bool is_bounded(const Head& h, const float* keys, size_t groups) {
  const float squared = longest_key<P>(keys, h.n, groups) * longest_query<P>(h);
  const float scale = h.scale < 0.0F ? -h.scale : h.scale;
  return scale * __builtin_sqrtf(squared) + kLog2E * largest_bias(h) <= kBound;
}
