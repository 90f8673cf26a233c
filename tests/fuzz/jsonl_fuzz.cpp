// Rows of .jsonl files: whatever the bytes, every line is a row that keeps its promises, or an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "engine/jsonl_row.h"
#include "index/store.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_line(std::string_view line, const vicinal::engine::RowFields& fields) {
  const auto row = vicinal::engine::parse_jsonl_row(line, fields);
  if (!row) return;
  require(row->fields.size() < fields.sources().size());
  for (const auto& text : row->fields) require(!text.text.empty() && vicinal::base::valid_utf8(text.text));
  require(!row->id.empty() && row->id.size() <= vicinal::index::kMaxIdBytes);
  require(row->title == vicinal::engine::one_line(row->title));
  require(vicinal::base::valid_utf8(row->id) && vicinal::base::valid_utf8(row->text));
  const auto metadata = vicinal::base::Json::parse(row->metadata);
  require(metadata.ok() && metadata->is_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const vicinal::FieldSource kSources[] = {{"title", "headline"}, {"body", "title"}, {"code", "text"}};
  static const auto kFields = vicinal::engine::RowFields::of(kSources).value();
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    check_line(rest.substr(0, end), {});
    check_line(rest.substr(0, end), kFields);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
