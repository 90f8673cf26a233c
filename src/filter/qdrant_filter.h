#pragma once
/// Qdrant's filter JSON (its REST API, points/search, `filter`), so that filters written for it are taken as they are.
///
/// must, should, must_not, min_should; conditions: match (value, any, except, text, text_any, phrase), range and
/// datetime ranges, values_count, is_empty, is_null, has_id, nested, and filters within filters. A condition may stand
/// for a list of one. Without a full-text index Qdrant matches `text` as a substring; so does vicinal, always. Refused
/// by name, because there is nothing here that they could mean: geo conditions, has_vector. Ids in has_id are
/// documents' ids.

#include <string_view>

#include "filter/condition.h"

namespace vicinal::filter {

/// invalid_argument: no JSON, or a key that is no condition, with "where" (a path into the filter) and what was
/// expected.
Result<Condition> parse_qdrant_filter(std::string_view json);

}  // namespace vicinal::filter
