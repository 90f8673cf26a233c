#include "read/glob.h"

#include <algorithm>
#include <cctype>

namespace vicinal::read {
namespace {

using Set = std::bitset<256>;

struct NamedSet {
  std::string_view name;
  int (*holds)(int);
};
constexpr NamedSet kNamedSets[] = {
    {"alnum", [](int c) { return std::isalnum(c); }}, {"alpha", [](int c) { return std::isalpha(c); }},
    {"blank", [](int c) { return std::isblank(c); }}, {"cntrl", [](int c) { return std::iscntrl(c); }},
    {"digit", [](int c) { return std::isdigit(c); }}, {"graph", [](int c) { return std::isgraph(c); }},
    {"lower", [](int c) { return std::islower(c); }}, {"print", [](int c) { return std::isprint(c); }},
    {"punct", [](int c) { return std::ispunct(c); }}, {"space", [](int c) { return std::isspace(c); }},
    {"upper", [](int c) { return std::isupper(c); }}, {"xdigit", [](int c) { return std::isxdigit(c); }}};

/// "[:name:]" at `at`: adds it and moves behind. False: it is none.
bool add_named(std::string_view pattern, size_t& at, Set& set) {
  if (pattern.substr(at, 2) != "[:") return false;
  const size_t end = pattern.find(":]", at + 2);
  if (end == std::string_view::npos) return false;
  const std::string_view name = pattern.substr(at + 2, end - at - 2);
  for (const NamedSet& named : kNamedSets) {
    if (named.name != name) continue;
    for (int byte = 0; byte < 128; ++byte) {
      if (named.holds(byte) != 0) set.set(static_cast<size_t>(byte));
    }
    at = end + 2;
    return true;
  }
  return false;
}

/// One byte of a bracket expression, a backslash taken away; moves behind it.
unsigned char take_byte(std::string_view pattern, size_t& at) {
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return static_cast<unsigned char>(pattern[at++]);
}

void add_range(std::string_view pattern, size_t& at, Set& set) {
  const unsigned char first = take_byte(pattern, at);
  unsigned char last = first;
  if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') last = take_byte(pattern, ++at);
  for (int byte = first; byte <= last; ++byte) set.set(static_cast<size_t>(byte));
}

}  // namespace

Glob::Glob(std::string_view pattern) {
  for (size_t at = 0; at < pattern.size() && possible_;) {
    const char c = pattern[at];
    if (c == '*') {
      add_stars(pattern, at);
    } else if (c == '?') {
      tokens_.push_back({Kind::any_byte});
      ++at;
    } else if (c == '[') {
      possible_ = add_set(pattern, at);
    } else if (c == '\\' && at + 1 == pattern.size()) {
      possible_ = false;
    } else {
      if (c == '\\') ++at;
      tokens_.push_back({Kind::byte, static_cast<unsigned char>(pattern[at++])});
    }
  }
  const size_t skip = !tokens_.empty() && tokens_[0].kind == Kind::part ? 1 : 0;
  const bool plain = std::all_of(tokens_.begin() + static_cast<std::ptrdiff_t>(skip), tokens_.end(),
                                 [](const Token& token) { return token.kind == Kind::byte; });
  literal_ = plain && skip == 0;
  suffix_ = plain && skip == 1;
  for (size_t i = skip; plain && i < tokens_.size(); ++i) bytes_.push_back(static_cast<char>(tokens_[i].byte));
}

/// `**` means folders only where it is a whole part; elsewhere stars in a row are one.
void Glob::add_stars(std::string_view pattern, size_t& at) {
  const size_t begin = at;
  while (at < pattern.size() && pattern[at] == '*') ++at;
  const bool part_begins = begin == 0 || pattern[begin - 1] == '/';
  const bool two = at - begin == 2 && part_begins;
  if (two && at < pattern.size() && pattern[at] == '/') {
    tokens_.push_back({Kind::folders});
    ++at;
  } else if (two && at == pattern.size() && begin > 0) {
    tokens_.push_back({Kind::rest});
  } else {
    tokens_.push_back({Kind::part});
  }
}

/// A bracket expression; false when it does not end.
bool Glob::add_set(std::string_view pattern, size_t& at) {
  Set set;
  ++at;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    if (!add_named(pattern, at, set)) add_range(pattern, at, set);
  }
  if (at >= pattern.size()) return false;
  ++at;
  if (negated) set.flip();
  set.reset('/');
  tokens_.push_back({Kind::set, 0, static_cast<uint32_t>(sets_.size())});
  sets_.push_back(set);
  return true;
}

bool Glob::takes(const Token& token, unsigned char byte) const {
  switch (token.kind) {
    case Kind::byte:
      return token.byte == byte;
    case Kind::any_byte:
    case Kind::part:
      return byte != '/';
    case Kind::set:
      return sets_[token.set].test(byte);
    case Kind::folders:
    case Kind::rest:
      return true;
  }
  return false;
}

/// All states at once: state i is "the first i tokens have matched what was read".
bool Glob::run(std::string_view path) const {
  std::vector<char> now(tokens_.size() + 1), next(tokens_.size() + 1);
  now[0] = 1;
  bool part_begins = true;
  for (size_t at = 0;; ++at) {
    for (size_t i = 0; i < tokens_.size(); ++i) {  // tokens that may match nothing
      const Kind kind = tokens_[i].kind;
      if (now[i] && (kind == Kind::part || (kind == Kind::folders && part_begins))) now[i + 1] = 1;
    }
    if (at == path.size()) return now[tokens_.size()] != 0;
    const auto byte = static_cast<unsigned char>(path[at]);
    std::fill(next.begin(), next.end(), 0);
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!now[i] || !takes(tokens_[i], byte)) continue;
      const Kind kind = tokens_[i].kind;
      const bool stays = kind == Kind::part || kind == Kind::folders || kind == Kind::rest;
      next[stays ? i : i + 1] = 1;
      if (kind == Kind::rest) next[i + 1] = 1;
    }
    now.swap(next);
    part_begins = byte == '/';
  }
}

bool Glob::matches(std::string_view path) const {
  if (!possible_) return false;
  if (literal_) return path == bytes_;
  if (suffix_)
    return path.ends_with(bytes_) && path.substr(0, path.size() - bytes_.size()).find('/') == std::string_view::npos;
  return run(path);
}

}  // namespace vicinal::read
