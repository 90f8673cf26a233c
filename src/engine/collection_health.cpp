// The quick look at a collection.

#include <cstdio>
#include <ctime>

#include "base/error_lines.h"
#include "index/health.h"
#include "vicinal/doctor.h"

namespace vicinal {
inline namespace v0 {
namespace {

constexpr uint64_t kLargeLog = uint64_t{256} << 20;

std::string in_mebibytes(uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  return text;
}

std::string as_time(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts = {};
  char text[32] = "unknown";
  if (::gmtime_r(&time, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

Finding fine(std::string check, std::string detail) {
  return {std::move(check), Finding::Status::ok, std::move(detail), ""};
}

Finding warned(std::string check, std::string detail, std::string fix) {
  return {std::move(check), Finding::Status::warning, std::move(detail), std::move(fix)};
}

Finding dead_finding(const index::Health& health, const std::string& folder) {
  const uint64_t rows = health.stats.chunks + health.dead_vectors;
  std::string detail = std::to_string(health.dead_vectors) + " of " + std::to_string(rows) + " rows are dead";
  if (health.dead_vectors * 4 <= rows) return fine("dead vectors", std::move(detail));
  return warned("dead vectors", std::move(detail), "vicinal compact --collection " + folder);
}

Finding log_finding(const index::Health& health, const std::string& folder) {
  std::string detail =
      std::to_string(health.log_commits) + " commits, " + in_mebibytes(health.log_bytes) + " not written back";
  if (health.log_bytes <= kLargeLog) return fine("log", std::move(detail));
  return warned("log", std::move(detail),
                "end programs that have read the collection for long, then vicinal compact --collection " + folder);
}

Finding leftovers_finding(const index::Health& health) {
  if (health.leftovers.empty()) return fine("leftovers", "none");
  std::string names;
  for (const std::string& name : health.leftovers) names += (names.empty() ? "" : ", ") + name;
  return warned("leftovers", std::move(names), "the next writer removes vector files, the next copy its .part folder");
}

Finding room_finding(const index::Health& health) {
  std::string detail = in_mebibytes(health.room) + " free on its disk";
  if (health.room >= health.stats.bytes) return fine("room", std::move(detail));
  return warned("room", std::move(detail), "compaction may need as much as the collection has; make room");
}

}  // namespace

std::vector<Finding> check_collection(const std::string& folder) {
  const auto health = index::health_of(folder);
  if (!health) {
    base::ErrorLines lines = base::error_lines(health.error());
    if (lines.fix.empty() && health.error().code() == Code::corrupt)
      lines.fix = "vicinal verify --collection " + folder + " lists all that is damaged";
    return {{"collection", Finding::Status::failed, std::move(lines.problem), std::move(lines.fix)}};
  }
  const CollectionStats& stats = health->stats;
  return {
      fine("collection", folder + ", format " + stats.format_version + ", " + std::to_string(stats.documents) +
                             " documents, " + std::to_string(stats.chunks) + " chunks"),
      fine("writer", health->holder.empty() ? "none at work" : "process " + health->holder + " is at work"),
      fine("size", in_mebibytes(stats.bytes) + ", " + std::to_string(stats.segments) + " segments, " +
                       std::to_string(stats.vectors_in_tail) + " vectors in the tail"),
      fine("last commit", "number " + std::to_string(health->last_commit) + ", " + as_time(health->last_commit_time)),
      dead_finding(*health, folder),
      log_finding(*health, folder),
      leftovers_finding(*health),
      room_finding(*health)};
}

}  // namespace v0
}  // namespace vicinal
