#include "retrieve/plan.h"

#include <algorithm>

#include "base/json.h"

namespace vicinal::retrieve {
namespace {

using base::Json;
using base::JsonWriter;

constexpr size_t kFewestCandidates = 100;

/// "200 candidates" of an arm or step; the program's choice has no number.
std::string count_text(size_t count) { return count == 0 ? "" : " " + std::to_string(count); }

std::string number_text(double value) {
  std::string text = Json(value).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string arm_text(const ArmPlan& arm) {
  std::string text = std::string(to_string(arm.kind)) + count_text(arm.candidates);
  std::string settings = arm.metric;
  if (arm.k1) settings = "k1 " + number_text(*arm.k1);
  if (arm.b) settings += (settings.empty() ? "b " : ", b ") + number_text(*arm.b);
  return settings.empty() ? text : text + " (" + settings + ")";
}

std::string arms_text(const SearchPlan& plan) {
  std::string text;
  for (const ArmPlan& arm : plan.arms) text += (text.empty() ? "" : " + ") + arm_text(arm);
  return text;
}

std::string fusion_text(const FusionOptions& fuse) {
  const std::string text = std::string(to_string(fuse.kind)) + ", alpha " + number_text(fuse.alpha);
  return fuse.kind == Fusion::rrf ? text + ", k " + number_text(fuse.rrf_k) : text;
}

void write_arm(const ArmPlan& arm, JsonWriter& out) {
  out.begin_object().key("kind").string(to_string(arm.kind));
  if (arm.candidates > 0) out.key("candidates").number(uint64_t{arm.candidates});
  if (!arm.metric.empty()) out.key("metric").string(arm.metric);
  if (arm.k1) out.key("k1").number(*arm.k1);
  if (arm.b) out.key("b").number(*arm.b);
  out.end_object();
}

void write_fusion(const FusionOptions& fuse, JsonWriter& out) {
  out.key("fuse").begin_object().key("kind").string(to_string(fuse.kind)).key("alpha").number(fuse.alpha);
  if (fuse.kind == Fusion::rrf) out.key("k").number(fuse.rrf_k);
  out.end_object();
}

void write_fold(const FoldPlan& fold, JsonWriter& out) {
  out.key("fold_duplicates").begin_object().key("threshold").number(fold.threshold).end_object();
}

void write_fields(const std::vector<FieldPlan>& fields, JsonWriter& out) {
  out.key("fields").begin_object();
  for (const FieldPlan& field : fields) out.key(field.name).number(field.weight);
  out.end_object();
}

std::string fields_text(const std::vector<FieldPlan>& fields) {
  std::string text;
  for (const FieldPlan& field : fields)
    text += (text.empty() ? "" : ", ") + field.name + ' ' + number_text(field.weight);
  return text;
}

void write_diversity(const DiversityPlan& diversity, JsonWriter& out) {
  out.key("diversity").begin_object().key("lambda").number(diversity.lambda);
  if (diversity.candidates > 0) out.key("candidates").number(uint64_t{diversity.candidates});
  out.end_object();
}

void write_group(const GroupPlan& group, JsonWriter& out) {
  out.key("group").begin_object().key("by").string("document");
  out.key("passages").number(uint64_t{group.passages}).end_object();
}

}  // namespace

std::string_view to_string(ArmKind kind) { return kind == ArmKind::dense ? "dense" : "lexical"; }

const ArmPlan* SearchPlan::arm(ArmKind kind) const {
  const auto found = std::ranges::find(arms, kind, &ArmPlan::kind);
  return found == arms.end() ? nullptr : &*found;
}

size_t candidates_for(size_t asked, size_t limit) {
  if (asked > 0) return std::min(asked, kMaxCandidates);
  return std::clamp(2 * std::min(limit, kMaxCandidates), kFewestCandidates, kMaxCandidates);
}

std::string to_json(const SearchPlan& plan) {
  JsonWriter out;
  out.begin_object().key("schema").number(1).key("arms").begin_array();
  for (const ArmPlan& arm : plan.arms) write_arm(arm, out);
  out.end_array();
  if (plan.arms.size() > 1) write_fusion(plan.fuse, out);
  if (!plan.filter.empty()) out.key("filter").string(plan.filter);
  if (!plan.fields.empty()) write_fields(plan.fields, out);
  if (plan.fold_duplicates) write_fold(*plan.fold_duplicates, out);
  if (plan.diversity) write_diversity(*plan.diversity, out);
  if (plan.group) write_group(*plan.group, out);
  out.key("limit").number(uint64_t{plan.limit}).end_object();
  return out.take();
}

std::string to_string(const SearchPlan& plan) {
  std::string text = arms_text(plan);
  if (plan.arms.size() > 1) text += " → " + fusion_text(plan.fuse);
  if (!plan.filter.empty()) text += " → where " + plan.filter;
  if (!plan.fields.empty()) text += " → fields " + fields_text(plan.fields);
  if (plan.fold_duplicates) text += " → fold from cosine " + number_text(plan.fold_duplicates->threshold);
  if (plan.diversity)
    text += " → diversify" + count_text(plan.diversity->candidates) + ", lambda " + number_text(plan.diversity->lambda);
  if (plan.group) text += " → at most " + std::to_string(plan.group->passages) + " of a document";
  return text + " → best " + std::to_string(plan.limit);
}

}  // namespace vicinal::retrieve
