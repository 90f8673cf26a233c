#pragma once
/// One line of a .jsonl file as a document to upsert.

#include <string>
#include <string_view>

#include "base/check.h"
#include "engine/row_fields.h"

namespace vicinal::engine {

/// Members of a row: "_id" or "id" (text or whole number), "title", "text" (or where `fields` says that the texts are);
/// all others become metadata, and the members of an object called "metadata" join them (the form of BEIR's corpora). A
/// row without an id is named by a digest of its title and text, so that reading it again changes nothing.
struct JsonlRow {
  std::string id;
  std::string title;                   ///< on one line, trimmed
  std::string text;                    ///< as written; not yet canonical
  std::string metadata;                ///< a JSON object
  std::vector<NamedText> fields = {};  ///< beside the body, those that the row has; as written
};

/// corrupt (no JSON), invalid_argument (no object, no text of any field, a member of the wrong type, an unusable id).
Result<JsonlRow> parse_jsonl_row(std::string_view line, const RowFields& fields = {});

/// Runs of white space and control characters become one space each; none at either end.
std::string one_line(std::string_view text);

}  // namespace vicinal::engine
