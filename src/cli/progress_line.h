#pragma once
/// How far long work is: a line that rewrites itself on a terminal, or one JSON line a second for programs.

#include <optional>
#include <string>

#include "vicinal/progress.h"

namespace vicinal::cli {

/// Inputs per second and seconds to go, of the stage that is running. Not thread-safe.
class ProgressRate {
 public:
  struct Estimate {
    double rate = 0;            ///< inputs a second since the stage began; 0 while unknown
    std::optional<double> eta;  ///< seconds; empty while unknown
  };
  Estimate update(const Progress& progress);

 private:
  std::string stage_;
  double started_ = 0;
  size_t done_before_ = 0;
};

/// "# embed 1,203 of 3,904 · 230/s · 12 s left".
std::string progress_text(const Progress& progress, const ProgressRate::Estimate& estimate);

/// {"stage","done","total","acknowledged","rate","eta"}; total and eta are null while unknown.
std::string progress_json(const Progress& progress, const ProgressRate::Estimate& estimate);

}  // namespace vicinal::cli
