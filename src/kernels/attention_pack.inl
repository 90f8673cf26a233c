// Keys and values of one head in the order in which attention's products read them. Included by the attention files
// of a level inside its unnamed namespace, after the level's registers (Vec, kLanes, …).
//
// A group is 32 bits of a row: one float or two bf16. A product `P` says how large an element is and how many make a
// group, and packs values: FloatProduct and Bf16Product of the attention files.

/// One head of one sequence. Distances of rows in bytes, so that one code serves float and bf16.
struct Head {
  const char* q;
  const char* k;
  const char* v;
  size_t ld_qkv;
  char* out;
  size_t ld_out;
  size_t n;
  size_t dim;
  float scale;        ///< scale · log2 e: softmax counts in powers of two
  const float* bias;  ///< of distance 0, not times log2 e; null where there is none
};

constexpr size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

/// Four groups of kLanes rows, transposed: out[g][key] = group g of row key.
inline void transpose_quad(const char* const* rows, size_t byte, float* out, size_t ld_out) {
  const Vec r0 = gather_quads(rows, 0, byte);
  const Vec r1 = gather_quads(rows, 1, byte);
  const Vec r2 = gather_quads(rows, 2, byte);
  const Vec r3 = gather_quads(rows, 3, byte);
  const Vec low01 = unpack_low(r0, r1);
  const Vec low23 = unpack_low(r2, r3);
  const Vec high01 = unpack_high(r0, r1);
  const Vec high23 = unpack_high(r2, r3);
  store(out, unpack_low_pairs(low01, low23));
  store(out + ld_out, unpack_high_pairs(low01, low23));
  store(out + 2 * ld_out, unpack_low_pairs(high01, high23));
  store(out + 3 * ld_out, unpack_high_pairs(high01, high23));
}

/// The last groups of kLanes rows, fewer than four full ones, by way of a block filled up with zeros.
inline void transpose_last(const char* const* rows, size_t byte, size_t bytes, size_t groups, float* out, size_t ld) {
  alignas(64) char block[kLanes][16] = {};
  const char* block_rows[kLanes];
  for (size_t i = 0; i < kLanes; ++i) {
    __builtin_memcpy(block[i], rows[i] + byte, bytes);
    block_rows[i] = block[i];
  }
  alignas(64) float transposed[4 * kLanes];
  transpose_quad(block_rows, 0, transposed, kLanes);
  for (size_t g = 0; g < groups; ++g) {
    store(out + g * ld, load(transposed + g * kLanes));
  }
}

/// kLanes keys as columns: out[group][key], `groups` rows of distance ld, of which the keys fill the first ones.
/// Keys past the end repeat the last; the softmax leaves them out.
template <class P>
inline void pack_key_block(const Head& h, size_t first_key, size_t groups, float* out, size_t ld) {
  const char* rows[kLanes];
  for (size_t i = 0; i < kLanes; ++i) {
    rows[i] = h.k + (first_key + i < h.n ? first_key + i : h.n - 1) * h.ld_qkv;
  }
  const size_t bytes = h.dim * P::kElementBytes;
  size_t g = 0;
  for (; 4 * g + 16 <= bytes; g += 4) {
    transpose_quad(rows, 4 * g, out + g * ld, ld);
  }
  if (4 * g < bytes) {
    const size_t filled = (bytes - 4 * g + 3) / 4;
    transpose_last(rows, 4 * g, bytes - 4 * g, filled, out + g * ld, ld);
    g += filled;
  }
  for (; g < groups; ++g) {
    store(out + g * ld, zero());
  }
}

/// values[group of keys][column], columns filled up with zeros to `width`, a multiple of kLanes; `groups` rows.
template <class P>
inline void pack_values(const Head& h, size_t groups, size_t width, float* out) {
  for (size_t g = 0; g < groups; ++g) {
    P::pack_value_group(h, g * P::kGroup, width, out + g * width);
  }
}
