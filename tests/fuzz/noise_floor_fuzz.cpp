/// A noise floor that parses must be written so that it parses to the same, and give percentiles between 0 and 100.

#include <cstdlib>

#include "retrieve/noise_floor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vicinal;
  const auto floor = retrieve::parse_noise_floor({reinterpret_cast<const char*>(data), size});
  if (!floor) return 0;
  const std::string written = retrieve::to_json(*floor);
  const auto again = retrieve::parse_noise_floor(written);
  if (!again || retrieve::to_json(*again) != written) std::abort();
  for (const double score : {-1.0, 0.0, floor->mean, floor->quantiles[6], 1.0}) {
    const double share = retrieve::percentile(*floor, score);
    if (!(share >= 0 && share <= 100)) std::abort();
  }
  if (floor->probes) (void)retrieve::answers(*floor->probes, {.best_similarity = 0.4, .lexical_share = 0.2});
  return 0;
}
