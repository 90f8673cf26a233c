// Attention of one head by register tiles: scores of up to 16 queries against all keys, a softmax in two passes over
// each row, and the products with the values. Included after attention_pack.inl.
//
// Every sum runs over its index in order, so a sequence's result depends on nothing but the sequence.

/// What one head needs of scratch, in floats; every part is a multiple of 16.
template <class P>
struct Plan {
  size_t groups;        ///< of a query or key
  size_t value_groups;  ///< of a row of probabilities
  size_t value_width;
  size_t panels;  ///< of kPanel keys
  size_t ld_scores;

  constexpr Plan(size_t n, size_t dim)
      : groups((dim + P::kGroup - 1) / P::kGroup),
        value_groups((n + P::kGroup - 1) / P::kGroup),
        value_width(round_up(dim, kLanes)),
        panels((n + kPanel - 1) / kPanel),
        // An odd number of cache lines: rows a power of two apart would fall into the same sets of the cache.
        ld_scores(round_up(n, 32) + 16) {}

  constexpr size_t key_floats() const { return round_up(panels * groups * kPanel, 16); }
  constexpr size_t value_floats() const { return round_up(value_groups * value_width, 16); }
  constexpr size_t query_floats() const { return round_up(kTileRows * groups, 16); }
  constexpr size_t score_floats() const { return kTileRows * ld_scores; }
  constexpr size_t output_floats() const { return kTileRows * round_up(value_width, 16); }
  constexpr size_t floats() const {
    return key_floats() + value_floats() + query_floats() + score_floats() + output_floats();
  }
};

struct Workspace {
  float* keys;
  float* values;
  float* queries;
  float* scores;
  float* output;
};

template <class P>
inline Workspace divide(const Plan<P>& plan, float* scratch) {
  Workspace w = {};
  w.keys = scratch;
  w.values = w.keys + plan.key_floats();
  w.queries = w.values + plan.value_floats();
  w.scores = w.queries + plan.query_floats();
  w.output = w.scores + plan.score_floats();
  return w;
}

/// out[r][c] = factor[r] · Σ_g a[r][g] · b[g][c] over groups g, for a few rows and one panel's columns.
struct Product {
  const char* a;
  size_t lda;  ///< bytes
  const float* b;
  size_t ldb;
  size_t groups;
  const float* factor;
  float* out;
  size_t ld_out;
};

template <class P, size_t Rows, size_t Vectors>
void multiply_tile(const Product& p) {
  Vec sum[Rows][Vectors];
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) {
      sum[r][v] = zero();
    }
  }
  const char* a = p.a;
  const float* b = p.b;
  for (size_t g = 0; g < p.groups; ++g, a += 4, b += p.ldb) {
    Vec column[Vectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) {
      column[v] = load(b + v * kLanes);
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < Rows; ++r) {
      const Vec factor = broadcast_group(a + r * p.lda);
#pragma GCC unroll 4
      for (size_t v = 0; v < Vectors; ++v) {
        sum[r][v] = P::multiply_add(sum[r][v], factor, column[v]);
      }
    }
  }
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) {
      store(p.out + r * p.ld_out + v * kLanes, multiply(sum[r][v], splat(p.factor[r])));
    }
  }
}

template <class P, size_t Vectors>
void multiply_rows(const Product& p, size_t rows) {
  switch (rows) {
    case 1:
      return multiply_tile<P, 1, Vectors>(p);
    case 2:
      return multiply_tile<P, 2, Vectors>(p);
    case 3:
      return multiply_tile<P, 3, Vectors>(p);
    case 4:
      return multiply_tile<P, 4, Vectors>(p);
    case 5:
      return multiply_tile<P, 5, Vectors>(p);
    default:
      return multiply_tile<P, 6, Vectors>(p);
  }
}

template <class P>
void multiply_panel(const Product& p, size_t rows, size_t vectors) {
  if constexpr (kPanelVectors == 4) {
    if (vectors == 4) {
      return multiply_rows<P, 4>(p, rows);
    }
    if (vectors == 3) {
      return multiply_rows<P, 3>(p, rows);
    }
  }
  return vectors == 2 ? multiply_rows<P, 2>(p, rows) : multiply_rows<P, 1>(p, rows);
}

/// Rows of the whole tile, at most six at a time and evenly so.
template <class P>
inline void multiply_all(Product p, size_t rows, size_t vectors) {
  for (size_t parts = (rows + 5) / 6; parts > 0; --parts) {
    const size_t some = (rows + parts - 1) / parts;
    multiply_panel<P>(p, some, vectors);
    p.a += some * p.lda;
    p.out += some * p.ld_out;
    p.factor += some;
    rows -= some;
  }
}

inline size_t vectors_of(size_t columns) {
  return columns >= kPanel ? kPanelVectors : (columns + kLanes - 1) / kLanes;
}

