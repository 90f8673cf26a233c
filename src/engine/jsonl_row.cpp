#include "engine/jsonl_row.h"

#include "base/digest.h"
#include "base/json.h"
#include "index/store.h"

namespace vicinal::engine {
namespace {

constexpr size_t kMaxRowBytes = size_t{64} << 20;

Error bad_row(std::string reason) { return Error(Code::invalid_argument, std::move(reason)); }

/// "" when the row has no id of its own.
Result<std::string> read_id(const base::Json& row) {
  const base::Json& field = row.has("_id") ? row["_id"] : row["id"];
  if (field.is_null()) return std::string();
  if (field.is_number()) {
    if (const auto number = field.integer()) return std::to_string(*number);
    return bad_row("the id is a number with a fraction");
  }
  if (!field.is_string()) return bad_row("the id is neither a text nor a number");
  if (field.string()->empty()) return bad_row("the id is empty");
  if (field.string()->size() > index::kMaxIdBytes) return bad_row("the id is longer than 512 bytes");
  return *field.string();
}

bool is_own_field(std::string_view name) {
  return name == "_id" || name == "id" || name == "title" || name == "text" || name == "metadata";
}

std::string read_metadata(const base::Json& row) {
  base::Json::Object kept;
  for (const auto& [name, value] : *row.object())
    if (!is_own_field(name)) kept.emplace_back(name, value);
  if (const auto* nested = row["metadata"].object())
    kept.insert(kept.end(), nested->begin(), nested->end());
  else if (row.has("metadata") && !row["metadata"].is_null())
    kept.emplace_back("metadata", row["metadata"]);
  return base::Json(std::move(kept)).dump();
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

Result<JsonlRow> parse_jsonl_row(std::string_view line) {
  VICINAL_TRY(const base::Json row, base::Json::parse(line, kMaxRowBytes));
  if (!row.is_object()) return bad_row("the line is no JSON object");
  if (row["text"].is_null()) return bad_row("the row has no \"text\"");
  if (!row["text"].is_string()) return bad_row("\"text\" is not a text");
  if (row.has("title") && !row["title"].is_string() && !row["title"].is_null())
    return bad_row("\"title\" is not a text");
  JsonlRow result;
  VICINAL_TRY(result.id, read_id(row));
  result.text = *row["text"].string();
  result.title = one_line(row["title"].string_or(""));
  result.metadata = read_metadata(row);
  if (result.id.empty()) result.id = "row-" + base::to_hex(base::xxh3_128(result.title + '\0' + result.text));
  return result;
}

}  // namespace vicinal::engine
