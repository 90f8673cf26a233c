#include "lexical/synonyms.h"

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "lexical/literal_words.h"
#include "text/boundaries.h"

namespace vicinal::lexical {
namespace {

constexpr std::string_view kArrow = "=>";

std::string_view trimmed(std::string_view text) {
  const size_t begin = text::skip_white_space(text, 0);
  return text.substr(begin, text::trim_white_space(text, begin, text.size()) - begin);
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    if (const std::string_view part = trimmed(text.substr(at, end - at)); !part.empty()) parts.push_back(part);
    at = end + 1;
  }
  return parts;
}

/// As Clause's == but for weight and place.
bool asks_the_same(const Clause& a, const Clause& b) {
  return a.occur == b.occur && a.match == b.match && a.field == b.field && a.terms == b.terms;
}

}  // namespace

class Synonyms::Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  Result<Synonyms> read(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      ++line_;
      VICINAL_TRY_VOID(read_line(text.substr(at, end - at)));
      at = end + 1;
    }
    index();
    return std::move(out_);
  }

 private:
  Error wrong(std::string_view what) const {
    return Error(Code::invalid_argument, std::string(what)).with("path", name_).with("line", line_);
  }

  Result<> read_line(std::string_view line) {
    line = trimmed(line);
    if (line.starts_with("\uFEFF")) line.remove_prefix(3);
    if (line.empty() || line.starts_with('#')) return {};
    const size_t arrow = line.find(kArrow);
    const bool one_way = arrow != std::string_view::npos;
    const auto left = split_at_commas(line.substr(0, one_way ? arrow : line.size()));
    const auto right = one_way ? split_at_commas(line.substr(arrow + kArrow.size())) : left;
    if (one_way && (left.empty() || right.empty())) return wrong("a synonym rule needs words on both sides of =>");
    if (!one_way && left.size() < 2)
      return wrong("a synonym rule needs at least two words with a comma between, or =>");
    if (std::max(left.size(), right.size()) > kMaxAlternatives) return wrong("a synonym rule has more than 64 words");
    for (size_t i = 0; i < left.size(); ++i) VICINAL_TRY_VOID(add_rule(left[i], right));
    return {};
  }

  Result<> add_rule(std::string_view left, const std::vector<std::string_view>& right) {
    if (out_.rules_.size() == kMaxRules) return wrong("more than 100,000 synonym rules");
    Rule rule;
    for (const PlacedWord& word : words_.of(left)) rule.left.push_back(word.word);
    if (rule.left.empty()) return wrong("a synonym rule has a word without letters and digits");
    for (const std::string_view text : right)
      if (text != left) rule.right.emplace_back(text);
    out_.rules_.push_back(std::move(rule));
    return {};
  }

  void index() {
    for (size_t i = 0; i < out_.rules_.size(); ++i) out_.by_first_word_[out_.rules_[i].left[0]].push_back(i);
    for (auto& [word, rules] : out_.by_first_word_)
      std::ranges::stable_sort(rules, std::greater(), [&](size_t i) { return out_.rules_[i].left.size(); });
  }

  std::string_view name_;
  size_t line_ = 0;
  LiteralWords words_;
  Synonyms out_;
};

Result<Synonyms> Synonyms::from_file(const std::string& path) {
  VICINAL_TRY(const std::string text, base::read_file(path, kMaxFileBytes));
  return parse(text, path);
}

Result<Synonyms> Synonyms::parse(std::string_view text, std::string_view name) {
  size_t bad = 0;
  if (!base::valid_utf8(text, &bad))
    return Error(Code::invalid_argument, "the synonyms are not valid UTF-8")
        .with("path", name)
        .with("line", 1 + std::ranges::count(text.substr(0, bad), '\n'));
  return Reader(name).read(text);
}

const Synonyms::Rule* Synonyms::longest_at(std::span<const PlacedWord> words) const {
  const auto rules = by_first_word_.find(words.front().word);
  if (rules == by_first_word_.end()) return nullptr;
  const auto same = [](const std::string& left, const PlacedWord& word) { return left == word.word; };
  for (const size_t i : rules->second) {
    const std::vector<std::string>& left = rules_[i].left;
    if (left.size() <= words.size() && std::equal(left.begin(), left.end(), words.begin(), same)) return &rules_[i];
  }
  return nullptr;
}

namespace {

/// The words of optional text in a query, those of neighbouring pieces in one row.
struct WordRow {
  Field field = Field::any;
  std::vector<PlacedWord> words;  // placed in the query
};

std::vector<WordRow> word_rows(const ParsedQuery& parsed) {
  LiteralWords literal;
  std::vector<WordRow> rows;
  bool open = false;
  for (const QueryPiece& piece : parsed.pieces) {
    const bool text = piece.match == Match::term && piece.occur == Occur::optional;
    if (text && (!open || rows.back().field != piece.field)) rows.push_back({.field = piece.field, .words = {}});
    open = text;
    if (!text) continue;
    const auto start = static_cast<uint32_t>(piece.text_start);
    for (const PlacedWord& word : literal.of(piece.text))
      rows.back().words.push_back({word.word, start + word.begin, start + word.end});
  }
  return rows;
}

/// The right side of a rule as a clause; without terms if it has no word.
Clause synonym_clause(const std::string& text, const Analyzer& analyzer, std::span<const std::string> languages) {
  const ParsedQuery quoted{.pieces = {{.match = Match::phrase, .text = text}}, .notes = {}};
  Query query = resolve(quoted, analyzer, languages);
  return query.clauses.empty() ? Clause{} : std::move(query.clauses[0]);
}

/// False: it was there.
bool add_once(Clause clause, Query& query) {
  const auto same = [&](const Clause& other) { return asks_the_same(other, clause); };
  if (clause.terms.empty() || std::ranges::any_of(query.clauses, same)) return false;
  query.clauses.push_back(std::move(clause));
  return true;
}

}  // namespace

void Synonyms::expand(const ParsedQuery& parsed, const Analyzer& analyzer, std::span<const std::string> languages,
                      Query& query) const {
  size_t added = 0;
  for (const WordRow& row : word_rows(parsed)) {
    for (size_t at = 0; at < row.words.size();) {
      const Rule* rule = longest_at(std::span(row.words).subspan(at));
      const size_t size = rule == nullptr ? 1 : rule->left.size();
      for (size_t i = 0; rule != nullptr && i < rule->right.size() && added < kMaxAddedClauses; ++i) {
        Clause clause = synonym_clause(rule->right[i], analyzer, languages);
        clause.field = row.field;
        clause.weight = kSynonymWeight;
        clause.byte_start = row.words[at].begin;
        clause.byte_end = row.words[at + size - 1].end;
        added += add_once(std::move(clause), query);
      }
      at += size;
    }
  }
  if (added == kMaxAddedClauses) query.notes.emplace_back("more synonyms than are asked for: the first ones are");
}

}  // namespace vicinal::lexical
