#include "kernels/amx/level.h"
#include "kernels/amx/tile_config.inl"
#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

#include "kernels/avx512/attention_registers.inl"

// Attention in bf16 on the tile unit: 16 queries at a time against all keys.
//
// Scores and probabilities lie in blocks of 16 queries × 16 keys, one tile of 1 KiB each. The 32 probabilities that a
// query has in two neighbouring blocks take, as bf16, the 64 bytes of its scores in the first of the two: that block
// is then a tile of the left factor for the product with the values.

namespace vicinal::kernels::amx {
namespace {

using namespace avx512;

#include "kernels/attention_pack.inl"

#include "kernels/avx512/attention_bf16.inl"

constexpr size_t kBlock = 16;  // queries, keys, or columns of a tile
constexpr size_t kBlockFloats = kBlock * kBlock;
constexpr size_t kTileBytes = 64;  // of a tile's row
constexpr size_t kFewKeys = 32;    // below this many, avx512's way is the shorter one

/// What one head needs of scratch, in floats; every part is a multiple of 16.
struct Plan {
  size_t groups;        ///< of a query or key, whole tiles
  size_t key_blocks;    ///< of 16 keys
  size_t value_blocks;  ///< of 32 keys
  size_t value_width;

  constexpr Plan(size_t n, size_t dim)
      : groups(round_up((dim + 1) / 2, kBlock)),
        key_blocks((n + kBlock - 1) / kBlock),
        value_blocks((key_blocks + 1) / 2),
        value_width(round_up(dim, kBlock)) {}

