#pragma once
/// What backup and restore say when they are done.

#include <string>
#include <string_view>

#include "vicinal/collection.h"

namespace vicinal::cli {

/// docs/schemas/copy.json, with a line end. `path`: of the new copy.
std::string copy_json(const CopyReport& report, std::string_view path);
/// "backed up 4 documents, 4 chunks of commit 7 · 132 KB · 12 ms".
std::string copy_note(std::string_view done, const CopyReport& report);

}  // namespace vicinal::cli
