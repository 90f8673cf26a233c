#pragma once
/// A small BERT or MPNet of random weights, as a model folder and as a plain forward pass in double precision: the
/// formulas of the papers, one loop each, sharing nothing with the encoder under test.

#include <cmath>
#include <map>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "base/temporary_folder_for_tests.h"
#include "model/encoder.h"
#include "model/safetensors_writer_for_tests.h"

namespace vicinal::model {

using DoubleRows = std::vector<std::vector<double>>;

struct TinyTensor {
  std::vector<size_t> shape;
  std::vector<float> values;
};

struct TinyNames {
  const char *query, *key, *value, *out, *attention_norm;
};

class TinyBert {
 public:
  /// `architecture`: "bert" or "mpnet".
  explicit TinyBert(unsigned seed = 1, const char* architecture = "bert") : random_(seed) {
    config.architecture = architecture;
    config.layers = 2;
    config.hidden = 32;
    config.heads = 4;
    config.intermediate = 80;
    config.vocabulary = 50;
    config.positions = 40;
    config.token_types = is_mpnet() ? 0 : 2;
    config.padding_row = is_mpnet() ? 1 : -1;
    add("embeddings.word_embeddings.weight", {config.vocabulary, config.hidden}, 1.0F);
    add("embeddings.position_embeddings.weight", {config.position_rows(), config.hidden}, 0.5F);
    if (!is_mpnet()) add("embeddings.token_type_embeddings.weight", {config.token_types, config.hidden}, 0.5F);
    add_norm("embeddings.LayerNorm");
    if (is_mpnet()) add("encoder.relative_attention_bias.weight", {32, config.heads}, 1.0F);
    for (size_t i = 0; i < config.layers; ++i) add_layer("encoder.layer." + std::to_string(i) + ".");
  }

  std::string config_json() const {
    return R"({"model_type":")" + config.architecture +
           R"(","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,)"
           R"("intermediate_size":80,"vocab_size":50,"type_vocab_size":2,"layer_norm_eps":1e-12,"hidden_act":"gelu",)"
           R"("max_position_embeddings":)" +
           std::to_string(config.position_rows()) + "}";
  }

  std::string safetensors(std::string_view prefix = "", size_t padding = 0) const {
    SafetensorsWriter writer;
    for (const auto& [name, tensor] : tensors) {
      writer.add_f32(std::string(prefix) + name, tensor.shape, tensor.values);
    }
    return writer.finish(padding);
  }

  void write_to(const base::TemporaryFolder& folder) const {
    folder.write("config.json", config_json());
    folder.write("model.safetensors", safetensors());
  }

  /// The last hidden state of one sequence.
  DoubleRows forward(std::span<const int32_t> ids) const {
    DoubleRows x;
    size_t next = is_mpnet() ? 2 : 0;
    for (const int32_t id : ids) {
      const bool padding = is_mpnet() && id == 1;
      x.push_back(embed(static_cast<size_t>(id), padding ? 1 : next));
      if (!padding) ++next;
    }
    norm(x, "embeddings.LayerNorm");
    for (size_t i = 0; i < config.layers; ++i) layer(x, "encoder.layer." + std::to_string(i) + ".");
    return x;
  }

  EncoderConfig config;
  std::map<std::string, TinyTensor> tensors;

 private:
  bool is_mpnet() const { return config.architecture == "mpnet"; }
  TinyNames names() const {
    if (is_mpnet())
      return {"attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention.LayerNorm"};
    return {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
            "attention.output.LayerNorm"};
  }

  void add(const std::string& name, std::vector<size_t> shape, float spread, float middle = 0.0F) {
    size_t count = 1;
    for (const size_t size : shape) count *= size;
    std::normal_distribution<float> normal(middle, spread);
    TinyTensor tensor{std::move(shape), std::vector<float>(count)};
    for (float& value : tensor.values) value = normal(random_);
    tensors[name] = std::move(tensor);
  }

  void add_norm(const std::string& name) {
    add(name + ".weight", {config.hidden}, 0.1F, 1.0F);
    add(name + ".bias", {config.hidden}, 0.1F);
  }

  void add_linear(const std::string& name, size_t n, size_t k) {
    add(name + ".weight", {n, k}, 0.2F);
    add(name + ".bias", {n}, 0.1F);
  }