inline float highest_of(const float* row, size_t vectors) {
  Vec m[4] = {load(row), load(row), load(row), load(row)};
  size_t i = 0;
  for (; i + 4 <= vectors; i += 4) {
#pragma GCC unroll 4
    for (size_t v = 0; v < 4; ++v) {
      m[v] = maximum(m[v], load(row + (i + v) * kLanes));
    }
  }
  for (; i < vectors; ++i) {
    m[0] = maximum(m[0], load(row + i * kLanes));
  }
  return horizontal_max(maximum(maximum(m[0], m[1]), maximum(m[2], m[3])));
}

/// Turns n scores into 2^(score − highest), in the form that the product with the values reads; lanes past n become 0.
/// Returns 1 / Σ.
template <class P>
inline float exponentials(float* row, size_t n) {
  const size_t vectors = (n + kLanes - 1) / kLanes;
  float* last = row + (vectors - 1) * kLanes;
  store(last, first_lanes(load(last), n - (vectors - 1) * kLanes, splat(-__builtin_inff())));
  const Vec highest = splat(highest_of(row, vectors));
  Vec sum = zero();
  for (size_t i = 0; i < vectors; ++i) {
    const Vec value = P::exp2(subtract(load(row + i * kLanes), highest));
    P::store_probabilities(row, i, value);
    sum = add(sum, value);
  }
  return 1.0F / horizontal_sum(sum);
}

/// scores[j] += log2 e · bias[j] for n keys: `bias` begins at the distance of this row's first key.
inline void add_bias(float* scores, const float* bias, size_t n) {
  constexpr float kLog2E = 1.44269504F;
  const Vec factor = splat(kLog2E);
  size_t j = 0;
  for (; j + kLanes <= n; j += kLanes) {
    store(scores + j, add(load(scores + j), multiply(load(bias + j), factor)));
  }
  for (; j < n; ++j) {
    scores[j] += kLog2E * bias[j];
  }
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

/// factor[r] becomes 1 / Σ of query r's probabilities, which stand unnormalised in the workspace.
template <class P>
inline void probabilities_of(const Head& h, const Plan<P>& plan, const Workspace& w, size_t first, size_t rows,
                             float* factor) {
  for (size_t r = 0; r < rows; ++r) {
    factor[r] = h.scale;
  }
  Product scores = queries_of(h, plan, w, first, rows);
  scores.ldb = kPanel;
  scores.factor = factor;
  scores.ld_out = plan.ld_scores;
  for (size_t panel = 0; panel < plan.panels; ++panel) {
    scores.b = w.keys + panel * plan.groups * kPanel;
    scores.out = w.scores + panel * kPanel;
    multiply_all<P>(scores, rows, vectors_of(h.n - panel * kPanel));
  }
  for (size_t r = 0; r < rows; ++r) {
    if (h.bias != nullptr) {
      add_bias(w.scores + r * plan.ld_scores, h.bias - (first + r), h.n);
    }
    factor[r] = exponentials<P>(w.scores + r * plan.ld_scores, h.n);
  }
}

template <class P>
void attend_rows(const Head& h, const Plan<P>& plan, const Workspace& w, size_t first, size_t rows) {
  float factor[kTileRows];
  probabilities_of(h, plan, w, first, rows, factor);
  Product values = {};
  values.a = reinterpret_cast<const char*>(w.scores);
  values.lda = plan.ld_scores * sizeof(float);
  values.groups = plan.value_groups;
  values.ldb = plan.value_width;
  values.factor = factor;
  values.ld_out = plan.value_width;
  for (size_t column = 0; column < plan.value_width; column += kPanel) {
    values.b = w.values + column;
    values.out = w.output + column;
    multiply_all<P>(values, rows, vectors_of(plan.value_width - column));
  }
  for (size_t r = 0; r < rows; ++r) {
    P::write_row(w.output + r * plan.value_width, h.dim, h.out + (first + r) * h.ld_out);
  }
}

template <class P>
void attend(const Head& h, float* scratch) {
  const Plan<P> plan(h.n, h.dim);
  const Workspace w = divide(plan, scratch);
  for (size_t key = 0; key < h.n; key += kLanes) {
    float* panel = w.keys + key / kPanel * plan.groups * kPanel;
    pack_key_block<P>(h, key, plan.groups, panel + key % kPanel, kPanel);
  }
  pack_values<P>(h, plan.value_groups, plan.value_width, w.values);
  const size_t tile = h.n <= kTileRows ? kTileRows : kTileRows / 6 * 6;
  size_t tiles = (h.n + tile - 1) / tile;
  for (size_t first = 0; first < h.n; --tiles) {
    const size_t rows = (h.n - first + tiles - 1) / tiles;
    attend_rows(h, plan, w, first, rows);
    first += rows;
  }
}
