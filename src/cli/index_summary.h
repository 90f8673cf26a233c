#pragma once
/// What indexing did: in lines for standard error, and as JSON.

#include <string>
#include <vector>

#include "vicinal/collection.h"

namespace vicinal::cli {

/// "412 inputs: 400 added, … · 35 s", or "nothing changed: 412 inputs, 0 embedded"; with what was skipped, if anything.
std::string index_summary(const IndexReport& report);

/// There were inputs, and none was taken: a mistake more likely than an intention.
bool all_refused(const IndexReport& report);

/// docs/schemas/index.json, one line.
std::string index_json(const IndexReport& report);

/// All notes of a report in order: skipped inputs (20 at most unless `verbose`), cuts, language, summary.
std::vector<std::string> index_notes(const IndexReport& report, bool verbose);

}  // namespace vicinal::cli
