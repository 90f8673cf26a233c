#pragma once
/// The patterns of .gitignore files.

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::read {

/// One compiled pattern: `?`, `*`, `[a-z]`, `[!…]`, `[[:alpha:]]`, `\x` within a part; `**/`, `/**`, `/**/` across
/// parts (gitignore(5)). Matching takes time in pattern length times path length whatever the pattern. Thread-safe.
class Glob {
 public:
  /// A pattern that cannot match (an open bracket) matches nothing.
  explicit Glob(std::string_view pattern);
  bool matches(std::string_view path) const;

 private:
  enum class Kind : uint8_t { byte, any_byte, set, part, folders, rest };
  struct Token {
    Kind kind;
    unsigned char byte = 0;
    uint32_t set = 0;  ///< index into sets_
  };
  using Set = std::bitset<256>;

  void add_stars(std::string_view pattern, size_t& at);
  bool add_set(std::string_view pattern, size_t& at);
  bool takes(const Token& token, unsigned char byte) const;
  bool run(std::string_view path) const;

  std::vector<Token> tokens_;
  std::vector<Set> sets_;
  bool possible_ = true;
  bool literal_ = false;  ///< bytes only
  bool suffix_ = false;   ///< one `*`, then bytes only
  std::string bytes_;     ///< those bytes
};

}  // namespace vicinal::read
