#pragma once
/// Search results as JSON (docs/schemas/search.json).

#include <string>
#include <string_view>

#include "base/json.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

/// `with_context`: with the lines around the passage.
void write_hit(base::JsonWriter& out, const Hit& hit, bool with_context = false);

/// What is only told when it was asked for.
struct JsonDetails {
  bool context = false;
  bool plan = false;
};

/// {"query","hits":[…],"chunks_searched","embed_ms","search_ms","schema":2}, one line.
std::string search_json(std::string_view query, const SearchResult& result, const JsonDetails& details = {});

/// Stored metadata as it goes into JSON: "{}" when there is none.
std::string_view metadata_json(const std::string& metadata);

}  // namespace vicinal::cli
