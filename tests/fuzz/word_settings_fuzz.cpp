// What a collection says of its words: any text is settings that can be written and read again, or an error.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "index/word_settings.h"
#include "lexical_text.h"
#include "postings/scoring_text.h"

namespace {

using namespace vicinal;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = lexical_text({reinterpret_cast<const char*>(data), size});
  if (const auto scoring = postings::parse_scoring(text)) {
    const auto again = postings::parse_scoring(postings::scoring_text(*scoring));
    require(again.ok() && *again == *scoring);
  }
  if (const auto spec = lexical::AnalyzerSpec::parse(text)) {
    const auto again = lexical::AnalyzerSpec::parse(spec->to_string());
    require(again.ok() && *again == *spec);
  }
  const std::string code = index::language_code(text);
  require(code.empty() || index::language_code(code) == code);
  const auto rules = index::WordRules::make({.glossary = text});
  if (rules) (void)(*rules)->document_language(text, text);
  return 0;
}