  constexpr size_t key_floats() const { return key_blocks * groups * kBlock; }
  constexpr size_t value_floats() const { return value_blocks * kBlock * value_width; }
  constexpr size_t query_floats() const { return kBlock * groups; }
  constexpr size_t score_floats() const { return 2 * value_blocks * kBlockFloats; }
  constexpr size_t floats() const { return key_floats() + value_floats() + query_floats() + score_floats(); }
};

struct Workspace {
  float* keys;
  float* values;
  char* queries;
  float* scores;
};

inline Workspace divide(const Plan& plan, float* scratch) {
  Workspace w = {};
  w.keys = scratch;
  w.values = w.keys + plan.key_floats();
  w.scores = w.values + plan.value_floats();
  w.queries = reinterpret_cast<char*>(w.scores + plan.score_floats());
  return w;
}

/// Up to 16 queries as rows of a tile.
struct Queries {
  const char* data;
  size_t ld;  ///< bytes
};

/// Where they lie, or a copy filled up with zeros where they do not fill their tiles.
inline Queries queries_of(const Head& h, const Plan& plan, const Workspace& w, size_t first, size_t rows) {
  const char* q = h.q + first * h.ld_qkv;
  if (rows == kBlock && h.dim % 32 == 0) {
    return {q, h.ld_qkv};
  }
  const size_t row_bytes = plan.groups * 4;
  __builtin_memset(w.queries, 0, kBlock * row_bytes);
  for (size_t r = 0; r < rows; ++r) {
    __builtin_memcpy(w.queries + r * row_bytes, q + r * h.ld_qkv, h.dim * 2);
  }
  return {w.queries, row_bytes};
}

inline void score_block(const Queries& q, const Plan& plan, const float* keys, float* out) {
  _tile_zero(0);
  for (size_t g = 0; g < plan.groups; g += kBlock) {
    _tile_loadd(4, q.data + 4 * g, q.ld);
    _tile_loadd(5, keys + g * kBlock, kTileBytes);
    _tile_dpbf16ps(0, 4, 5);
  }
  _tile_stored(0, out, kTileBytes);
}

/// Four blocks at once: a product waits for the one before it into the same tile.
inline void score_four_blocks(const Queries& q, const Plan& plan, const float* keys, float* out) {
  const size_t next = plan.groups * kBlock;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t g = 0; g < plan.groups; g += kBlock) {
    const float* k = keys + g * kBlock;
    _tile_loadd(4, q.data + 4 * g, q.ld);
    _tile_loadd(5, k, kTileBytes);
    _tile_dpbf16ps(0, 4, 5);
    _tile_loadd(6, k + next, kTileBytes);
    _tile_dpbf16ps(1, 4, 6);
    _tile_loadd(7, k + 2 * next, kTileBytes);
    _tile_dpbf16ps(2, 4, 7);
    _tile_loadd(5, k + 3 * next, kTileBytes);
    _tile_dpbf16ps(3, 4, 5);
  }
  _tile_stored(0, out, kTileBytes);
  _tile_stored(1, out + kBlockFloats, kTileBytes);
  _tile_stored(2, out + 2 * kBlockFloats, kTileBytes);
  _tile_stored(3, out + 3 * kBlockFloats, kTileBytes);
}

inline void scores_of(const Queries& q, const Plan& plan, const Workspace& w) {
  const size_t next = plan.groups * kBlock;
  size_t block = 0;
  for (; block + 4 <= plan.key_blocks; block += 4) {
    score_four_blocks(q, plan, w.keys + block * next, w.scores + block * kBlockFloats);
  }
  for (; block < plan.key_blocks; ++block) {
    score_block(q, plan, w.keys + block * next, w.scores + block * kBlockFloats);
  }
}

/// The largest of a query's scaled scores. The last block has had −∞ or +∞ put where there are no keys.
inline __m512 highest_of(const float* row, size_t blocks, __m512 scale) {
  __m512 m[2] = {_mm512_mul_ps(load(row), scale), _mm512_mul_ps(load(row), scale)};
  size_t i = 1;
  for (; i + 2 <= blocks; i += 2) {
    m[0] = _mm512_max_ps(m[0], _mm512_mul_ps(load(row + i * kBlockFloats), scale));
    m[1] = _mm512_max_ps(m[1], _mm512_mul_ps(load(row + (i + 1) * kBlockFloats), scale));
  }
  if (i < blocks) {
    m[0] = _mm512_max_ps(m[0], _mm512_mul_ps(load(row + i * kBlockFloats), scale));
  }
  return _mm512_set1_ps(_mm512_reduce_max_ps(_mm512_max_ps(m[0], m[1])));
}

/// Turns one query's scores into probabilities times their sum, and returns 1 / Σ.
inline float exponentials(float* row, const Plan& plan, size_t n, float factor) {
  const __m512 scale = _mm512_set1_ps(factor);
  const __m512 nothing = _mm512_set1_ps(factor < 0.0F ? __builtin_inff() : -__builtin_inff());
  float* last = row + (plan.key_blocks - 1) * kBlockFloats;
  store(last, first_lanes(load(last), n - (plan.key_blocks - 1) * kBlock, nothing));
  const __m512 highest = highest_of(row, plan.key_blocks, scale);
  __m512 sum[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  for (size_t block = 0; block < plan.key_blocks; block += 2) {
    float* pair = row + block * kBlockFloats;
    const __m512 even = exp2_short_of_any(_mm512_fmsub_ps(load(pair), scale, highest));
    __m512 odd = _mm512_setzero_ps();
    if (block + 1 < plan.key_blocks) {
      odd = exp2_short_of_any(_mm512_fmsub_ps(load(pair + kBlockFloats), scale, highest));
    }
    sum[0] = _mm512_add_ps(sum[0], even);
    sum[1] = _mm512_add_ps(sum[1], odd);
    _mm512_storeu_si512(pair, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(odd, even)));
  }
  return 1.0F / _mm512_reduce_add_ps(_mm512_add_ps(sum[0], sum[1]));
}

/// Two sums over every other block of 32 keys for each of Columns (1 or 2) tiles of columns: tiles 0 and 1 over the
/// even blocks, 2 and 3 over the odd ones.
template <size_t Columns>
inline void multiply_values(const Plan& plan, const float* scores, const float* values, float* out) {
  const size_t stride = plan.value_width * sizeof(float);
  const size_t next = kBlock * plan.value_width;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t block = 0; block < plan.value_blocks; block += 2) {
    const float* even = values + block * next;
    _tile_loadd(4, scores + 2 * block * kBlockFloats, kTileBytes);
    _tile_loadd(6, even, stride);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (Columns == 2) {
      _tile_loadd(7, even + kBlock, stride);
      _tile_dpbf16ps(1, 4, 7);
    }
    if (block + 1 == plan.value_blocks) {
      break;
    }
    _tile_loadd(5, scores + 2 * (block + 1) * kBlockFloats, kTileBytes);
    _tile_loadd(6, even + next, stride);
    _tile_dpbf16ps(2, 5, 6);
    if constexpr (Columns == 2) {
      _tile_loadd(7, even + next + kBlock, stride);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, out, kTileBytes);
  _tile_stored(1, out + kBlockFloats, kTileBytes);
  _tile_stored(2, out + 2 * kBlockFloats, kTileBytes);
  _tile_stored(3, out + 3 * kBlockFloats, kTileBytes);
}

/// One tile of columns, sums and their second halves to bf16 rows of distance ld bytes.
inline void write_block(const float* sums, const float* factor, size_t rows, size_t columns, char* out, size_t ld) {
  for (size_t r = 0; r < rows; ++r) {
    const __m512 sum = _mm512_add_ps(load(sums + r * kBlock), load(sums + 2 * kBlockFloats + r * kBlock));
    const __m256i narrow = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_mul_ps(sum, splat(factor[r]))));
    _mm256_mask_storeu_epi16(out + r * ld, tail_mask16(columns), narrow);
  }
}

