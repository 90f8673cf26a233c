#pragma once
/// Data files that are compiled into the program (cmake/embedded_data.cmake says which).

#include <string_view>

namespace vicinal::engine {

extern const std::string_view kCatalogueJson;     ///< data/models.json
extern const std::string_view kMiniLmParityJson;  ///< data/parity/all-MiniLM-L6-v2.json

}  // namespace vicinal::engine
