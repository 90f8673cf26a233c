#include "retrieve/result_list.h"

#include <algorithm>

#include "base/check.h"
#include "retrieve/diversity.h"
#include "retrieve/group.h"
#include "retrieve/near_duplicates.h"

namespace vicinal::retrieve {
namespace {

using ListedPassages = std::vector<ListedPassage>;

Result<std::span<const float>> vector_of(const PassageId& id, const PassageFacts& facts) {
  if (!facts.vector_of) return Error(Code::invalid_argument, "the plan compares passages, and there are no vectors");
  return facts.vector_of(id);
}

Result<std::vector<PassageLook>> looks_of(std::span<const FusedPassage> fused, const PassageFacts& facts) {
  std::vector<PassageLook> looks(fused.size());
  for (size_t i = 0; i < fused.size(); ++i) {
    if (facts.text_hash_of) looks[i].text_hash = facts.text_hash_of(fused[i].id());
    VICINAL_TRY(looks[i].vector, vector_of(fused[i].id(), facts));
  }
  return looks;
}

ListedPassages each_alone(std::vector<FusedPassage> fused) {
  ListedPassages out;
  out.reserve(fused.size());
  for (FusedPassage& passage : fused) out.push_back({.passage = passage, .folded = {}});
  return out;
}

Result<ListedPassages> folded(const FoldPlan& plan, std::vector<FusedPassage> fused, const PassageFacts& facts) {
  VICINAL_TRY(const auto looks, looks_of(fused, facts));
  VICINAL_TRY(const auto kinds, fold_near_duplicates(looks, plan.threshold));
  ListedPassages out;
  for (const FoldedPassage& kind : kinds) {
    out.push_back({.passage = fused[kind.kept], .folded = {}});
    for (const size_t place : kind.folded) out.back().folded.push_back(fused[place].id());
  }
  return out;
}

/// With grouping all are put in order: which of them begin a document is known only then.
DiversityOptions diversity_options(const SearchPlan& plan, size_t passages, const PassageFacts& facts) {
  return {.lambda = plan.diversity->lambda,
          .similarity_floor = std::clamp(facts.similarity_floor, -1.0, 0.999),
          .limit = plan.group ? passages : plan.limit};
}

Result<ListedPassages> diversified(const SearchPlan& plan, ListedPassages passages, const PassageFacts& facts) {
  passages.resize(std::min(passages.size(), candidates_for(plan.diversity->candidates, plan.limit)));
  std::vector<double> scores;
  std::vector<std::span<const float>> vectors;
  for (const ListedPassage& listed : passages) {
    scores.push_back(listed.passage.score);
    VICINAL_TRY(vectors.emplace_back(), vector_of(listed.passage.id(), facts));
  }
  VICINAL_TRY(const auto order, diversify(scores, vectors, diversity_options(plan, passages.size(), facts)));
  ListedPassages out;
  for (const size_t place : order) out.push_back(std::move(passages[place]));
  return out;
}

ListedPassages grouped(const GroupPlan& plan, ListedPassages passages) {
  std::vector<uint64_t> documents;
  for (const ListedPassage& listed : passages) documents.push_back(listed.passage.document);
  ListedPassages out;
  for (const size_t place : best_of_each_document(documents, plan.passages)) out.push_back(std::move(passages[place]));
  return out;
}

}  // namespace

Result<std::vector<ListedPassage>> result_list(const SearchPlan& plan, std::vector<FusedPassage> fused,
                                               const PassageFacts& facts) {
  ListedPassages passages;
  if (plan.fold_duplicates) {
    VICINAL_TRY(passages, folded(*plan.fold_duplicates, std::move(fused), facts));
  } else {
    passages = each_alone(std::move(fused));
  }
  if (plan.diversity) {
    VICINAL_TRY(passages, diversified(plan, std::move(passages), facts));
  }
  if (plan.group) passages = grouped(*plan.group, std::move(passages));
  passages.resize(std::min(passages.size(), plan.limit));
  return passages;
}

}  // namespace vicinal::retrieve
