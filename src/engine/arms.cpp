#include "engine/arms.h"

#include <algorithm>
#include <unordered_map>

#include "engine/noise.h"

namespace vicinal::engine {
namespace {

using retrieve::ArmKind;

/// Those of `theirs` that are not among `ours`.
std::vector<index::PassageName> missing(const std::vector<index::StoreHit>& ours,
                                        const std::vector<index::StoreHit>& theirs) {
  std::unordered_map<std::string_view, std::vector<size_t>> known;
  for (const index::StoreHit& hit : ours) known[hit.document].push_back(hit.ordinal);
  std::vector<index::PassageName> names;
  for (const index::StoreHit& hit : theirs) {
    const auto found = known.find(hit.document);
    const bool there = found != known.end() && std::ranges::find(found->second, hit.ordinal) != found->second.end();
    if (!there) names.push_back({hit.document, hit.ordinal});
  }
  return names;
}

class Asking {
 public:
  Asking(index::Store& store, const ArmsRequest& request, size_t wanted)
      : store_(store), request_(request), wanted_(wanted) {}

  Result<ArmsAnswer> run() {
    VICINAL_TRY_VOID(ask_dense());
    VICINAL_TRY_VOID(ask_lexical());
    VICINAL_TRY_VOID(score_others());
    ArmsAnswer answer;
    answer.documents = names();
    answer.dense = arm_of(retrieve::ScoreKind::similarity, answer.documents, dense_);
    answer.lexical = arm_of(retrieve::ScoreKind::match, answer.documents, lexical_);
    if (request_.floor && request_.metric == Metric::cosine)
      answer.dense.baseline = retrieve::baseline_of(*request_.floor);
    answer.above_noise = judge();
    answer.exhausted = may_not_grow(ArmKind::dense, dense_) && may_not_grow(ArmKind::lexical, lexical_);
    answer.weights.assign(words_.weights.begin(), words_.weights.end());
    answer.query = std::move(words_.query);
    answer.suggestion = std::move(words_.suggestion);
    return answer;
  }

 private:
  /// What an arm brought, and what it says of passages that only the other brought.
  struct Scores {
    std::vector<index::StoreHit> hits;
    std::vector<index::PassageName> others;
    std::vector<float> scores;  ///< of the others
  };

  bool uses(ArmKind kind) const { return request_.plan.arm(kind) != nullptr; }
  size_t candidates(ArmKind kind) const {
    const size_t named = request_.plan.arm(kind)->candidates;
    return named > 0 ? named : wanted_;
  }
  bool may_not_grow(ArmKind kind, const Scores& arm) const {
    return !uses(kind) || request_.plan.arm(kind)->candidates > 0 || arm.hits.size() < wanted_;
  }

  Result<> ask_dense() {
    if (!uses(ArmKind::dense)) return {};
    VICINAL_TRY(dense_.hits, store_.search(dense_search(candidates(ArmKind::dense))));
    return see_best_similarity();
  }

  index::StoreSearch dense_search(size_t limit) const {
    return {request_.vector,         limit, request_.metric, false, request_.where, request_.fields.vectors,
            request_.fields.baseline};
  }

  /// Of the dense arm's first, whatever its field counts.
  Result<> see_best_similarity() {
    if (dense_.hits.empty()) return {};
    best_similarity_ = dense_.hits.front().score;
    if (request_.fields.vectors.empty()) return {};
    const index::PassageName first{dense_.hits.front().document, dense_.hits.front().ordinal};
    index::StoreSearch plain = dense_search(0);
    plain.fields.clear();
    VICINAL_TRY(const auto scores, store_.score_passages(plain, std::span(&first, 1)));
    best_similarity_ = scores.front();
    return {};
  }

  Result<> ask_lexical() {
    const retrieve::ArmPlan* arm = request_.plan.arm(ArmKind::lexical);
    if (arm == nullptr) return {};
    std::vector<index::PassageName> also;
    for (const index::StoreHit& hit : dense_.hits) also.push_back({hit.document, hit.ordinal});
    VICINAL_TRY(words_, store_.search_words({.query = request_.text,
                                             .limit = candidates(ArmKind::lexical),
                                             .k1 = arm->k1,
                                             .b = arm->b,
                                             .where = request_.where,
                                             .suggest = request_.suggest,
                                             .fields = request_.fields.words,
                                             .also = also}));
    lexical_.hits = std::move(words_.hits);
    lexical_.others = missing(lexical_.hits, dense_.hits);
    for (size_t i = 0, other = 0; i < also.size() && other < lexical_.others.size(); ++i) {
      if (also[i].document != lexical_.others[other].document || also[i].ordinal != lexical_.others[other].ordinal)
        continue;
      lexical_.scores.push_back(words_.also[i]);
      ++other;
    }
    return {};
  }

  Result<> score_others() {
    if (!uses(ArmKind::dense)) return {};
    dense_.others = missing(dense_.hits, lexical_.hits);
    VICINAL_TRY(dense_.scores, store_.score_passages(dense_search(0), dense_.others));
    return {};
  }

  /// Of all documents that an arm or the other brought.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto* hits : {&dense_.hits, &lexical_.hits})
      for (const index::StoreHit& hit : *hits) names.push_back(hit.document);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  static retrieve::Arm arm_of(retrieve::ScoreKind kind, const std::vector<std::string>& names, const Scores& given) {
    const auto number = [&](std::string_view document) {
      return static_cast<uint64_t>(std::ranges::lower_bound(names, document) - names.begin());
    };
    retrieve::Arm arm{.kind = kind};
    for (const index::StoreHit& hit : given.hits)
      arm.scores.push_back({number(hit.document), static_cast<uint32_t>(hit.ordinal), hit.score});
    for (size_t i = 0; i < given.others.size(); ++i)
      arm.scores.push_back(
          {number(given.others[i].document), static_cast<uint32_t>(given.others[i].ordinal), given.scores[i]});
    return arm;
  }

  bool judge() const {
    if (dense_.hits.empty()) return true;
    retrieve::AnswerSigns signs{.best_similarity = best_similarity_, .lexical_share = {}};
    const bool asked_words = !words_.query.clauses.empty() && words_.largest > 0;
    if (asked_words) signs.lexical_share = lexical_.hits.empty() ? 0 : lexical_.hits.front().score / words_.largest;
    return is_above_noise(request_.floor, request_.metric, signs);
  }

  index::Store& store_;
  const ArmsRequest& request_;
  size_t wanted_;
  Scores dense_, lexical_;
  double best_similarity_ = 0;
  index::LexicalAnswer words_;  ///< without its hits, which are the arm's
};

}  // namespace

Result<ArmsAnswer> ask_arms(index::Store& store, const ArmsRequest& request, size_t wanted) {
  return Asking(store, request, wanted).run();
}

}  // namespace vicinal::engine
