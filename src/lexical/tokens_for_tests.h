#pragma once
/// Tokens as text, for tests of the lexical layer.

#include <set>
#include <string>
#include <string_view>

#include "lexical/analyzer.h"

namespace vicinal::lexical {

inline Analyzer make_analyzer(std::string_view spec) { return Analyzer(AnalyzerSpec::parse(spec).value()); }

/// "0:well-known 0:well 1:known": positions and keys; the language mark is written as '/'.
inline std::string analyzed(std::string_view text, std::string_view language = "", std::string_view spec = "") {
  TokenStream tokens;
  make_analyzer(spec).analyze(text, language, tokens);
  std::string out;
  for (const Token& token : tokens.tokens()) {
    std::string key(tokens.key(token));
    if (const size_t mark = key.find('\x01'); mark != std::string::npos) key[mark] = '/';
    out += (out.empty() ? "" : " ") + std::to_string(token.position) + ":" + key;
  }
  return out;
}

inline std::set<std::string> key_set(std::string_view text, std::string_view language, std::string_view spec = "") {
  TokenStream tokens;
  make_analyzer(spec).analyze(text, language, tokens);
  std::set<std::string> keys;
  for (const Token& token : tokens.tokens())
    if (token.kind != TokenKind::last_character) keys.emplace(tokens.key(token));
  return keys;
}

}  // namespace vicinal::lexical
