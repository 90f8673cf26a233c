// The walk over a product [M, N]: row tiles of nearly equal height against panels of weights. Included inside the
// namespace of a level; no include guard and no includes.

/// M rows cut into as few tiles of at most `height` rows as possible, whose heights differ by at most one: a tile of
/// one or two rows would read the whole panel for little work.
struct RowTiles {
  size_t rows;
  size_t count;

  static RowTiles cut(size_t rows, size_t height) { return {rows, (rows + height - 1) / height}; }
  size_t first_row(size_t tile) const {
    const size_t extra = rows % count;
    return tile * (rows / count) + (tile < extra ? tile : extra);
  }
};

/// Calls visit(panel, first row, rows) for every tile of every panel. The rows are walked in blocks of about
/// `block_bytes` of A, which stay in the second-level cache beside one panel; within a block, panel by panel.
template <class Visit>
inline void for_each_tile(const RowTiles& tiles, size_t panels, size_t tiles_per_block, const Visit& visit) {
  const RowTiles blocks = RowTiles::cut(tiles.count, tiles_per_block == 0 ? 1 : tiles_per_block);
  for (size_t block = 0; block < blocks.count; ++block) {
    for (size_t panel = 0; panel < panels; ++panel) {
      for (size_t tile = blocks.first_row(block); tile < blocks.first_row(block + 1); ++tile) {
        const size_t first = tiles.first_row(tile);
        visit(panel, first, tiles.first_row(tile + 1) - first);
      }
    }
  }
}
