#pragma once
/// Single numbers of an ONNX graph, computed where exports compute them out of constants.

#include <optional>

#include "model/onnx_graph.h"

namespace vicinal::model {

/// A constant with one element, or Sqrt, Reciprocal, Mul, Div of such; `width` stands for the last size of what is
/// split into heads (exports of attention ask its shape for the width of a head). Nothing for all else.
std::optional<double> onnx_number(const OnnxGraph& graph, OnnxValue value, double width);

/// As above, of constants alone.
std::optional<double> onnx_number(const OnnxGraph& graph, OnnxValue value);

/// True if the value is a number within a millionth of `expected` (f16 exports: within a thousandth).
bool is_number_near(const OnnxGraph& graph, OnnxValue value, double expected);

}  // namespace vicinal::model
