#include "model/arch/registry.h"

#include <array>

#include "model/arch/bert.h"
#include "model/arch/mpnet.h"
#include "model/checkpoint.h"

namespace vicinal::model {
namespace {

constexpr std::array kArchitectures = {
    Architecture{.model_type = "bert", .prefix = "bert.", .token_types = true, .padding_row = -1, .load = load_bert},
    Architecture{.model_type = "mpnet", .prefix = "mpnet.", .token_types = false, .padding_row = 1, .load = load_mpnet},
};

}  // namespace

const Architecture* find_architecture(std::string_view model_type) {
  for (const Architecture& each : kArchitectures) {
    if (each.model_type == model_type) return &each;
  }
  return nullptr;
}

std::string architecture_names() {
  std::string names;
  for (const Architecture& each : kArchitectures) names += (names.empty() ? "" : ", ") + std::string(each.model_type);
  return names;
}

}  // namespace vicinal::model
