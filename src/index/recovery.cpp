#include "index/recovery.h"

#include "index/creation.h"
#include "index/log_file.h"

namespace vicinal::index {

namespace {

std::string number_of(uint64_t count, std::string_view one, std::string_view more) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : more);
}

}  // namespace

std::string Recovery::line() const {
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "recovered: " : ", ") + part; };
  if (log_commits > 0) add(number_of(log_commits, "commit", "commits") + " taken over from the log");
  if (unfinished_commit) add("an unfinished commit dropped");
  if (leftovers > 0) add(number_of(leftovers, "leftover file", "leftover files") + " removed");
  return out;
}

Recovery recovery_of_log(const std::string& folder) {
  Recovery recovery;
  // A log that cannot be read is SQLite's to complain about.
  if (const auto log = survey_log(database_path(folder)); log) recovery.log_commits = log->commits;
  return recovery;
}

Result<> note_recovery(Recovery& recovery, Snapshot& snapshot, const FolderContent& content) {
  VICINAL_TRY(VectorSet* const vectors, snapshot.vectors());
  const Manifest& manifest = snapshot.manifest();
  recovery.unfinished_commit = vectors->newest_commit_behind_tail(snapshot.folder(), manifest) > manifest.last_commit;
  recovery.leftovers = leftovers_in(content, manifest).size();
  return {};
}

void say_recovery(const Recovery& recovery, const Watch& watch) {
  if (!recovery.is_needed() || !watch.progress) return;
  Progress progress;
  progress.stage = "open";
  progress.note = recovery.line();
  watch.progress(progress);
}

}  // namespace vicinal::index
