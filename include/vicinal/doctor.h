#pragma once
/// Checks that a user can run: is the machine, the model and its arithmetic as it should be?

#include <string>
#include <string_view>
#include <vector>

#include "vicinal/embedder.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

struct Finding {
  enum class Status { ok, warning, failed };
  std::string check;  ///< "model", "parity bf16", "cache directory" …
  Status status = Status::ok;
  std::string detail;  ///< what was found, with figures
  std::string fix;     ///< what to do; empty when ok
};

/// Processor, directories, model folder and a known sentence.
std::vector<Finding> check_health(std::string_view model);

/// The model's vectors against reference vectors that ship with the program, at every precision: the smallest
/// cosine over the texts beside its bound. A model without stored references is compared with its own f32.
std::vector<Finding> check_parity(std::string_view model);

}  // namespace v0
}  // namespace vicinal
