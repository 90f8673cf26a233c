#include "cli/copy_report.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/number_format.h"

namespace vicinal::cli {

std::string copy_json(const CopyReport& report, std::string_view path) {
  base::JsonWriter out;
  out.begin_object().key("path").string(path).key("documents").number(report.documents);
  out.key("chunks").number(report.chunks).key("files").number(report.files).key("bytes").number(report.bytes);
  out.key("commit").number(report.commit).key("seconds").number(report.seconds).key("schema").number(1);
  return out.end_object().take() + '\n';
}

std::string copy_note(std::string_view done, const CopyReport& report) {
  return fmt::format("{} {}, {} of commit {} · {} · {}", done, counted(report.documents, "document", "documents"),
                     counted(report.chunks, "chunk", "chunks"), report.commit, byte_size(report.bytes),
                     duration(report.seconds));
}

}  // namespace vicinal::cli
