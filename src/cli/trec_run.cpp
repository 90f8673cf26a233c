#include "cli/trec_run.h"

#include <fmt/format.h>

#include <set>

#include "base/check.h"
#include "base/json.h"
#include "base/line_reader.h"
#include "cli/input.h"

namespace vicinal::cli {
namespace {

bool is_one_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n\f\v") == std::string_view::npos;
}

/// From an id as JSON.
std::string plain_id(const std::string& id) {
  const auto value = base::Json::parse(id);
  return value && value->is_string() ? *value->string() : id;
}

}  // namespace

Result<std::vector<Query>> read_queries(const std::string& path) {
  VICINAL_TRY(base::LineReader lines, base::LineReader::open(path));
  std::vector<Query> queries;
  std::set<std::string> seen;
  while (true) {
    VICINAL_TRY(const std::optional<std::string_view> line, lines.next());
    if (!line) return queries;
    if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
    auto place = [&](std::string message) {
      return Error(Code::invalid_argument, std::move(message))
          .with("path", lines.path())
          .with("line", lines.line_number());
    };
    auto row = parse_text_row(*line);
    if (!row) return place(row.error().message());
    std::string id = row->id.empty() ? std::to_string(queries.size()) : plain_id(row->id);
    if (!is_one_word(id)) return place("a query's id holds white space, which a TREC run cannot carry");
    if (!seen.insert(id).second) return place("this query's id was there before");
    queries.push_back({std::move(id), std::move(row->text)});
  }
}

Result<std::string> trec_lines(std::string_view query_id, const std::vector<Hit>& hits, std::string_view tag) {
  std::string out;
  for (size_t i = 0; i < hits.size(); ++i) {
    if (!is_one_word(hits[i].document))
      return Error(Code::invalid_argument, "a document's id holds white space, which a TREC run cannot carry")
          .with("document", hits[i].document)
          .with("fix", "search with --jsonl, or index rows with ids of one word");
    out += fmt::format("{} Q0 {} {} {} {}\n", query_id, hits[i].document, i + 1, hits[i].score, tag);
  }
  return out;
}

}  // namespace vicinal::cli
