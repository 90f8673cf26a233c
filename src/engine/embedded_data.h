#pragma once
/// Data files that are compiled into the program (cmake/embedded_data.cmake says which).

#include <span>
#include <string_view>

namespace vicinal::engine {

extern const std::string_view kCatalogueJson;  ///< data/models.json

/// data/parity/MODEL.json
struct EmbeddedParity {
  std::string_view model;  ///< the folder name that it is installed under
  const std::string_view* json;
};
extern const std::span<const EmbeddedParity> kParityData;

}  // namespace vicinal::engine
