#include "cli/cut_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "cli/number_format.h"

namespace vicinal::cli {
namespace {

constexpr size_t kRowsShown = 10;

}  // namespace

std::string cut_note(const EmbedReport& report, size_t limit) {
  const auto shown = std::span(report.cut_texts).first(std::min(report.cut_texts.size(), kRowsShown));
  std::string rows = fmt::format("{} {}", report.cut == 1 ? "row" : "rows", fmt::join(shown, ", "));
  if (report.cut > shown.size()) rows += " …";
  return fmt::format("{} cut at {} tokens ({}); --on-long error refuses them",
                     counted(report.cut, "text was", "texts were"), limit, rows);
}

}  // namespace vicinal::cli
