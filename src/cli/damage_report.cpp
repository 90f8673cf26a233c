#include "cli/damage_report.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/number_format.h"
#include "cli/terminal_text.h"

namespace vicinal::cli {

std::string verification_lines(const Verification& report) {
  std::string out;
  for (const Damage& damage : report.findings) {
    const std::string place = damage.place.empty() ? "" : " (" + damage.place + ")";
    out += printable(fmt::format("{}{}: {}; fix: {}", damage.path, place, damage.problem, damage.fix)) + '\n';
  }
  if (report.damages > report.findings.size())
    out += fmt::format("and {} more\n", grouped(report.damages - report.findings.size()));
  return out;
}

std::string verification_json(const Verification& report) {
  base::JsonWriter out;
  out.begin_object().key("ok").boolean(report.damages == 0);
  out.key("documents").number(report.documents).key("chunks").number(report.chunks);
  out.key("vectors").number(report.vectors).key("dead_vectors").number(report.dead_vectors);
  out.key("pages").number(report.pages).key("files").number(report.files).key("bytes").number(report.bytes);
  out.key("damages").number(report.damages).key("findings").begin_array();
  for (const Damage& damage : report.findings) {
    out.begin_object().key("path").string(damage.path).key("place").string(damage.place);
    out.key("problem").string(damage.problem).key("fix").string(damage.fix).end_object();
  }
  return out.end_array().key("seconds").number(report.seconds).key("schema").number(1).end_object().take() + '\n';
}

std::string verification_note(const Verification& report) {
  if (report.damages > 0) return counted(report.damages, "damage", "damages") + " found; nothing was changed";
  return fmt::format("whole: {}, {}, {}, {} · {} read in {:.1f} s", counted(report.documents, "document", "documents"),
                     counted(report.chunks, "chunk", "chunks"), counted(report.vectors, "vector", "vectors"),
                     counted(report.pages, "page", "pages"), byte_size(report.bytes), report.seconds);
}

}  // namespace vicinal::cli
