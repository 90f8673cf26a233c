#include "engine/noise.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "vicinal/embedding.h"

namespace vicinal::engine {
namespace {

constexpr size_t kFewestPassages = 15;    // their pairs are a hundred
constexpr size_t kFewestForProbes = 100;  // the best of fewer says little
constexpr size_t kSampledVectors = 512;
constexpr size_t kProbesTogether = 8;
constexpr uint64_t kNoiseSeed = 1;

bool is_current(const std::optional<retrieve::NoiseFloor>& floor, size_t rows) {
  if (!floor) return false;
  const size_t larger = std::max(floor->rows, rows), smaller = std::min(floor->rows, rows);
  return (larger - smaller) * 5 <= larger;
}

Result<retrieve::NoiseFloor> fit_pairs(index::Store& store, size_t rows) {
  const size_t dimensions = store.identity().dimensions;
  VICINAL_TRY(const std::vector<float> drawn, store.random_vectors(kSampledVectors, kNoiseSeed));
  const auto row_of = [&](size_t row) -> Result<std::span<const float>> {
    return std::span(drawn).subspan(row * dimensions, dimensions);
  };
  VICINAL_TRY(retrieve::NoiseFloor floor,
              retrieve::fit_noise_floor(drawn.size() / dimensions, retrieve::cosine_of(row_of)));
  floor.rows = rows;
  return floor;
}

Result<retrieve::ProbeFloor> fit_probes(index::Store& store, const embed::LocalEmbedder& embedder, const Watch& watch) {
  const auto questions = retrieve::probe_questions();
  const std::vector<std::string_view> texts(questions.begin(), questions.end());
  Matrix vectors(texts.size(), embedder.dimensions());
  VICINAL_TRY_VOID(embedder.embed(
      texts, Role::query, {vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()}, nullptr, watch));
  std::vector<float> tops;
  for (size_t i = 0; i < texts.size(); i += kProbesTogether) {
    const size_t count = std::min(kProbesTogether, texts.size() - i);
    VICINAL_TRY(const auto found, store.search_all({vectors.row(i).data(), count, vectors.cols(), vectors.cols()},
                                                   {.query = {}, .limit = 1, .metric = Metric::cosine}));
    for (const auto& hits : found)
      if (!hits.empty()) tops.push_back(hits.front().score);
  }
  return retrieve::fit_probe_floor(tops);
}

}  // namespace

Result<> renew_noise_floor(index::Store& store, const embed::LocalEmbedder* embedder, const Watch& watch) {
  if (store.identity().metric != Metric::cosine) return {};
  VICINAL_TRY(const index::StoreSelection all, store.count({}));
  if (all.chunks < kFewestPassages || is_current(noise_floor_of(store), all.chunks)) return {};
  VICINAL_TRY(retrieve::NoiseFloor floor, fit_pairs(store, all.chunks));
  if (embedder != nullptr && all.chunks >= kFewestForProbes) {
    VICINAL_TRY(floor.probes, fit_probes(store, *embedder, watch));
  }
  return store.set_noise_floor(retrieve::to_json(floor));
}

std::optional<retrieve::NoiseFloor> noise_floor_of(const index::Store& store) {
  auto floor = retrieve::parse_noise_floor(store.identity().noise_floor_json);
  if (!floor) return std::nullopt;
  return *std::move(floor);
}

bool is_above_noise(const std::optional<retrieve::NoiseFloor>& floor, Metric metric,
                    const retrieve::AnswerSigns& signs) {
  if (!floor || !floor->probes || metric != Metric::cosine) return true;
  return retrieve::answers(*floor->probes, signs);
}

}  // namespace vicinal::engine
