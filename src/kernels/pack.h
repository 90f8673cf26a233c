#pragma once
/// The order of packed weights, which every level shares: panels of neighbouring output features.
///
/// A 32-bit group holds g = 1, 2, 4 consecutive inputs of one output feature (f32, bf16, int8). A panel holds
/// `columns` output features: for each group of inputs, the groups of its columns side by side. Panels lie end to
/// end. What pads N or K is 0. After the panels of int8 come N_padded floats (the scale of each output feature) and
/// N_padded int32 (the sum of its quantised weights). Weights of int8 are rotated (see QuantizeRows).

#include "kernels/types.h"

namespace vicinal::kernels {

/// To be raised when any level's packed bytes of the same weights change: order, padding, quantisation. Packed weights
/// that earlier versions left in the user's cache are then made anew (model/packed_cache.h).
constexpr uint32_t kPackingVersion = 3;

struct PanelShape {
  size_t columns = 1;         ///< output features of a panel
  size_t panel_multiple = 1;  ///< the number of panels is padded to a multiple of this
  size_t group_multiple = 1;  ///< the number of groups of a column is padded to a multiple of this
  void (*narrow)(const float* x, bf16* y, size_t n) = nullptr;  ///< the level's f32_to_bf16; null: the scalar one
};

/// What Table::packed_bytes and Table::pack do, for one shape.
size_t packed_panel_bytes(const PanelShape& shape, WeightType type, size_t n, size_t k);
void pack_panels(const PanelShape& shape, WeightType type, const float* w, size_t ldw, size_t n, size_t k,
                 void* packed);

}  // namespace vicinal::kernels
