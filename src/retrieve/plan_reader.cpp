#include <algorithm>

#include "base/check.h"
#include "retrieve/plan.h"
#include "retrieve/strict_object.h"

namespace vicinal::retrieve {
namespace {

using base::Json;

const Place kPlan = {"plan", ""};
constexpr int64_t kPlanSchema = 1;
constexpr size_t kMaxPlanArms = 2;
constexpr NumberRange kShare = {0, 1};
constexpr NumberRange kCandidateCount = {1, static_cast<double>(kMaxCandidates)};
constexpr NumberRange kResultCount = {1, static_cast<double>(kMaxLimit)};
constexpr NumberRange kRrfConstant = {1e-3, 1e6};
constexpr NumberRange kSaturation = {0, 1000};
constexpr NumberRange kFoldThreshold = {1e-3, 1};

/// Judged before the keys: a newer schema may have some that this version lacks.
Result<> check_schema(const Json& schema) {
  if (schema.is_null()) return {};
  const auto number = schema.integer();
  if (!number || *number < 1) return unreadable("expected the number of a schema, 1", kPlan.member("schema"));
  if (*number == kPlanSchema) return {};
  return Error(Code::unsupported, "the plan is of a newer schema").with("schema", *number).with("known", kPlanSchema);
}

Result<ArmKind> arm_kind(const StrictObject& arm) {
  VICINAL_TRY(const auto name, arm.string("kind"));
  for (const ArmKind kind : {ArmKind::dense, ArmKind::lexical})
    if (name && *name == to_string(kind)) return kind;
  return unreadable("expected the kind of an arm, dense or lexical", arm.place_of("kind"));
}

/// The keys that an arm may have depend on its kind: k1 and b of a dense arm would be passed over in silence.
Result<StrictObject> open_arm(const Json& json, const Place& place) {
  VICINAL_TRY(const StrictObject any, StrictObject::open(json, place, {"kind", "candidates", "metric", "k1", "b"}));
  VICINAL_TRY(const ArmKind kind, arm_kind(any));
  if (kind == ArmKind::dense) return StrictObject::open(json, place, {"kind", "candidates", "metric"});
  return StrictObject::open(json, place, {"kind", "candidates", "k1", "b"});
}

Result<ArmPlan> read_arm(const Json& json, const Place& place) {
  VICINAL_TRY(const StrictObject object, open_arm(json, place));
  ArmPlan arm;
  VICINAL_TRY(arm.kind, arm_kind(object));
  VICINAL_TRY(const auto candidates, object.count("candidates", kCandidateCount));
  arm.candidates = candidates.value_or(0);
  VICINAL_TRY(const auto metric, object.string("metric"));
  arm.metric = metric.value_or("");
  VICINAL_TRY(arm.k1, object.number("k1", kSaturation));
  VICINAL_TRY(arm.b, object.number("b", kShare));
  return arm;
}

Result<std::vector<ArmPlan>> read_arms(const Json& json) {
  if (json.is_null()) return SearchPlan().arms;
  const Json::Array* array = json.array();
  if (array == nullptr || array->empty() || array->size() > kMaxPlanArms)
    return unreadable("expected an array of one or two arms", kPlan.member("arms"));
  std::vector<ArmPlan> arms;
  for (size_t i = 0; i < array->size(); ++i) {
    const Place place = kPlan.member("arms[" + std::to_string(i) + "]");
    VICINAL_TRY(const ArmPlan arm, read_arm((*array)[i], place));
    if (std::ranges::find(arms, arm.kind, &ArmPlan::kind) != arms.end())
      return unreadable("two arms are of one kind", place.member("kind"));
    arms.push_back(arm);
  }
  return arms;
}

Result<Fusion> read_fusion_kind(const StrictObject& object) {
  VICINAL_TRY(const auto name, object.string("kind"));
  if (!name) return FusionOptions().kind;
  auto kind = parse_fusion(*name);
  if (!kind) return std::move(kind).error().with("at", object.place_of("kind").path);
  return kind;
}

Result<FusionOptions> read_fusion(const Json& json, size_t arms) {
  FusionOptions options;
  if (json.is_null()) return options;
  if (arms < 2) return unreadable("there is one arm, and nothing to fuse it with", kPlan.member("fuse"));
  VICINAL_TRY(const StrictObject object, StrictObject::open(json, kPlan.member("fuse"), {"kind", "alpha", "k"}));
  VICINAL_TRY(options.kind, read_fusion_kind(object));
  VICINAL_TRY(const auto alpha, object.number("alpha", kShare));
  VICINAL_TRY(const auto k, object.number("k", kRrfConstant));
  options.alpha = alpha.value_or(options.alpha);
  if (k && options.kind != Fusion::rrf) return unreadable("k is of the fusion rrf", object.place_of("k"));
  options.rrf_k = k.value_or(options.rrf_k);
  return options;
}

/// A text in either language of filters, or Qdrant's JSON as it is.
Result<std::string> read_filter(const StrictObject& plan) {
  if (plan["filter"].is_object()) return plan["filter"].dump();
  VICINAL_TRY(const auto text, plan.string("filter"));
  return text.value_or("");
}

Result<std::vector<FieldPlan>> read_fields(const Json& json) {
  std::vector<FieldPlan> fields;
  if (json.is_null()) return fields;
  const Place place = kPlan.member("fields");
  if (!json.is_object() || json.object()->empty()) return unreadable("expected an object of weights by field", place);
  for (const auto& [name, value] : *json.object()) {
    const auto weight = value.number();
    if (!weight || !(*weight > 0 && *weight <= kMaxFieldWeight))
      return unreadable("a field's weight is a number above 0, at most a million", place.member(name));
    if (std::ranges::find(fields, name, &FieldPlan::name) != fields.end())
      return unreadable("a key stands twice", place.member(name));
    fields.push_back({name, *weight});
  }
  return fields;
}

Result<std::optional<FoldPlan>> read_fold(const Json& json) {
  if (json.is_null()) return std::optional<FoldPlan>();
  VICINAL_TRY(const StrictObject object, StrictObject::open(json, kPlan.member("fold_duplicates"), {"threshold"}));
  VICINAL_TRY(const auto threshold, object.number("threshold", kFoldThreshold));
  FoldPlan fold;
  fold.threshold = threshold.value_or(fold.threshold);
  return std::optional(fold);
}

Result<std::optional<DiversityPlan>> read_diversity(const Json& json) {
  if (json.is_null()) return std::optional<DiversityPlan>();
  VICINAL_TRY(const StrictObject object, StrictObject::open(json, kPlan.member("diversity"), {"lambda", "candidates"}));
  VICINAL_TRY(const auto lambda, object.number("lambda", kShare));
  VICINAL_TRY(const auto candidates, object.count("candidates", kCandidateCount));
  DiversityPlan diversity;
  diversity.lambda = lambda.value_or(diversity.lambda);
  diversity.candidates = candidates.value_or(0);
  return std::optional(diversity);
}

Result<std::optional<GroupPlan>> read_group(const Json& json) {
  if (json.is_null()) return std::optional<GroupPlan>();
  VICINAL_TRY(const StrictObject object, StrictObject::open(json, kPlan.member("group"), {"by", "passages"}));
  VICINAL_TRY(const auto by, object.string("by"));
  if (by && *by != "document") return unreadable("grouping is by document", object.place_of("by"));
  VICINAL_TRY(const auto passages, object.count("passages", kResultCount));
  return std::optional(GroupPlan{.passages = passages.value_or(1)});
}

Result<Json> read_json(std::string_view text) {
  auto json = Json::parse(text, kMaxPlanBytes);
  if (!json) return unreadable(json.error().message(), kPlan);
  return json;
}

}  // namespace

Result<SearchPlan> parse_plan(std::string_view text) {
  VICINAL_TRY(const Json json, read_json(text));
  VICINAL_TRY_VOID(check_schema(json["schema"]));
  VICINAL_TRY(const StrictObject object, StrictObject::open(json, kPlan,
                                                            {"schema", "arms", "fuse", "filter", "fields",
                                                             "fold_duplicates", "diversity", "group", "limit"}));
  SearchPlan plan;
  VICINAL_TRY(plan.arms, read_arms(object["arms"]));
  VICINAL_TRY(plan.fuse, read_fusion(object["fuse"], plan.arms.size()));
  VICINAL_TRY(plan.filter, read_filter(object));
  VICINAL_TRY(plan.fields, read_fields(object["fields"]));
  VICINAL_TRY(plan.fold_duplicates, read_fold(object["fold_duplicates"]));
  VICINAL_TRY(plan.diversity, read_diversity(object["diversity"]));
  VICINAL_TRY(plan.group, read_group(object["group"]));
  VICINAL_TRY(const auto limit, object.count("limit", kResultCount));
  plan.limit = limit.value_or(plan.limit);
  if (plan.diversity && plan.diversity->candidates > 0 && plan.diversity->candidates < plan.limit)
    return unreadable("fewer candidates than the limit leave no choice", kPlan.member("diversity.candidates"));
  return plan;
}

}  // namespace vicinal::retrieve
