#include "embed/prompts.h"

namespace vicinal::embed {
namespace {

/// Newer sentence-transformers write empty prompts into folders whose models were trained with one: empty says nothing.
const std::string& first_filled(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

}  // namespace

Prompts choose_prompts(const model::ModelFolder& folder, const Prompts& fallback) {
  return {first_filled(folder.query_prompt(), fallback.query),
          first_filled(folder.document_prompt(), fallback.document)};
}

}  // namespace vicinal::embed
