#include "index/damage_log.h"

namespace vicinal::index {

namespace {

constexpr size_t kMostFindings = 1000;
constexpr std::string_view kPageFails = "8202";  // SQLITE_IOERR_DATA

std::string_view value_of(const Error& error, std::string_view wanted) {
  for (const auto& [key, value] : error.data())
    if (key == wanted) return value;
  return {};
}

}  // namespace

void DamageLog::add(const Error& error, Advice advice) {
  const bool fails_checksum = value_of(error, "sqlite") == kPageFails;
  page_fails_ |= !value_of(error, "page").empty();
  // What then cannot be read is told by the page, but for the documents that it costs.
  if (fails_checksum && page_fails_ && value_of(error, "page").empty() && value_of(error, "id").empty() &&
      value_of(error, "after_document").empty())
    return;
  ++report_->damages;
  if (advice == Advice::rebuild) ++report_->derived_damages;
  if (report_->findings.size() == kMostFindings) return;
  Damage damage;
  damage.problem = error.message();
  std::string_view document;
  for (const auto& [key, value] : error.data()) {
    if (key == "id") document = value;
    if (fails_checksum && (key == "sqlite" || key == "reason")) continue;  // the sentence says it
    if (key == "fix") continue;
    if (key == "path") {
      damage.path = value;
    } else {
      damage.place += (damage.place.empty() ? "" : ", ") + key + "=" + value;
    }
  }
  if (damage.path.empty()) damage.path = folder_;
  damage.fix = fix(advice, document);
  report_->findings.push_back(std::move(damage));
}

std::string DamageLog::fix(Advice advice, std::string_view document) const {
  if (advice == Advice::rewrite_document && !document.empty())
    return "vicinal delete --collection " + folder_ + " -- " + std::string(document) + ", then index its source again";
  if (advice == Advice::rebuild) return "vicinal compact --collection " + folder_ + " makes it anew from the texts";
  if (advice == Advice::reindex) return "index its sources into a new collection, or restore a backup";
  if (advice == Advice::after_power_loss)
    return "after a power loss or a crash: that commit was not acknowledged, and the next vicinal index drops it; else "
           "vicinal restore BACKUP --collection " +
           folder_ + " --force";
  return "vicinal restore BACKUP --collection " + folder_ + " --force; without a backup, index into a new collection";
}

}  // namespace vicinal::index
