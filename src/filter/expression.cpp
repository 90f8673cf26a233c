#include "filter/expression.h"

#include <algorithm>

#include "filter/tokens.h"

namespace vicinal::filter {
namespace {

using Kind = Condition::Kind;

/// A parser by recursive descent; one function a rule of the grammar.
class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(text) {}

  Result<Condition> parse() {
    VICINAL_TRY(Condition condition, either(0));
    if (tokens_.next().kind != Token::Kind::end) return expected("`and`, `or` or the end");
    return condition;
  }

 private:
  Result<Condition> either(size_t depth) { return series(Kind::any, "or", depth); }

  Result<Condition> series(Kind kind, std::string_view word, size_t depth) {
    Condition out{.kind = kind};
    do {
      VICINAL_TRY(Condition part, kind == Kind::any ? series(Kind::all, "and", depth) : one(depth));
      out.parts.push_back(std::move(part));
    } while (tokens_.take_word(word));
    return out.parts.size() == 1 ? std::move(out.parts[0]) : std::move(out);
  }

  Result<Condition> one(size_t depth) {
    if (depth > kMaxFilterDepth) return expected("a filter of at most 32 levels");
    if (tokens_.take_word("not")) {
      VICINAL_TRY(Condition condition, one(depth + 1));
      return negation(std::move(condition));
    }
    if (!tokens_.take_sign("(")) return test();
    VICINAL_TRY(Condition condition, either(depth + 1));
    if (!tokens_.take_sign(")")) return expected("`)`");
    return condition;
  }

  Result<Condition> test() {
    const Token field = tokens_.next();
    const bool name = field.kind == Token::Kind::word || field.kind == Token::Kind::quoted;
    if (!name || field.text.empty()) return expected("the name of a field");
    tokens_.advance();
    Condition out{.field = field.text};
    if (tokens_.take_word("exists")) return with(std::move(out), Kind::exists);
    if (tokens_.take_word("is")) return null_test(std::move(out));
    if (tokens_.take_word("in")) return set(std::move(out));
    if (tokens_.take_word("contains")) return text_test(std::move(out), Kind::contains);
    if (tokens_.take_word("prefix")) return text_test(std::move(out), Kind::prefix);
    if (tokens_.take_word("not")) {
      if (!tokens_.take_word("in")) return expected("`in`");
      VICINAL_TRY(Condition condition, set(std::move(out)));
      return negation(std::move(condition));
    }
    return comparison(std::move(out));
  }

  static Condition with(Condition condition, Kind kind) {
    condition.kind = kind;
    return condition;
  }

  Result<Condition> null_test(Condition out) {
    const bool negated = tokens_.take_word("not");
    if (!tokens_.take_word("null")) return expected("`null`");
    out.kind = Kind::is_null;
    return negated ? negation(std::move(out)) : std::move(out);
  }

  Result<Condition> set(Condition out) {
    if (!tokens_.take_sign("(")) return expected("`(` and values");
    out.kind = Kind::equals;
    do {
      VICINAL_TRY(Value value, this->value(out.field));
      out.values.push_back(std::move(value));
    } while (tokens_.take_sign(","));
    if (!tokens_.take_sign(")")) return expected("`,` or `)`");
    return out;
  }

  Result<Condition> text_test(Condition out, Kind kind) {
    const Token token = tokens_.next();
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted) return expected("a text");
    tokens_.advance();
    out.kind = kind;
    out.text = token.text;
    return out;
  }

  Result<Condition> comparison(Condition out) {
    for (const std::string_view sign : {"==", "=", "!="}) {
      if (!tokens_.take_sign(sign)) continue;
      VICINAL_TRY(Value value, this->value(out.field));
      out.kind = Kind::equals;
      out.values.push_back(std::move(value));
      return sign == "!=" ? negation(std::move(out)) : std::move(out);
    }
    if (tokens_.take_sign("~")) return text_test(std::move(out), Kind::glob);
    if (tokens_.take_sign("!~")) {
      VICINAL_TRY(Condition condition, text_test(std::move(out), Kind::glob));
      return negation(std::move(condition));
    }
    return order(std::move(out));
  }

  Result<Condition> order(Condition out) {
    const std::string sign(tokens_.next().text);
    std::optional<Number>* const bound = sign == "<"    ? &out.range.lt
                                         : sign == "<=" ? &out.range.lte
                                         : sign == ">"  ? &out.range.gt
                                         : sign == ">=" ? &out.range.gte
                                                        : nullptr;
    if (bound == nullptr || !tokens_.take_sign(sign))
      return expected("=, !=, <, <=, >, >=, ~, in, contains, prefix, exists or is null");
    const Token token = tokens_.next();
    *bound = token.number;
    if (!*bound) {
      *bound = timestamp(token.text);
      out.range.dates = true;
    }
    if (!*bound) return expected("a number or a date (2024-05-01, 2024-05-01T12:30:00Z)");
    tokens_.advance();
    out.kind = Kind::range;
    return out;
  }

  /// `field`: those that are texts whatever they look like need no quotes.
  Result<Value> value(std::string_view field) {
    const Token token = tokens_.next();
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted) return expected("a value");
    tokens_.advance();
    const bool text = token.kind == Token::Kind::quoted || field == "id" || field == "path" || field == "title";
    if (text) return Value(token.text);
    if (token.number) return Value(*token.number);
    if (token.text == "true" || token.text == "false") return Value(token.text == "true");
    return Value(token.text);
  }

  Error expected(std::string_view what) const {
    const Token& token = tokens_.next();
    if (token.kind == Token::Kind::open_quote)
      return Error(Code::invalid_argument, "a quote in the filter is not closed").with("at", token.at + 1);
    return Error(Code::invalid_argument, "the filter cannot be read: expected " + std::string(what))
        .with("at", token.at + 1)
        .with("found", token.kind == Token::Kind::end ? "the end" : token.text);
  }

  Tokens tokens_;
};

}  // namespace

Result<Condition> parse_expression(std::string_view text) {
  if (!base::valid_utf8(text)) return Error(Code::invalid_argument, "the filter is not valid UTF-8");
  return Parser(text).parse();
}

}  // namespace vicinal::filter
