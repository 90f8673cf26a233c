#include "cli/progress_line.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/number_format.h"

namespace vicinal::cli {

ProgressRate::Estimate ProgressRate::update(const Progress& progress) {
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    started_ = progress.seconds;
    done_before_ = progress.done;
    return {};
  }
  const double seconds = progress.seconds - started_;
  if (seconds <= 0 || progress.done <= done_before_) return {};
  Estimate estimate{.rate = static_cast<double>(progress.done - done_before_) / seconds, .eta = {}};
  if (progress.total >= progress.done)
    estimate.eta = static_cast<double>(progress.total - progress.done) / estimate.rate;
  return estimate;
}

std::string progress_text(const Progress& progress, const ProgressRate::Estimate& estimate) {
  std::string out = fmt::format("# {} {}", progress.stage, grouped(progress.done));
  if (progress.total > 0) out += " of " + grouped(progress.total);
  if (estimate.rate > 0) out += fmt::format(" · {}/s", compact(estimate.rate));
  if (estimate.eta && progress.total > progress.done) out += fmt::format(" · {} left", duration(*estimate.eta));
  return out;
}

std::string progress_json(const Progress& progress, const ProgressRate::Estimate& estimate) {
  base::JsonWriter out;
  out.begin_object().key("stage").string(progress.stage).key("done").number(uint64_t{progress.done}).key("total");
  progress.total > 0 ? out.number(uint64_t{progress.total}) : out.null();
  out.key("acknowledged").number(uint64_t{progress.acknowledged}).key("rate").number(estimate.rate).key("eta");
  estimate.eta ? out.number(*estimate.eta) : out.null();
  return out.end_object().take() + '\n';
}

}  // namespace vicinal::cli
