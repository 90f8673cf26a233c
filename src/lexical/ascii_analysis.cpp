#include "lexical/text_analysis.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr std::string_view kKelvinSign = "\u212A";  // the one letter that lower-casing brings into [a-z]

bool is_ascii_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

size_t word_bytes(std::string_view text, size_t at) {
  if (is_ascii_word_byte(text[at])) return 1;
  return text.substr(at).starts_with(kKelvinSign) ? kKelvinSign.size() : 0;
}

}  // namespace

void analyze_ascii(std::string_view text, const AnalysisPlan& plan, TokenStream& out) {
  const uint16_t context = out.scratch().cache.context_of(plan.rules);
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    for (size_t bytes = 0; at < text.size() && (bytes = word_bytes(text, at)) > 0;) at += bytes;
    if (at > begin) {
      add_word(text, {begin, at}, TokenKind::word, out.take_position(), context, plan.rules, out);
    } else {
      ++at;
    }
  }
}

}  // namespace vicinal::lexical
