#pragma once
/// What a golden collection must answer: written once by make_golden_collection, compared ever after.
///
/// tests/golden/collection-vN/ holds `collection/`, a collection as format N stored it, and `answers.json`.

#include <string>

#include "base/json.h"
#include "index/store.h"

namespace vicinal::golden {

/// Every document as `get` returns it, and the searches of `queries` in all metrics; where there are
/// several fields, also in some of them.
Result<std::string> answers_of(index::Store& store, const std::vector<std::vector<float>>& queries);

/// What is found by words, in several queries. An error: of the first that fails.
Result<std::string> words_of(index::Store& store);

/// The queries that recorded answers were made with.
std::vector<std::vector<float>> queries_in(const base::Json& answers);

}  // namespace vicinal::golden
