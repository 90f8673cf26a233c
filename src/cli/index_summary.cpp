#include "cli/index_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "cli/number_format.h"

namespace vicinal::cli {
namespace {

constexpr size_t kSkippedShown = 20;

bool nothing_changed(const IndexReport& report) {
  return report.added + report.updated + report.removed + report.embedded + report.chunks == 0;
}

std::string skipped_part(const IndexReport& report) {
  return report.skipped.empty() ? "" : fmt::format(", {} skipped", grouped(report.skipped.size()));
}

void append_skipped(std::vector<std::string>& notes, const std::vector<Skipped>& skipped, bool verbose) {
  const size_t shown = verbose ? skipped.size() : std::min(skipped.size(), kSkippedShown);
  for (size_t i = 0; i < shown; ++i) notes.push_back(fmt::format("skipped {}: {}", skipped[i].path, skipped[i].reason));
  if (shown < skipped.size())
    notes.push_back(fmt::format("… and {} more (--verbose lists all)", grouped(skipped.size() - shown)));
}

}  // namespace

std::string index_summary(const IndexReport& report) {
  const std::string inputs = counted(report.inputs, "input", "inputs");
  const std::string skipped = skipped_part(report);
  if (nothing_changed(report)) return fmt::format("nothing changed: {}, 0 embedded{}", inputs, skipped);
  return fmt::format(
      "{}: {} added, {} updated, {} unchanged, {} removed{} · {} · {} embedded, {} reused · {} tokens · {}", inputs,
      grouped(report.added), grouped(report.updated), grouped(report.unchanged), grouped(report.removed), skipped,
      counted(report.chunks, "chunk", "chunks"), grouped(report.embedded), grouped(report.reused),
      report.tokens < 1000 ? grouped(report.tokens) : compact(static_cast<double>(report.tokens)),
      duration(report.seconds));
}

bool all_refused(const IndexReport& report) {
  return report.inputs > 0 && report.added + report.updated + report.unchanged == 0;
}

std::string index_json(const IndexReport& report) {
  base::JsonWriter out;
  out.begin_object().key("inputs").number(uint64_t{report.inputs}).key("added").number(uint64_t{report.added});
  out.key("updated").number(uint64_t{report.updated}).key("unchanged").number(uint64_t{report.unchanged});
  out.key("removed").number(uint64_t{report.removed}).key("skipped").begin_array();
  for (const Skipped& each : report.skipped)
    out.begin_object().key("path").string(each.path).key("reason").string(each.reason).end_object();
  out.end_array().key("chunks").number(uint64_t{report.chunks}).key("embedded").number(uint64_t{report.embedded});
  out.key("reused").number(uint64_t{report.reused}).key("cut").number(uint64_t{report.cut});
  out.key("tokens").number(uint64_t{report.tokens}).key("language_note").string(report.language_note);
  out.key("seconds").number(report.seconds).key("schema").number(1);
  return out.end_object().take() + '\n';
}

std::vector<std::string> index_notes(const IndexReport& report, bool verbose) {
  std::vector<std::string> notes;
  append_skipped(notes, report.skipped, verbose);
  if (report.cut > 0)
    notes.push_back(fmt::format("{} cut at the model's limit; --on-long error refuses them",
                                counted(report.cut, "passage was", "passages were")));
  if (!report.language_note.empty()) notes.push_back(report.language_note);
  notes.push_back(index_summary(report));
  return notes;
}

}  // namespace vicinal::cli
