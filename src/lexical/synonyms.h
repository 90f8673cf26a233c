#pragma once
/// A glossary: what else a query may mean.
///
///     # one rule a line, UTF-8
///     k8s, kubernetes                       any of these stands for the others
///     API => application programming interface, interface      left stands for right, not the other way round
///
/// Words are compared whole, folded and unstemmed; they are literals, nothing in them is a pattern. A query keeps all
/// that it has: what a rule adds are optional clauses of a lower weight, phrases where a right side has several words.
/// The longest left side that matches at a word wins, what was added is not looked at again, and a clause that is there
/// already is not added: applied twice, a glossary adds nothing. Only optional words outside quotes are expanded: what
/// is quoted, required or excluded is meant as it stands.
///
/// A text gets the same in writing, so that vectors and words of documents know both names: behind the first place of
/// each left side its right sides, as people write them.
///
///     The API is slow.  →  The API (application programming interface, interface) is slow.

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lexical/literal_words.h"
#include "lexical/query.h"

namespace vicinal::lexical {

inline constexpr float kSynonymWeight = 0.5F;

/// Immutable and thread-safe.
class Synonyms {
 public:
  static constexpr size_t kMaxFileBytes = size_t{16} << 20;
  static constexpr size_t kMaxRules = 100000;
  static constexpr size_t kMaxAlternatives = 64;   ///< of one line
  static constexpr size_t kMaxAddedClauses = 256;  ///< of one query

  /// not_found, io; invalid_argument with path, line and what is wrong there.
  static Result<Synonyms> from_file(const std::string& path);
  /// `name` stands for the path in errors.
  static Result<Synonyms> parse(std::string_view text, std::string_view name);

  /// Adds to `query`, which was resolved from `parsed` with this analyzer and these languages.
  void expand(const ParsedQuery& parsed, const Analyzer& analyzer, std::span<const std::string> languages,
              Query& query) const;

  /// `text` with what the rules add. What stands there in writing already stays as it is and nothing is added to what
  /// was added, so that annotated(annotated(x)) == annotated(x). Only words with spaces or signs around them are
  /// annotated, and a left side of several words only where nothing but white space is between them. Bounded by
  /// kMaxAddedBytes. REQUIRES: valid UTF-8 of less than 2^31 bytes.
  std::string annotated(std::string_view text) const;
  static constexpr size_t kMaxAddedBytes = 4096;  ///< of one text

  /// The rules as they are applied: glossaries that say the same have equal ones.
  std::string canonical() const;

  bool empty() const { return rules_.empty(); }
  size_t size() const { return rules_.size(); }

 private:
  struct Rule {
    std::vector<std::string> left;   ///< words
    std::vector<std::string> right;  ///< texts
  };
  class Reader;

  class Annotator;

  /// The rule of the longest left side that `words` begin with, or null. REQUIRES: not empty.
  const Rule* longest_at(std::span<const PlacedWord> words) const;

  std::vector<Rule> rules_;
  std::unordered_map<std::string, std::vector<size_t>> by_first_word_;  // rules, longest left sides first
};

}  // namespace vicinal::lexical
