// What attention of one head in bytes needs of scratch, and in which order weights of keys lie. Included inside an
// unnamed namespace, after attention_pack.inl.
//
// A quadruple is four bytes of a row, what one product of bytes reads at once.

constexpr size_t kMostDim = 256;  ///< of a head; larger ones are worked on in bf16

/// Everything of one head, as bytes.
struct Int8Head {
  int8_t* keys;         ///< panels of [groups][kPanel] quadruples
  int8_t* values;       ///< [value groups, by place][width] quadruples
  uint8_t* queries;     ///< [n][groups] quadruples; 128 stands for 0
  int32_t* first_sums;  ///< [panels][kPanel] what the 128 adds to the scores of a key, negated
  float* key_offset;    ///< [width], as the next four: how columns become bytes, and values again
  float* value_middle;
  float* value_inverse;
  float* value_offset;
  float* value_step;
  int16_t* bias;  ///< [2n − 1], in steps
  char* tile;     ///< [kTileRows] rows of 16-bit scores, then in the same place of bytes, their weights
  int32_t* sums;  ///< [kTileRows][width] results
};

struct Int8Plan {
  size_t n;
  size_t groups;  ///< quadruples of a query or key, a multiple of 4
  size_t width;   ///< of a value, a multiple of 32
  size_t panels;
  size_t last_vectors;  ///< of 16 keys, in the last panel
  size_t value_groups;
  size_t ld_tile;         ///< bytes
  uint64_t past_the_end;  ///< scores of the last panel, as packing orders them, that belong to no key

  constexpr Int8Plan(size_t rows, size_t dim)
      : n(rows),
        groups(round_up(dim, 16) / 4),
        width(round_up(dim, 32)),
        panels((rows + kPanel - 1) / kPanel),
        last_vectors((rows - (panels - 1) * kPanel + kLanes - 1) / kLanes),
        value_groups((panels - 1) * kLanes + last_vectors * 4),
        // An odd number of cache lines: rows a power of two apart would fall into the same sets of the cache.
        ld_tile(panels * kPanel * 2 + 64),
        past_the_end(0) {
    for (size_t key = rows - (panels - 1) * kPanel; key < kPanel; ++key) {
      const size_t lane = key % kLanes / 4, half = key / 32, vector = key / kLanes % 2;
      past_the_end |= uint64_t{1} << (32 * half + 8 * lane + 4 * vector + key % 4);
    }
  }

  constexpr size_t vectors_of_panel(size_t panel) const { return panel + 1 < panels ? kPanelVectors : last_vectors; }

  /// Packing two vectors of scores into one of half the width interleaves their lanes: where the weights of four
  /// neighbouring keys lie, in quadruples from the row's beginning.
  constexpr size_t place_of(size_t group) const {
    const size_t panel = group / kLanes, inside = group % kLanes;
    return panel * kLanes + inside % 4 * vectors_of_panel(panel) + inside / 4;
  }

  constexpr size_t key_bytes() const { return panels * groups * 4 * kPanel; }
  constexpr size_t value_bytes() const { return value_groups * width * 4; }
  constexpr size_t query_bytes() const { return round_up(n * groups * 4, 64); }
  constexpr size_t bias_bytes() const { return round_up(n * 4 + 128, 64); }
  constexpr size_t bytes() const {
    return key_bytes() + value_bytes() + query_bytes() + panels * kPanel * 4 + 5 * width * 4 + bias_bytes() +
           kTileRows * (ld_tile + width * 4);
  }
};

/// Hands out scratch, 64-byte aligned as it came.
template <class T>
inline T* take(char*& memory, size_t bytes) {
  T* const taken = reinterpret_cast<T*>(memory);
  memory += bytes;
  return taken;
}

inline Int8Head divide(const Int8Plan& plan, char* memory) {
  Int8Head to = {};
  to.keys = take<int8_t>(memory, plan.key_bytes());
  to.values = take<int8_t>(memory, plan.value_bytes());
  to.queries = take<uint8_t>(memory, plan.query_bytes());
  to.first_sums = take<int32_t>(memory, plan.panels * kPanel * 4);
  to.key_offset = take<float>(memory, plan.width * 4);
  to.value_middle = take<float>(memory, plan.width * 4);
  to.value_inverse = take<float>(memory, plan.width * 4);
  to.value_offset = take<float>(memory, plan.width * 4);
  to.value_step = take<float>(memory, plan.width * 4);
  to.bias = take<int16_t>(memory, plan.bias_bytes());
  to.tile = take<char>(memory, kTileRows * plan.ld_tile);
  to.sums = take<int32_t>(memory, kTileRows * plan.width * 4);
  return to;
}
