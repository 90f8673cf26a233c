#pragma once
/// Result lists as TREC run files: "qid Q0 docid rank score tag", ranks from 1.

#include <string>
#include <string_view>
#include <vector>

#include "vicinal/collection.h"

namespace vicinal::cli {

struct Query {
  std::string id;
  std::string text;
};

/// JSONL rows {"_id" or "id", "text"}; a row without an id gets its number from 0. Ids may not hold spaces
/// (a run could not be read back), nor repeat: invalid_argument with the line.
Result<std::vector<Query>> read_queries(const std::string& path);

/// The lines of one query. A document id with white space: invalid_argument.
Result<std::string> trec_lines(std::string_view query_id, const std::vector<Hit>& hits, std::string_view tag);

}  // namespace vicinal::cli