inline void attend_rows(const Head& h, const Plan& plan, const Workspace& w, size_t first, size_t rows) {
  scores_of(queries_of(h, plan, w, first, rows), plan, w);
  float factor[kBlock];
  for (size_t r = 0; r < rows; ++r) {
    factor[r] = exponentials(w.scores + r * kBlock, plan, h.n, h.scale);
  }
  alignas(64) float sums[4 * kBlockFloats];
  char* out = h.out + first * h.ld_out;
  size_t column = 0;
  for (; column + 2 * kBlock <= plan.value_width; column += 2 * kBlock) {
    multiply_values<2>(plan, w.scores, w.values + column, sums);
    write_block(sums, factor, rows, h.dim - column, out + 2 * column, h.ld_out);
    write_block(sums + kBlockFloats, factor, rows, h.dim - column - kBlock, out + 2 * (column + kBlock), h.ld_out);
  }
  if (column < plan.value_width) {
    multiply_values<1>(plan, w.scores, w.values + column, sums);
    write_block(sums, factor, rows, h.dim - column, out + 2 * column, h.ld_out);
  }
}

inline void attend(const Head& h, float* scratch) {
  const Plan plan(h.n, h.dim);
  const Workspace w = divide(plan, scratch);
  for (size_t block = 0; block < plan.key_blocks; ++block) {
    pack_key_block<Bf16Product>(h, block * kBlock, plan.groups, w.keys + block * plan.groups * kBlock, kBlock);
  }
  pack_values<Bf16Product>(h, plan.value_blocks * kBlock, plan.value_width, w.values);
  for (size_t first = 0; first < h.n; first += kBlock) {
    attend_rows(h, plan, w, first, h.n - first < kBlock ? h.n - first : kBlock);
  }
}

}  // namespace

size_t attention_scratch_bytes(size_t n, size_t heads, size_t head_dim) {
  const size_t tiles = Plan(n, head_dim).floats() * sizeof(float);
  const size_t registers = avx512::attention_scratch_bytes(n, heads, head_dim);
  return tiles > registers ? tiles : registers;
}

/// A bias is added to scaled scores; the tiles' scores are scaled on their way into the exponential only.
void attention_bf16(const Attention<bf16>& a) {
  if (a.n < kFewKeys || a.relative_bias != nullptr) {
    return avx512::attention_bf16(a);
  }
  Head h = {};
  h.ld_qkv = a.ld_qkv * sizeof(bf16);
  h.ld_out = a.ld_out * sizeof(bf16);
  h.n = a.n;
  h.dim = a.head_dim;
  h.scale = a.scale * 1.44269504F;
  configure_tiles(kTileRows);
  for (size_t head = 0; head < a.heads; ++head) {
    const size_t column = head * a.head_dim;
    h.q = reinterpret_cast<const char*>(a.q + column);
    h.k = reinterpret_cast<const char*>(a.k + column);
    h.v = reinterpret_cast<const char*>(a.v + column);
    h.out = reinterpret_cast<char*>(a.out + column);
    attend(h, static_cast<float*>(a.scratch));
  }
  _tile_release();
}

}  // namespace vicinal::kernels::amx
