// Attention of one head: keys and values packed once, then up to 16 queries at a time through all of them. Included
// after attention_pack.inl, attention_products.inl and attention_softmax.inl.
//
// Every sum runs over its index in order, so a sequence's result depends on nothing but the sequence.

/// What one head needs of scratch, in floats; every part is a multiple of 16.
template <class P>
struct Plan {
  size_t groups;        ///< of a query or key
  size_t value_groups;  ///< of a row of probabilities
  size_t value_width;
  size_t panels;            ///< of kPanel keys
  size_t ld_probabilities;  ///< bytes

  constexpr Plan(size_t n, size_t dim)
      : groups((dim + P::kGroup - 1) / P::kGroup),
        value_groups((n + P::kGroup - 1) / P::kGroup),
        value_width(round_up(dim, kLanes)),
        panels((n + kPanel - 1) / kPanel),
        // An odd number of cache lines: rows a power of two apart would fall into the same sets of the cache.
        ld_probabilities(round_up(n * P::kElementBytes, 128) + 64) {}

  constexpr size_t key_floats() const { return round_up(panels * groups * kPanel, 16); }
  constexpr size_t value_floats() const { return round_up(value_groups * value_width, 16); }
  constexpr size_t query_floats() const { return round_up(kTileRows * groups, 16); }
  constexpr size_t probability_floats() const { return kTileRows * ld_probabilities / 4; }
  constexpr size_t tile_floats() const { return kTileRows * (value_width > kPanel ? value_width : kPanel); }
  constexpr size_t floats() const {
    return key_floats() + value_floats() + query_floats() + probability_floats() + tile_floats();
  }
};

struct Workspace {
  float* keys;
  float* values;
  float* queries;
  char* probabilities;
  float* tile;  ///< scores of a panel, then results
};

template <class P>
inline Workspace divide(const Plan<P>& plan, float* scratch) {
  Workspace w = {};
  w.keys = scratch;
  w.values = w.keys + plan.key_floats();
  w.queries = w.values + plan.value_floats();
  float* const probabilities = w.queries + plan.query_floats();
  w.probabilities = reinterpret_cast<char*>(probabilities);
  w.tile = probabilities + plan.probability_floats();
  return w;
}

/// Queries first … first + rows as groups: where they lie, or copied where the last group is half filled.
template <class P>
inline Product queries_of(const Head& h, const Plan<P>& plan, const Workspace& w, size_t first, size_t rows) {
  const size_t bytes = h.dim * P::kElementBytes;
  const char* q = h.q + first * h.ld_qkv;
  Product p = {};
  p.groups = plan.groups;
  if (bytes % 4 == 0) {
    p.a = q;
    p.lda = h.ld_qkv;
    return p;
  }
  char* copy = reinterpret_cast<char*>(w.queries);
  p.a = copy;
  p.lda = plan.groups * 4;
  for (size_t r = 0; r < rows; ++r) {
    __builtin_memset(copy + r * p.lda + p.lda - 4, 0, 4);
    __builtin_memcpy(copy + r * p.lda, q + r * h.ld_qkv, bytes);
  }
  return p;
}

/// Calls visit(tile of scores, row) for every row of every panel of keys.
template <class P, class Visit>
inline void for_scores(const Head& h, const Plan<P>& plan, const Workspace& w, const QueryRows& rows,
                       const Visit& visit) {
  Product p = queries_of(h, plan, w, rows.first, rows.count);
  p.ldb = kPanel;
  p.out = w.tile;
  p.ld_out = kPanel;
  for (size_t first_key = 0; first_key < h.n; first_key += kPanel) {
    const size_t keys = h.n - first_key < kPanel ? h.n - first_key : kPanel;
    p.b = w.keys + first_key * plan.groups;
    multiply_all<P>(p, rows.count, vectors_of(keys));
    const float* const bias = h.bias == nullptr ? nullptr : h.bias + first_key - rows.first;
    const ScoreTile tile = {w.tile, first_key, keys, h.scale, bias};
    for (size_t row = 0; row < rows.count; ++row) visit(tile, row);
  }
}

template <class P, bool Bounded>
inline void weigh(const Head& h, const Plan<P>& plan, const Workspace& w, QueryRows& rows) {
  for (size_t row = 0; row < rows.count; ++row) {
    rows.highest[row] = Bounded ? 0.0F : -__builtin_inff();
    rows.sum[row] = zero();
  }
  if constexpr (!Bounded) {
    for_scores(h, plan, w, rows, [&](const ScoreTile& t, size_t row) { find_highest(t, rows, row); });
  }
  for_scores(h, plan, w, rows, [&](const ScoreTile& t, size_t row) {
    weigh_row<P, Bounded>(t, rows, row, w.probabilities + row * plan.ld_probabilities + t.first_key * P::kElementBytes);
  });
}

template <class P>
inline void attend_rows(const Head& h, const Plan<P>& plan, const Workspace& w, bool bounded, QueryRows& rows) {
  bounded ? weigh<P, true>(h, plan, w, rows) : weigh<P, false>(h, plan, w, rows);
  Product values = {};
  values.a = w.probabilities;
  values.lda = plan.ld_probabilities;
  values.groups = plan.value_groups;
  values.ldb = plan.value_width;
  values.ld_out = plan.value_width;
  for (size_t column = 0; column < plan.value_width; column += kPanel) {
    values.b = w.values + column;
    values.out = w.tile + column;
    multiply_all<P>(values, rows.count, vectors_of(plan.value_width - column));
  }
  for (size_t row = 0; row < rows.count; ++row) {
    const Vec factor = splat(1.0F / horizontal_sum(rows.sum[row]));
    P::write_row(w.tile + row * plan.value_width, factor, h.dim, h.out + (rows.first + row) * h.ld_out);
  }
}

template <class P>
void attend(const Head& h, float* scratch) {
  const Plan<P> plan(h.n, h.dim);
  const Workspace w = divide(plan, scratch);
  for (size_t key = 0; key < h.n; key += kLanes) {
    float* const panel = w.keys + key / kPanel * plan.groups * kPanel;
    pack_key_block<P>(h, key, plan.groups, panel + key % kPanel, kPanel);
  }
  pack_values<P>(h, plan.value_groups, plan.value_width, w.values);
  const bool bounded = is_bounded<P>(h, w.keys, plan.groups);
  const size_t most = h.n <= kTileRows ? kTileRows : kTileRows / 6 * 6;
  QueryRows rows;
  rows.first = 0;
  for (size_t tiles = (h.n + most - 1) / most; tiles > 0; --tiles) {
    rows.count = (h.n - rows.first + tiles - 1) / tiles;
    attend_rows(h, plan, w, bounded, rows);
    rows.first += rows.count;
  }
}