  void add_layer(const std::string& prefix) {
    for (const char* name : {names().query, names().key, names().value, names().out}) {
      add_linear(prefix + name, config.hidden, config.hidden);
    }
    add_norm(prefix + names().attention_norm);
    add_linear(prefix + "intermediate.dense", config.intermediate, config.hidden);
    add_linear(prefix + "output.dense", config.hidden, config.intermediate);
    add_norm(prefix + "output.LayerNorm");
  }

  double at(const std::string& name, size_t i) const { return tensors.at(name).values.at(i); }

  std::vector<double> embed(size_t id, size_t position) const {
    std::vector<double> row(config.hidden);
    for (size_t j = 0; j < row.size(); ++j) {
      row[j] = at("embeddings.word_embeddings.weight", id * config.hidden + j) +
               (is_mpnet() ? 0.0 : at("embeddings.token_type_embeddings.weight", j)) +
               at("embeddings.position_embeddings.weight", position * config.hidden + j);
    }
    return row;
  }

  void norm(DoubleRows& x, const std::string& name) const {
    for (auto& row : x) {
      double mean = 0, variance = 0;
      for (const double value : row) mean += value / static_cast<double>(row.size());
      for (const double value : row) variance += (value - mean) * (value - mean) / static_cast<double>(row.size());
      for (size_t j = 0; j < row.size(); ++j) {
        row[j] = (row[j] - mean) / std::sqrt(variance + 1e-12) * at(name + ".weight", j) + at(name + ".bias", j);
      }
    }
  }

  DoubleRows linear(const DoubleRows& x, const std::string& name) const {
    const size_t n = tensors.at(name + ".weight").shape[0];
    DoubleRows out;
    for (const auto& row : x) {
      std::vector<double> y(n);
      for (size_t j = 0; j < n; ++j) {
        y[j] = at(name + ".bias", j);
        for (size_t k = 0; k < row.size(); ++k) y[j] += row[k] * at(name + ".weight", j * row.size() + k);
      }
      out.push_back(std::move(y));
    }
    return out;
  }

  /// The first key of each bucket at or after its query, and mirrored, as PyPI transformers 5.24.0 gave them.
  double bias(size_t head, size_t query, size_t key) const {
    if (!is_mpnet()) return 0.0;
    constexpr size_t kFirst[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91};
    const size_t distance = key > query ? key - query : query - key;
    size_t bucket = 0;
    while (bucket < 15 && kFirst[bucket + 1] <= distance) ++bucket;
    return at("encoder.relative_attention_bias.weight", (key > query ? 16 + bucket : bucket) * config.heads + head);
  }

  DoubleRows attention(const DoubleRows& q, const DoubleRows& k, const DoubleRows& v) const {
    const size_t width = config.hidden / config.heads;
    DoubleRows out(q.size(), std::vector<double>(config.hidden, 0.0));
    for (size_t begin = 0; begin < config.hidden; begin += width) {
      for (size_t i = 0; i < q.size(); ++i) {
        std::vector<double> weight(k.size());
        double total = 0;
        for (size_t j = 0; j < k.size(); ++j) {
          double dot = 0;
          for (size_t d = begin; d < begin + width; ++d) dot += q[i][d] * k[j][d];
          total += weight[j] = std::exp(dot / std::sqrt(static_cast<double>(width)) + bias(begin / width, i, j));
        }
        for (size_t j = 0; j < k.size(); ++j) {
          for (size_t d = begin; d < begin + width; ++d) out[i][d] += weight[j] / total * v[j][d];
        }
      }
    }
    return out;
  }

  static void add_rows(DoubleRows& x, const DoubleRows& y) {
    for (size_t i = 0; i < x.size(); ++i) {
      for (size_t j = 0; j < x[i].size(); ++j) x[i][j] += y[i][j];
    }
  }

  void layer(DoubleRows& x, const std::string& prefix) const {
    const DoubleRows context = attention(linear(x, prefix + names().query), linear(x, prefix + names().key),
                                         linear(x, prefix + names().value));
    add_rows(x, linear(context, prefix + names().out));
    norm(x, prefix + names().attention_norm);
    DoubleRows inner = linear(x, prefix + "intermediate.dense");
    for (auto& row : inner) {
      for (double& value : row) value *= 0.5 * (1 + std::erf(value / std::numbers::sqrt2));
    }
    add_rows(x, linear(inner, prefix + "output.dense"));
    norm(x, prefix + "output.LayerNorm");
  }

  std::mt19937 random_;
};

}  // namespace vicinal::model
