#pragma once
/// The tiny BERT as an ONNX export, in the spellings that exporters have; and with one thing wrong.

#include <bit>
#include <string>

#include "model/onnx_writer_for_tests.h"
#include "model/tiny_bert_for_tests.h"

namespace vicinal::model {

/// f16 bits of a float, the digits that do not fit cut off; 0 below 2^-14.
inline uint16_t cut_to_half(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t exponent = bits >> 23 & 255;
  if (exponent < 113) return 0;
  return static_cast<uint16_t>((bits >> 16 & 0x8000) | (exponent - 112) << 10 | (bits >> 13 & 1023));
}

/// How an exporter writes it.
struct OnnxSpelling {
  bool whole_norm = false;        ///< LayerNormalization instead of its nine operators
  bool scaled_operands = false;   ///< query and key scaled before their product, as exports of fused attention are
  bool range_positions = false;   ///< Range instead of a slice of a constant
  bool folded_type = false;       ///< kind 0 added as a constant row, no table of kinds
  bool transposed = false;        ///< weights as published behind a Transpose
  bool halved_first = false;      ///< GELU: x · ½ before · (1 + erf)
  bool pooler = false;            ///< a second output: dense layer and Tanh of the first token
  bool open_heads = false;        ///< number and width of heads come from the input's shape
  bool shuffled_lanes = false;    ///< value, key, query in this order
  bool newest_attention = false;  ///< key transposed between Reshapes, NaN guarded, shape said once more
  bool halves = false;            ///< everything in f16
};

/// What makes it no BERT encoder.
enum class OnnxFault {
  none,
  no_bias,
  swapped_names,
  relu,
  wrong_scale,
  no_residual,
  position_offset,
  extra_weight,
  untransposed_key,
  output_elsewhere,
  other_eps,
  norm_axis,
  bad_softmax_axis
};

class TinyOnnx {
 public:
  TinyOnnx(const TinyBert& bert, OnnxSpelling spelling = {}, OnnxFault fault = OnnxFault::none)
      : bert_(bert), spelling_(spelling), fault_(fault) {}

  std::string bytes() {
    for (const char* name : {"input_ids", "attention_mask", "token_type_ids"}) out_.input(name);
    mask_ = out_.node("Mul", {out_.node("Sub", {out_.number(1.0F), out_.node("Unsqueeze", {"attention_mask"})}),
                              out_.number(-1e30F)});
    std::string x = norm(embeddings(), "embeddings.LayerNorm");
    for (size_t i = 0; i < bert_.config.layers; ++i) x = layer(x, "encoder.layer." + std::to_string(i) + ".");
    if (fault_ == OnnxFault::output_elsewhere) x = out_.node("Relu", {x});
    out_.add_node("Identity", {x}, "last_hidden_state");
    out_.output("last_hidden_state");
    if (spelling_.pooler) add_pooler(x);
    return out_.finish();
  }

 private:
  const TinyTensor& tensor(const std::string& name) const { return bert_.tensors.at(name); }

  std::string store(const std::string& name, std::span<const size_t> shape, std::span<const float> values) {
    if (!spelling_.halves) return out_.initialiser(name, shape, values);
    std::vector<uint16_t> halves;
    for (const float value : values) halves.push_back(cut_to_half(value));
    return out_.initialiser(name, shape, std::span<const uint16_t>(halves));
  }

  std::string constant(const std::string& name) { return store(name, tensor(name).shape, tensor(name).values); }

  std::string positions() {
    const std::string length = out_.node("Gather", {out_.node("Shape", {"input_ids"}), out_.number(int64_t{1})});
    if (spelling_.range_positions)
      return out_.node("Unsqueeze", {out_.node("Range", {out_.number(int64_t{0}), length, out_.number(int64_t{1})})});
    std::vector<int64_t> all;
    for (size_t i = 0; i < bert_.config.positions; ++i)
      all.push_back(static_cast<int64_t>(i) + (fault_ == OnnxFault::position_offset ? 2 : 0));
    return out_.node("Slice", {out_.integers("position_ids", all), out_.number(int64_t{0}), length,
                               out_.number(int64_t{0}), out_.number(int64_t{1})});
  }

  std::string kind_row() {
    if (!spelling_.folded_type)
      return out_.node("Gather", {constant("embeddings.token_type_embeddings.weight"), "token_type_ids"});
    const size_t shape[] = {1, 1, bert_.config.hidden};
    const std::span<const float> all(tensor("embeddings.token_type_embeddings.weight").values);
    return out_.initialiser("folded", shape, all.first(bert_.config.hidden));
  }

  std::string embeddings() {
    const std::string words = out_.node("Gather", {constant("embeddings.word_embeddings.weight"), "input_ids"});
    const std::string with_kind = out_.node("Add", {words, kind_row()});
    const std::string rows = out_.node("Gather", {constant("embeddings.position_embeddings.weight"), positions()});
    return out_.node("Add", {with_kind, rows});
  }

