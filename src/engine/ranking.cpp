#include "engine/ranking.h"

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"
#include "retrieve/result_list.h"

namespace vicinal::engine {
namespace {

using retrieve::ArmKind;

constexpr size_t kDenseArm = 0, kLexicalArm = 1;
constexpr size_t kGrowth = 4;

class ListMaking {
 public:
  ListMaking(index::Store& store, const ArmsRequest& request, DocumentCache& documents, const ArmsAnswer& answer)
      : store_(store), request_(request), documents_(documents), answer_(answer) {}

  Result<std::vector<RankedPassage>> run() const {
    VICINAL_TRY(auto fused, fuse());
    VICINAL_TRY(const auto list, retrieve::result_list(request_.plan, std::move(fused), facts()));
    std::vector<RankedPassage> passages;
    for (const retrieve::ListedPassage& listed : list) passages.push_back(named(listed));
    return passages;
  }

 private:
  Result<std::vector<retrieve::FusedPassage>> fuse() const {
    retrieve::FusionOptions options = request_.plan.fuse;
    if (request_.plan.arm(ArmKind::lexical) == nullptr) options.alpha = 1;
    if (request_.plan.arm(ArmKind::dense) == nullptr) options.alpha = 0;
    return retrieve::fuse(answer_.dense, answer_.lexical, options);
  }

  retrieve::PassageFacts facts() const {
    return {.vector_of =
                [this](const retrieve::PassageId& id) {
                  return store_.passage_vector({answer_.documents[id.document], id.ordinal});
                },
            .text_hash_of = [this](const retrieve::PassageId& id) { return text_hash(id); },
            .similarity_floor = request_.floor ? request_.floor->mean : 0};
  }

  /// A text that cannot be read is like no other; whoever shows it reports why.
  std::optional<uint64_t> text_hash(const retrieve::PassageId& id) const {
    const auto place = documents_.passage(answer_.documents[id.document], id.ordinal);
    if (!place) return std::nullopt;
    return base::xxh3_64(place->text());
  }

  RankedPassage named(const retrieve::ListedPassage& listed) const {
    const retrieve::FusedPassage& fused = listed.passage;
    RankedPassage passage{.document = answer_.documents[fused.document], .ordinal = fused.ordinal};
    const retrieve::ArmPlace &dense = fused.arms[kDenseArm], &lexical = fused.arms[kLexicalArm];
    if (request_.plan.arm(ArmKind::dense)) passage.arms.push_back({"dense", dense.score, dense.rank});
    if (request_.plan.arm(ArmKind::lexical)) passage.arms.push_back({"lexical", lexical.score, lexical.rank});
    const bool both = passage.arms.size() > 1;
    passage.score = both ? static_cast<float>(fused.score) : passage.arms.front().score;
    for (const retrieve::PassageId& id : listed.folded)
      passage.folded.push_back(answer_.documents[id.document] + "#" + std::to_string(id.ordinal));
    return passage;
  }

  index::Store& store_;
  const ArmsRequest& request_;
  DocumentCache& documents_;
  const ArmsAnswer& answer_;
};

size_t first_candidates(const retrieve::SearchPlan& plan) {
  const size_t few = retrieve::candidates_for(0, plan.limit);
  return plan.diversity ? std::max(few, retrieve::candidates_for(plan.diversity->candidates, plan.limit)) : few;
}

}  // namespace

Result<Ranking> rank(index::Store& store, const ArmsRequest& request, DocumentCache& documents) {
  for (size_t wanted = first_candidates(request.plan);; wanted *= kGrowth) {
    VICINAL_TRY(ArmsAnswer answer, ask_arms(store, request, wanted));
    VICINAL_TRY(auto passages, ListMaking(store, request, documents, answer).run());
    if (passages.size() < request.plan.limit && !answer.exhausted) continue;
    return Ranking{std::move(passages), std::move(answer.query), std::move(answer.weights),
                   std::move(answer.suggestion), answer.above_noise};
  }
}

}  // namespace vicinal::engine
