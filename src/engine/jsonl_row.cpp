#include "engine/jsonl_row.h"

#include <algorithm>
#include <span>

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

bool is_own_member(std::string_view name, const RowFields& fields) {
  return name == "_id" || name == "id" || name == "metadata" || fields.holds_text(name);
}

std::string read_metadata(const base::Json& row, const RowFields& fields) {
  base::Json::Object kept;
  for (const auto& [name, value] : *row.object())
    if (!is_own_member(name, fields)) kept.emplace_back(name, value);
  if (const auto* nested = row["metadata"].object())
    kept.insert(kept.end(), nested->begin(), nested->end());
  else if (row.has("metadata") && !row["metadata"].is_null())
    kept.emplace_back("metadata", row["metadata"]);
  return base::Json(std::move(kept)).dump();
}

Result<> check_texts(const base::Json& row, const RowFields& fields) {
  const auto lacks = [&](const FieldSource& source) { return row[source.member].is_null(); };
  if (std::ranges::all_of(fields.sources(), lacks)) {
    const bool several = fields.sources().size() > 1;
    return bad_row(several ? "the row has a text of none of the fields: " + fields.to_string()
                           : "the row has no \"" + fields.body_member() + "\"");
  }
  for (const FieldSource& source : fields.sources())
    if (!lacks(source) && !row[source.member].is_string()) return bad_row("\"" + source.member + "\" is not a text");
  const std::string title(fields.title_member());
  if (!row[title].is_string() && !row[title].is_null()) return bad_row("\"" + title + "\" is not a text");
  return {};
}

std::string digest_of(const JsonlRow& row) {
  std::string joined = row.title + '\0' + row.text;
  for (const NamedText& text : row.fields) joined += '\0' + text.field + '\0' + text.text;
  return base::to_hex(base::xxh3_128(joined));
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

Result<JsonlRow> parse_jsonl_row(std::string_view line, const RowFields& fields) {
  VICINAL_TRY(const base::Json row, base::Json::parse(line, kMaxRowBytes));
  if (!row.is_object()) return bad_row("the line is no JSON object");
  VICINAL_TRY_VOID(check_texts(row, fields));
  JsonlRow result;
  VICINAL_TRY(result.id, read_id(row));
  result.text = row[fields.body_member()].string_or("");
  result.title = one_line(row[fields.title_member()].string_or(""));
  for (const FieldSource& source : std::span(fields.sources()).subspan(1)) {
    const bool is_title = source.field == index::kTitleField;
    std::string text = is_title ? result.title : row[source.member].string_or("");
    if (!text.empty()) result.fields.push_back({source.field, std::move(text)});
  }
  result.metadata = read_metadata(row, fields);
  if (result.id.empty()) result.id = "row-" + digest_of(result);
  return result;
}

}  // namespace vicinal::engine
