#pragma once
/// Reference vectors that ship with the program, and the comparison of a model's own vectors with them.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "vicinal/embedder.h"
#include "vicinal/embedding.h"

namespace vicinal::engine {

/// Smallest cosine to the reference that counts as agreement: 0.99999 for f32, 0.9999 for bf16, 0.995 for int8. A set
/// of reference vectors may state its model's own.
double parity_bound(Precision precision);

struct ParitySet {
  std::string model;  ///< folder name
  std::vector<std::string> texts;
  Matrix vectors;                           ///< [texts, dimensions], f32, unit length, role document
  std::map<Precision, double> bounds = {};  ///< in (0, 1]

  double bound(Precision precision) const;
};

/// corrupt for anything but the form that tools/make_parity.py writes.
Result<ParitySet> parse_parity(std::string_view json);

/// The compiled-in set of a model (by folder name); null when there is none. Thread-safe.
const ParitySet* stored_parity(std::string_view model);

/// Texts of several lengths and scripts for models without a stored set.
const std::vector<std::string>& parity_sentences();

struct Agreement {
  double smallest_cosine = 1;
  size_t text = 0;  ///< where it was
};
/// REQUIRES: matrices of one shape.
Agreement compare_rows(const Matrix& reference, const Matrix& vectors);

}  // namespace vicinal::engine