  std::string norm(const std::string& x, const std::string& name) {
    const bool other = fault_ == OnnxFault::other_eps && name == "encoder.layer.1.output.LayerNorm";
    const float eps = other ? 1e-5F : spelling_.halves ? 0.0F : 1e-12F;
    const std::string gamma = constant(name + ".weight"), beta = constant(name + ".bias");
    if (spelling_.whole_norm)
      return out_.node("LayerNormalization", {x, gamma, beta}, {onnx_integer("axis", -1), onnx_real("epsilon", eps)});
    const int64_t axis = fault_ == OnnxFault::norm_axis ? 1 : -1;
    const std::string centred = out_.node("Sub", {x, out_.node("ReduceMean", {x}, {onnx_integers("axes", {axis})})});
    const std::string square = out_.node("Pow", {centred, out_.number(2.0F)});
    const std::string variance = out_.node("ReduceMean", {square}, {onnx_integers("axes", {axis})});
    const std::string deviation = out_.node("Sqrt", {out_.node("Add", {variance, out_.number(eps)})});
    return out_.node("Add", {out_.node("Mul", {out_.node("Div", {centred, deviation}), gamma}), beta});
  }

  /// [N, K] into [K, N], under a name that says nothing.
  std::string weight(const std::string& name) {
    const TinyTensor& source = tensor(name + ".weight");
    const std::string renamed = "onnx::MatMul_" + std::to_string(renamed_++);
    if (spelling_.transposed) {
      const std::string stored = store(renamed, source.shape, source.values);
      return out_.node("Transpose", {stored}, {onnx_integers("perm", {1, 0})});
    }
    const size_t n = source.shape[0], k = source.shape[1];
    std::vector<float> values(n * k);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < k; ++j) values[j * n + i] = source.values[i * k + j];
    const size_t shape[] = {k, n};
    return store(renamed, shape, values);
  }

  std::string dense(const std::string& x, const std::string& name) {
    const std::string product = out_.node("MatMul", {x, weight(name)});
    if (fault_ == OnnxFault::no_bias && name.ends_with("self.key")) return product;
    return out_.node("Add", {constant(name + ".bias"), product});
  }

  std::string split(const std::string& x, std::initializer_list<int64_t> order) {
    const std::string batch = out_.node("Unsqueeze", {out_.node("Gather", {out_.node("Shape", {x}), "at"})});
    const std::string heads = spelling_.open_heads ? batch : out_.number(static_cast<int64_t>(bert_.config.heads));
    const std::string width =
        spelling_.open_heads ? batch : out_.number(static_cast<int64_t>(bert_.config.hidden / bert_.config.heads));
    const std::string sizes = out_.node("Concat", {batch, batch, heads, width}, {onnx_integer("axis", 0)});
    return out_.node("Transpose", {out_.node("Reshape", {x, sizes})}, {onnx_integers("perm", order)});
  }

  /// The fourth root of a head's width, as exports of scaled_dot_product_attention compute it.
  std::string scaled(const std::string& x, const std::string& query) {
    const std::string width =
        out_.node("Slice", {out_.node("Shape", {query}), out_.number(int64_t{-1}), out_.number(INT64_MAX)});
    const std::string root = out_.node("Sqrt", {out_.node("Cast", {width}, {onnx_integer("to", 1)})});
    const std::string scale = out_.node("Sqrt", {out_.node("Div", {out_.number(1.0F), root})});
    return out_.node("Mul", {x, scale});
  }

  struct Lanes {
    std::string query, key, value;
  };
  Lanes lanes(const std::string& x, const std::string& prefix) {
    const bool swapped = fault_ == OnnxFault::swapped_names && prefix == "encoder.layer.1.";
    const std::string self = prefix + "attention.self.";
    Lanes out;
    if (spelling_.shuffled_lanes) out.value = dense(x, self + "value");
    if (spelling_.shuffled_lanes) out.key = dense(x, self + "key");
    out.query = dense(x, self + (swapped ? "key" : "query"));
    if (!spelling_.shuffled_lanes) out.key = dense(x, self + (swapped ? "query" : "key"));
    if (!spelling_.shuffled_lanes) out.value = dense(x, self + "value");
    return out;
  }

  std::string transposed_key(const std::string& x) {
    if (fault_ == OnnxFault::untransposed_key) return split(x, {0, 2, 1, 3});
    if (!spelling_.newest_attention) return split(x, {0, 2, 3, 1});
    const std::string by_head = split(x, {0, 2, 1, 3}), size = out_.node("Slice", {out_.node("Shape", {by_head})});
    const std::string flat = out_.node("Concat", {out_.number(int64_t{-1}), size, size});
    const std::string rows = out_.node("Reshape", {by_head, flat});
    const std::string swapped = out_.node("Transpose", {rows}, {onnx_integers("perm", {0, 2, 1})});
    return out_.node("Reshape", {swapped, out_.node("Concat", {size, size, size})});
  }

