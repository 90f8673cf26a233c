// Any text in any analysis: spans lie within it and ascend, positions do not fall, keys are UTF-8 of 1 to 255 bytes,
// and a stream that was used before gives what a new one gives. The first two bytes choose specification and language.

#include "lexical/analyzer.h"
#include "lexical_text.h"

namespace {

using namespace vicinal;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void check(const lexical::TokenStream& tokens, size_t text_bytes) {
  const lexical::Token* before = nullptr;
  for (const lexical::Token& token : tokens.tokens()) {
    const std::string_view key = tokens.key(token);
    require(!key.empty() && key.size() == token.key_bytes && base::valid_utf8(key));
    require(token.byte_start < token.byte_end && token.byte_end <= text_bytes);
    require(token.position < tokens.next_position());
    if (before != nullptr) require(before->position <= token.position && before->byte_start <= token.byte_start);
    before = &token;
  }
}

bool same(const lexical::TokenStream& a, const lexical::TokenStream& b) {
  if (a.tokens().size() != b.tokens().size() || a.next_position() != b.next_position()) return false;
  for (size_t i = 0; i < a.tokens().size(); ++i) {
    const lexical::Token &x = a.tokens()[i], &y = b.tokens()[i];
    if (a.key(x) != b.key(y) || x.position != y.position || x.byte_start != y.byte_start || x.kind != y.kind)
      return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const char* const kSpecs[] = {"unicode",
                                       "unicode stop=auto",
                                       "unicode nofold",
                                       "unicode noparts stem=none",
                                       "unicode segment=icu",
                                       "ascii stem=en stop=lucene33",
                                       "ascii"};
  static const char* const kLanguages[] = {"",   "en", "de", "fr", "it", "ca", "tr", "ru", "el", "ar",
                                           "hi", "ne", "sr", "hu", "hy", "ta", "yi", "fi", "zh", "th"};
  static lexical::TokenStream used;
  if (size < 2) return 0;
  const lexical::Analyzer analyzer(lexical::AnalyzerSpec::parse(kSpecs[data[0] % std::size(kSpecs)]).value());
  const char* language = kLanguages[data[1] % std::size(kLanguages)];
  const std::string text = lexical_text({reinterpret_cast<const char*>(data) + 2, size - 2});
  lexical::TokenStream fresh;
  used.clear();
  analyzer.analyze(text, language, used);
  analyzer.analyze(text, language, fresh);
  check(fresh, text.size());
  require(same(used, fresh));
  (void)lexical::AnalyzerSpec::parse(text.substr(0, 200));
  return 0;
}
