#pragma once
/// What a query may have been meant to say, from the words of the collection itself.

#include <string>
#include <string_view>

#include "index/documents.h"
#include "index/lexical_arm.h"

namespace vicinal::index {

/// The query with words that no passage has (nor the glossary) replaced by near ones that passages have, as they are
/// written there; empty where nothing is replaced. `expanded`: the query as it is asked, the glossary's clauses behind
/// its own. At most lexical::kMaxCorrected words are looked
/// at, each in time bounded by SpellingOptions::max_candidates.
Result<std::string> suggested_query(std::string_view text, const lexical::Query& query, const lexical::Query& expanded,
                                    LexicalArm& arm, postings::Searcher& searcher, Documents& documents);

}  // namespace vicinal::index
