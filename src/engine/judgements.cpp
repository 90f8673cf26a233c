#include "engine/judgements.h"

#include <charconv>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/line_reader.h"
#include "vicinal/collection.h"

namespace vicinal {
namespace engine {
namespace {

constexpr std::string_view kBetween = " \t\r";
constexpr size_t kMostColumns = 4;

/// At most one column more than a judgement has.
std::vector<std::string_view> columns_of_line(std::string_view line) {
  std::vector<std::string_view> columns;
  for (size_t at = line.find_first_not_of(kBetween); at != std::string_view::npos && columns.size() <= kMostColumns;) {
    const size_t end = std::min(line.find_first_of(kBetween, at), line.size());
    columns.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBetween, end);
  }
  return columns;
}

std::optional<double> gain_of(std::string_view text) {
  double gain = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), gain);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(gain)) return std::nullopt;
  return gain;
}

}  // namespace

Result<std::optional<Judgement>> parse_judgement(std::string_view line) {
  const std::vector<std::string_view> columns = columns_of_line(line);
  if (columns.empty()) return std::optional<Judgement>();
  if (columns.size() != 3 && columns.size() != 4)
    return Error(Code::invalid_argument, "a judgement is \"question 0 document gain\" or \"question document gain\"");
  if (columns[0] == "query-id" && columns.back() == "score") return std::optional<Judgement>();
  const auto gain = gain_of(columns.back());
  if (!gain) return Error(Code::invalid_argument, "the last column of a judgement is a number");
  return std::optional(Judgement{columns[0], columns[columns.size() - 2], *gain});
}

}  // namespace engine

inline namespace v0 {

Result<std::map<std::string, std::map<std::string, double>>> read_judgements(const std::string& path) {
  VICINAL_TRY(base::LineReader lines, base::LineReader::open(path));
  std::map<std::string, std::map<std::string, double>> judgements;
  while (true) {
    VICINAL_TRY(const std::optional<std::string_view> line, lines.next());
    if (!line) return judgements;
    const auto place = [&](std::string message) {
      return Error(Code::invalid_argument, std::move(message))
          .with("path", lines.path())
          .with("line", lines.line_number());
    };
    const auto judgement = engine::parse_judgement(*line);
    if (!judgement) return place(judgement.error().message());
    if (!*judgement) continue;
    const auto& [question, document, gain] = **judgement;
    if (!judgements[std::string(question)].emplace(document, gain).second)
      return place("the document was judged for this question before");
  }
}

}  // namespace v0
}  // namespace vicinal
