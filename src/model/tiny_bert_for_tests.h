#pragma once
/// A small BERT of random weights, as a model folder and as a plain forward pass in double precision: the formulas of
/// the paper, one loop each, sharing nothing with the encoder under test.

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

class TinyBert {
 public:
  explicit TinyBert(unsigned seed = 1) : random_(seed) {
    config.architecture = "bert";
    config.layers = 2;
    config.hidden = 32;
    config.heads = 4;
    config.intermediate = 80;
    config.vocabulary = 50;
    config.positions = 40;
    config.token_types = 2;
    add("embeddings.word_embeddings.weight", {config.vocabulary, config.hidden}, 1.0F);
    add("embeddings.position_embeddings.weight", {config.positions, config.hidden}, 0.5F);
    add("embeddings.token_type_embeddings.weight", {config.token_types, config.hidden}, 0.5F);
    add_norm("embeddings.LayerNorm");
    for (size_t i = 0; i < config.layers; ++i) add_layer("encoder.layer." + std::to_string(i) + ".");
  }

  std::string config_json() const {
    return R"({"model_type":"bert","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,)"
           R"("intermediate_size":80,"vocab_size":50,"max_position_embeddings":40,"type_vocab_size":2,)"
           R"("layer_norm_eps":1e-12,"hidden_act":"gelu"})";
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
    for (size_t t = 0; t < ids.size(); ++t) x.push_back(embed(static_cast<size_t>(ids[t]), t));
    norm(x, "embeddings.LayerNorm");
    for (size_t i = 0; i < config.layers; ++i) layer(x, "encoder.layer." + std::to_string(i) + ".");
    return x;
  }

  EncoderConfig config;
  std::map<std::string, TinyTensor> tensors;

 private:
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
    for (const char* name : {"attention.self.query", "attention.self.key", "attention.self.value"}) {
      add_linear(prefix + name, config.hidden, config.hidden);
    }
    add_linear(prefix + "attention.output.dense", config.hidden, config.hidden);
    add_norm(prefix + "attention.output.LayerNorm");
    add_linear(prefix + "intermediate.dense", config.intermediate, config.hidden);
    add_linear(prefix + "output.dense", config.hidden, config.intermediate);
    add_norm(prefix + "output.LayerNorm");
  }

  double at(const std::string& name, size_t i) const { return tensors.at(name).values.at(i); }

  std::vector<double> embed(size_t id, size_t position) const {
    std::vector<double> row(config.hidden);
    for (size_t j = 0; j < row.size(); ++j) {
      row[j] = at("embeddings.word_embeddings.weight", id * config.hidden + j) +
               at("embeddings.token_type_embeddings.weight", j) +
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
          total += weight[j] = std::exp(dot / std::sqrt(static_cast<double>(width)));
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
    const std::string self = prefix + "attention.self.";
    const DoubleRows context = attention(linear(x, self + "query"), linear(x, self + "key"), linear(x, self + "value"));
    add_rows(x, linear(context, prefix + "attention.output.dense"));
    norm(x, prefix + "attention.output.LayerNorm");
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
