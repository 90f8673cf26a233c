#include "retrieve/fusion.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/check.h"
#include "base/closest_names.h"
#include "retrieve/arm_column.h"

namespace vicinal::retrieve {
namespace {

constexpr std::array<Fusion, 3> kFusions = {Fusion::weighted, Fusion::rrf, Fusion::distribution};

Error refused(std::string what) { return Error(Code::invalid_argument, std::move(what)); }

// Between them, sums of shares stay finite whatever the scores.
constexpr double kMaxWeight = 1e6;
constexpr double kMinSigma = 1e-9;
constexpr double kMaxMean = 1e38;

Result<> check_arm(const Arm& arm, size_t number) {
  if (!(arm.weight >= 0 && arm.weight <= kMaxWeight))
    return refused("the weight of an arm is a number from 0 to a million")
        .with("arm", number)
        .with("weight", arm.weight);
  const bool fits = !arm.baseline || (std::abs(arm.baseline->mean) <= kMaxMean && std::isfinite(arm.baseline->sigma) &&
                                      arm.baseline->sigma >= kMinSigma);
  if (!fits) return refused("a baseline has a mean, and a sigma from 1e-9").with("arm", number);
  for (const ScoredPassage& passage : arm.scores)
    if (!std::isfinite(passage.score))
      return refused("a score is no number").with("arm", number).with("document", passage.document);
  return {};
}

Result<> check(std::span<const Arm> arms, const FusionOptions& options) {
  if (arms.size() > kMaxArms) return refused("too many arms").with("arms", arms.size()).with("most", kMaxArms);
  if (!(options.rrf_k > 0) || !std::isfinite(options.rrf_k))
    return refused("the constant of rrf is a number above 0").with("k", options.rrf_k);
  for (size_t i = 0; i < arms.size(); ++i) VICINAL_TRY_VOID(check_arm(arms[i], i));
  if (std::ranges::none_of(arms, [](const Arm& arm) { return arm.weight > 0; }))
    return refused("no arm has a weight above 0");
  return {};
}

Result<> append_ids(const Arm& arm, size_t number, std::vector<PassageId>& all) {
  std::vector<PassageId> ids;
  ids.reserve(arm.scores.size());
  for (const ScoredPassage& passage : arm.scores) ids.push_back(passage.id());
  std::ranges::sort(ids);
  const auto twice = std::ranges::adjacent_find(ids);
  if (twice != ids.end())
    return refused("a passage is twice in an arm")
        .with("arm", number)
        .with("document", twice->document)
        .with("ordinal", twice->ordinal);
  all.insert(all.end(), ids.begin(), ids.end());
  return {};
}

/// Every passage of any arm, ascending, once.
Result<std::vector<PassageId>> union_of(std::span<const Arm> arms) {
  std::vector<PassageId> all;
  for (size_t i = 0; i < arms.size(); ++i) VICINAL_TRY_VOID(append_ids(arms[i], i, all));
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

std::vector<FusedPassage> empty_passages(std::span<const PassageId> ids) {
  std::vector<FusedPassage> out;
  out.reserve(ids.size());
  for (const PassageId& id : ids) out.push_back({.document = id.document, .ordinal = id.ordinal});
  return out;
}

void add_arm(const Arm& arm, size_t number, std::span<const PassageId> ids, const FusionOptions& options,
             std::vector<FusedPassage>& out) {
  const std::vector<float> column = column_of(arm, ids);
  const std::vector<uint32_t> ranks = ranks_of(column, arm.kind);
  const std::vector<double> scaled = scaled_column(column, arm, options);
  for (size_t i = 0; i < out.size(); ++i) {
    const double share = arm.weight > 0 ? arm.weight * scaled[i] : 0;
    out[i].arms[number] = {.score = std::isnan(column[i]) ? 0 : column[i], .rank = ranks[i], .share = share};
    out[i].score += share;
  }
}

bool found_by_any(const FusedPassage& passage, std::span<const Arm> arms) {
  for (size_t i = 0; i < arms.size(); ++i)
    if (arms[i].weight > 0 && passage.arms[i].rank > 0) return true;
  return false;
}

/// The only arm with a weight; its order is then kept to the last bit, which scaling could round away.
std::optional<size_t> lone_arm(std::span<const Arm> arms) {
  std::optional<size_t> lone;
  for (size_t i = 0; i < arms.size(); ++i) {
    if (arms[i].weight <= 0) continue;
    if (lone) return std::nullopt;
    lone = i;
  }
  return lone;
}

void sort_best_first(std::vector<FusedPassage>& passages, std::optional<size_t> lone) {
  std::ranges::sort(passages, [lone](const FusedPassage& a, const FusedPassage& b) {
    if (lone && a.arms[*lone].rank != b.arms[*lone].rank) return a.arms[*lone].rank < b.arms[*lone].rank;
    return ranks_before(a, b);
  });
}

}  // namespace

std::string_view to_string(Fusion fusion) {
  switch (fusion) {
    case Fusion::weighted:
      return "weighted";
    case Fusion::rrf:
      return "rrf";
    case Fusion::distribution:
      return "distribution";
  }
  return "";
}

Result<Fusion> parse_fusion(std::string_view name) {
  std::vector<std::string> known;
  for (const Fusion fusion : kFusions) {
    if (to_string(fusion) == name) return fusion;
    known.emplace_back(to_string(fusion));
  }
  Error error = refused("no such fusion; known are weighted, rrf and distribution").with("fusion", name);
  const auto near = base::closest_names(name, known, 1);
  if (!near.empty()) error.with("nearest", near.front());
  return error;
}

Result<std::vector<FusedPassage>> fuse(std::span<const Arm> arms, const FusionOptions& options) {
  VICINAL_TRY_VOID(check(arms, options));
  VICINAL_TRY(const std::vector<PassageId> ids, union_of(arms));
  std::vector<FusedPassage> out = empty_passages(ids);
  for (size_t i = 0; i < arms.size(); ++i) add_arm(arms[i], i, ids, options, out);
  std::erase_if(out, [&](const FusedPassage& passage) { return !found_by_any(passage, arms); });
  sort_best_first(out, lone_arm(arms));
  return out;
}

Result<std::vector<FusedPassage>> fuse(Arm dense, Arm lexical, const FusionOptions& options) {
  if (!(options.alpha >= 0 && options.alpha <= 1))
    return refused("alpha is a number from 0 to 1").with("alpha", options.alpha);
  dense.weight = options.alpha;
  lexical.weight = 1 - options.alpha;
  const std::array<Arm, 2> arms = {std::move(dense), std::move(lexical)};
  return fuse(arms, options);
}

}  // namespace vicinal::retrieve
