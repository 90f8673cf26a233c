#include "cli/cut_report.h"

#include <fmt/format.h>

#include "cli/number_format.h"

namespace vicinal::cli {
namespace {

constexpr size_t kRowsShown = 10;

}  // namespace

void EmbedTotals::add(const EmbedReport& report, size_t first_row) {
  texts += report.texts;
  tokens += report.tokens;
  repeated += report.repeated;
  cut += report.cut;
  for (const size_t row : report.cut_texts)
    if (cut_rows.size() < kRowsShown) cut_rows.push_back(first_row + row);
}

std::string cut_note(const EmbedTotals& totals, size_t limit) {
  std::string rows = fmt::format("{} {}", totals.cut == 1 ? "row" : "rows", fmt::join(totals.cut_rows, ", "));
  if (totals.cut > totals.cut_rows.size()) rows += " …";
  return fmt::format("{} cut at {} tokens ({}); --on-long error refuses them",
                     counted(totals.cut, "text was", "texts were"), limit, rows);
}

}  // namespace vicinal::cli
