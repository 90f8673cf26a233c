#pragma once
/// A look at SQLite's write-ahead log beside collection.db, past SQLite: how much of it counts, and is it whole?
///
/// SQLite believes a log up to the last commit frame before the first frame that fails its checksum, and passes over
/// the rest without a word. The rest may be a transaction that never ended (harmless) or commits that were lost.
/// Format: https://www.sqlite.org/fileformat2.html, section 4.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"

namespace vicinal::index {

struct LogSurvey {
  uint64_t bytes = 0;           ///< of the file
  uint64_t frames = 0;          ///< up to the last commit that counts
  uint64_t commits = 0;         ///< transactions that count
  std::vector<uint32_t> pages;  ///< which pages of the database they replace, ascending, from 1, each once
  /// Where a frame is damaged although the end of its commit or of a later one lies behind it.
  std::optional<uint64_t> damaged_at;
  /// Ends of commits behind `damaged_at`. Of one alone nobody can tell whether it was ever acknowledged: a power loss
  /// in the middle of its sync leaves the same. Of two, the first was.
  uint64_t commits_behind = 0;
};

/// No log is an empty survey. A log that a writer appends to meanwhile is read as far as it goes: a frame that fails is
/// looked at again before it counts as damaged. Memory: 4 bytes a frame.
Result<LogSurvey> survey_log(const std::string& database_path);

}  // namespace vicinal::index
