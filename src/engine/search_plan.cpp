#include "engine/search_plan.h"

#include "base/check.h"

namespace vicinal {
namespace engine {
namespace {

using retrieve::ArmKind;
using retrieve::SearchPlan;

Result<> check_frequent_mistakes(const SearchOptions& options) {
  if (options.limit == 0) return Error(Code::invalid_argument, "the limit of a search is at least 1");
  if (options.alpha >= 0 && options.alpha <= 1) return {};
  return Error(Code::invalid_argument, "alpha is a number from 0 (words alone) to 1 (meaning alone)")
      .with("alpha", options.alpha);
}

std::vector<retrieve::ArmPlan> arms_of(const SearchOptions& options) {
  std::vector<retrieve::ArmPlan> arms;
  if (options.mode != SearchMode::lexical)
    arms.push_back({.kind = ArmKind::dense,
                    .candidates = options.dense_candidates,
                    .metric = options.metric ? std::string(metric_name(*options.metric)) : "",
                    .k1 = {},
                    .b = {}});
  if (options.mode != SearchMode::dense)
    arms.push_back({.kind = ArmKind::lexical,
                    .candidates = options.lexical_candidates,
                    .metric = {},
                    .k1 = options.k1,
                    .b = options.b});
  return arms;
}

Result<retrieve::FusionOptions> fusion_of(const SearchOptions& options) {
  retrieve::FusionOptions fusion{.alpha = options.alpha, .rrf_k = options.rrf_k};
  if (options.fusion.empty()) return fusion;
  VICINAL_TRY(fusion.kind, retrieve::parse_fusion(options.fusion));
  return fusion;
}

SearchMode mode_of(const SearchPlan& plan) {
  if (plan.arms.size() > 1) return SearchMode::hybrid;
  return plan.arms.front().kind == ArmKind::dense ? SearchMode::dense : SearchMode::lexical;
}

}  // namespace

Result<SearchPlan> plan_of(const SearchOptions& options) {
  VICINAL_TRY_VOID(check_frequent_mistakes(options));
  SearchPlan plan{.arms = arms_of(options), .fuse = {}, .filter = {}, .limit = options.limit};
  VICINAL_TRY(plan.fuse, fusion_of(options));
  for (const FieldWeight& field : options.fields) plan.fields.push_back({field.field, field.weight});
  if (options.fold) plan.fold_duplicates = {.threshold = *options.fold};
  if (options.diverse) plan.diversity = {.lambda = *options.diverse, .candidates = options.diverse_candidates};
  if (options.per_document > 0) plan.group = {.passages = options.per_document};
  if (options.best_per_document) plan.group = {.passages = 1};
  // All ranges are checked in one place: where plans are read. A filter has no range, and may be longer than a plan.
  VICINAL_TRY(plan, retrieve::parse_plan(retrieve::to_json(plan)));
  plan.filter = options.where;
  return plan;
}

Result<SearchOptions> options_of(const SearchPlan& plan) {
  SearchOptions options;
  options.limit = plan.limit;
  options.mode = mode_of(plan);
  options.alpha = plan.fuse.alpha;
  options.fusion = retrieve::to_string(plan.fuse.kind);
  options.rrf_k = plan.fuse.rrf_k;
  options.where = plan.filter;
  if (const retrieve::ArmPlan* dense = plan.arm(ArmKind::dense)) {
    options.dense_candidates = dense->candidates;
    if (!dense->metric.empty()) {
      VICINAL_TRY(options.metric, parse_metric(dense->metric));
    }
  }
  if (const retrieve::ArmPlan* lexical = plan.arm(ArmKind::lexical)) {
    options.lexical_candidates = lexical->candidates;
    options.k1 = lexical->k1;
    options.b = lexical->b;
  }
  for (const retrieve::FieldPlan& field : plan.fields) options.fields.push_back({field.name, field.weight});
  if (plan.fold_duplicates) options.fold = plan.fold_duplicates->threshold;
  if (plan.diversity) {
    options.diverse = plan.diversity->lambda;
    options.diverse_candidates = plan.diversity->candidates;
  }
  if (plan.group) options.per_document = plan.group->passages;
  return options;
}

}  // namespace engine

inline namespace v0 {

Result<SearchOptions> parse_search_plan(std::string_view json) {
  VICINAL_TRY(const retrieve::SearchPlan plan, retrieve::parse_plan(json));
  return engine::options_of(plan);
}

Result<std::string> search_plan_json(const SearchOptions& options) {
  VICINAL_TRY(const retrieve::SearchPlan plan, engine::plan_of(options));
  return retrieve::to_json(plan);
}

}  // namespace v0
}  // namespace vicinal