  /// Newest exports replace NaN, and say the shape of the context once more.
  std::string context(const std::string& weights, const std::string& value) {
    if (!spelling_.newest_attention) return out_.node("MatMul", {weights, value});
    const std::string guarded = out_.node("Where", {out_.node("IsNaN", {weights}), out_.number(0.0F), weights});
    const std::string product = out_.node("MatMul", {guarded, value});
    const std::string size = out_.node("Slice", {out_.node("Shape", {product})});
    return out_.node("Reshape", {product, out_.node("Concat", {size, out_.number(int64_t{-1}), size, size})});
  }

  std::string scores(const Lanes& in) {
    const std::string query = split(in.query, {0, 2, 1, 3}), key = transposed_key(in.key);
    const auto width = static_cast<float>(bert_.config.hidden / bert_.config.heads);
    const float scale = fault_ == OnnxFault::wrong_scale ? width : std::sqrt(width);
    if (spelling_.scaled_operands) return out_.node("MatMul", {scaled(query, query), scaled(key, query)});
    return out_.node("Div", {out_.node("MatMul", {query, key}), out_.number(scale)});
  }

  std::string attention(const std::string& x, const std::string& prefix) {
    const Lanes in = lanes(x, prefix);
    const std::string masked = out_.node("Add", {scores(in), mask_});
    const int64_t axis = fault_ == OnnxFault::bad_softmax_axis ? 1 : -1;
    const std::string weights = out_.node("Softmax", {masked}, {onnx_integer("axis", axis)});
    const std::string by_head = context(weights, split(in.value, {0, 2, 1, 3}));
    const std::string joined = out_.node("Transpose", {by_head}, {onnx_integers("perm", {0, 2, 1, 3})});
    const std::string batch = out_.node("Unsqueeze", {out_.node("Gather", {out_.node("Shape", {joined}), "at"})});
    const std::string sizes =
        out_.node("Concat", {batch, batch, out_.number(static_cast<int64_t>(bert_.config.hidden))});
    return dense(out_.node("Reshape", {joined, sizes}), prefix + "attention.output.dense");
  }

  std::string gelu(const std::string& x) {
    if (fault_ == OnnxFault::relu) return out_.node("Relu", {x});
    const std::string erf = out_.node("Erf", {out_.node("Div", {x, out_.number(std::numbers::sqrt2_v<float>)})});
    const std::string sum = out_.node("Add", {erf, out_.number(1.0F)});
    if (spelling_.halved_first) return out_.node("Mul", {out_.node("Mul", {x, out_.number(0.5F)}), sum});
    return out_.node("Mul", {out_.node("Mul", {x, sum}), out_.number(0.5F)});
  }

  std::string layer(const std::string& x, const std::string& prefix) {
    const std::string attended =
        norm(out_.node("Add", {attention(x, prefix), x}), prefix + "attention.output.LayerNorm");
    std::string inner = gelu(dense(attended, prefix + "intermediate.dense"));
    const std::string down = dense(inner, prefix + "output.dense");
    std::string sum =
        fault_ == OnnxFault::no_residual ? out_.node("Add", {down, down}) : out_.node("Add", {down, attended});
    if (fault_ == OnnxFault::extra_weight && prefix == "encoder.layer.0.") {
      const size_t shape[] = {bert_.config.hidden};
      const std::vector<float> values(bert_.config.hidden, 2.0F);
      mask_ = out_.node("Add", {mask_, out_.initialiser("position_bias", shape, std::span<const float>(values))});
    }
    return norm(sum, prefix + "output.LayerNorm");
  }

  void add_pooler(const std::string& x) {
    const size_t square[] = {bert_.config.hidden, bert_.config.hidden}, row[] = {bert_.config.hidden};
    const std::vector<float> values(bert_.config.hidden * bert_.config.hidden, 0.5F);
    const std::string first = out_.node("Gather", {x, out_.number(int64_t{0})}, {onnx_integer("axis", 1)});
    const std::string w = out_.initialiser("pooler.dense.weight", square, std::span<const float>(values));
    const std::string b = out_.initialiser("pooler.dense.bias", row, std::span<const float>(values).first(row[0]));
    out_.add_node("Tanh", {out_.node("Gemm", {first, w, b})}, "pooler_output");
    out_.output("pooler_output");
  }

  const TinyBert& bert_;
  const OnnxSpelling spelling_;
  const OnnxFault fault_;
  OnnxWriter out_;
  std::string mask_;
  size_t renamed_ = 0;
};

}  // namespace vicinal::model
