#pragma once
/// Findings of a verification as they come: all counted, the first ones kept.

#include <string>
#include <string_view>

#include "base/check.h"
#include "vicinal/doctor.h"

namespace vicinal::index {

class DamageLog {
 public:
  /// `folder`: for the advice. The report outlives this.
  DamageLog(Verification& report, std::string folder) : report_(&report), folder_(std::move(folder)) {}

  enum class Advice { restore, rewrite_document, reindex, after_power_loss, rebuild };
  /// A page that was named already is not told again by what cannot be read because of it.
  void add(const Error& error, Advice advice);
  uint64_t count() const { return report_->damages; }

 private:
  std::string fix(Advice advice, std::string_view document) const;

  Verification* report_;
  std::string folder_;
  bool page_fails_ = false;  ///< a page was named
};

}  // namespace vicinal::index
