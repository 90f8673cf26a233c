#include "engine/arms.h"

#include <algorithm>
#include <unordered_map>

#include "retrieve/group.h"
#include "retrieve/plan.h"

namespace vicinal::engine {
namespace {

constexpr size_t kDenseArm = 0, kLexicalArm = 1;

/// Passages that an arm or the other brought, under numbers in the order of their documents' ids, so that ties fall
/// as everywhere.
class Candidates {
 public:
  explicit Candidates(std::span<const std::vector<index::StoreHit>> lists) {
    for (const auto& list : lists)
      for (const index::StoreHit& hit : list) names_.push_back(hit.document);
    std::ranges::sort(names_);
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  }
  uint64_t number(std::string_view document) const {
    return static_cast<uint64_t>(std::ranges::lower_bound(names_, document) - names_.begin());
  }
  const std::string& name(uint64_t number) const { return names_[number]; }

 private:
  std::vector<std::string> names_;
};

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

retrieve::Arm arm_of(retrieve::ScoreKind kind, const Candidates& candidates, const std::vector<index::StoreHit>& hits,
                     const std::vector<index::PassageName>& others, std::span<const float> scores) {
  retrieve::Arm arm{.kind = kind};
  for (const index::StoreHit& hit : hits)
    arm.scores.push_back({candidates.number(hit.document), static_cast<uint32_t>(hit.ordinal), hit.score});
  for (size_t i = 0; i < others.size(); ++i)
    arm.scores.push_back({candidates.number(others[i].document), static_cast<uint32_t>(others[i].ordinal), scores[i]});
  return arm;
}

class ArmsSearch {
 public:
  ArmsSearch(index::Store& store, const ArmsRequest& request) : store_(store), request_(request) {}

  Result<Ranking> run() {
    VICINAL_TRY(const index::StoreSelection all, store_.count(*request_.where, request_.fields.words));
    size_t wanted = retrieve::candidates_for(0, request_.limit);
    // Grouping may use up candidates: more are asked for until there are documents enough, or no more passages.
    for (;; wanted *= 4) {
      VICINAL_TRY(Ranking ranking, rank(wanted));
      if (request_.per_document == 0 || ranking.passages.size() == request_.limit || wanted >= all.chunks)
        return ranking;
    }
  }

 private:
  bool uses(SearchMode mode) const { return request_.mode == SearchMode::hybrid || request_.mode == mode; }

  Result<Ranking> rank(size_t wanted) {
    Ranking ranking;
    VICINAL_TRY_VOID(ask(wanted, ranking));
    const std::vector<index::StoreHit> lists[] = {dense_, lexical_.hits};
    const Candidates candidates(lists);
    VICINAL_TRY(const auto fused, fuse(candidates));
    ranking.above_noise = is_above_noise(ranking);
    for (const size_t place : chosen(fused)) ranking.passages.push_back(named(fused[place], candidates));
    return ranking;
  }

  /// Both arms' best, and what each says of the other's.
  Result<> ask(size_t wanted, Ranking& ranking) {
    if (uses(SearchMode::dense)) {
      VICINAL_TRY(dense_, store_.search(dense_search(wanted)));
      VICINAL_TRY_VOID(see_best_similarity());
    }
    if (!uses(SearchMode::lexical)) return {};
    index::LexicalSearch search{.query = request_.text, .limit = wanted, .where = *request_.where};
    search.fields = request_.fields.words;
    std::vector<index::PassageName> names;
    for (const index::StoreHit& hit : dense_) names.push_back({hit.document, hit.ordinal});
    search.also = names;
    search.suggest = request_.suggest;
    VICINAL_TRY(lexical_, store_.search_words(search));
    lexical_others_ = missing(lexical_.hits, dense_);
    lexical_scores_.clear();
    for (size_t i = 0, other = 0; i < names.size() && other < lexical_others_.size(); ++i) {
      if (names[i].document != lexical_others_[other].document || names[i].ordinal != lexical_others_[other].ordinal)
        continue;
      lexical_scores_.push_back(lexical_.also[i]);
      ++other;
    }
    ranking.query = lexical_.query;
    ranking.suggestion = lexical_.suggestion;
    ranking.weights.assign(lexical_.weights.begin(), lexical_.weights.end());
    if (request_.mode != SearchMode::hybrid) return {};
    dense_others_ = missing(dense_, lexical_.hits);
    VICINAL_TRY(dense_scores_, store_.score_passages(dense_search(0), dense_others_));
    return {};
  }

  index::StoreSearch dense_search(size_t limit) const {
    return {request_.vector,         limit, request_.metric, false, *request_.where, request_.fields.vectors,
            request_.fields.baseline};
  }

  /// Of the dense arm's first, whatever its field counts.
  Result<> see_best_similarity() {
    best_similarity_ = dense_.empty() ? 0 : dense_.front().score;
    if (dense_.empty() || request_.fields.vectors.empty()) return {};
    const index::PassageName first{dense_.front().document, dense_.front().ordinal};
    index::StoreSearch plain = dense_search(0);
    plain.fields.clear();
    VICINAL_TRY(const auto scores, store_.score_passages(plain, std::span(&first, 1)));
    best_similarity_ = scores.front();
    return {};
  }

  Result<std::vector<retrieve::FusedPassage>> fuse(const Candidates& candidates) const {
    retrieve::Arm dense = arm_of(retrieve::ScoreKind::similarity, candidates, dense_, dense_others_, dense_scores_);
    retrieve::Arm lexical =
        arm_of(retrieve::ScoreKind::match, candidates, lexical_.hits, lexical_others_, lexical_scores_);
    if (request_.floor && request_.metric == Metric::cosine) dense.baseline = retrieve::baseline_of(*request_.floor);
    retrieve::FusionOptions options = request_.fusion;
    if (request_.mode == SearchMode::dense) options.alpha = 1;
    if (request_.mode == SearchMode::lexical) options.alpha = 0;
    return retrieve::fuse(std::move(dense), std::move(lexical), options);
  }

  /// Places in the fused list.
  std::vector<size_t> chosen(const std::vector<retrieve::FusedPassage>& fused) const {
    std::vector<size_t> places;
    std::unordered_map<uint64_t, size_t> taken;
    for (size_t i = 0; i < fused.size() && places.size() < request_.limit; ++i)
      if (request_.per_document == 0 || taken[fused[i].document]++ < request_.per_document) places.push_back(i);
    return places;
  }

  RankedPassage named(const retrieve::FusedPassage& fused, const Candidates& candidates) const {
    RankedPassage passage{.document = candidates.name(fused.document), .ordinal = fused.ordinal, .arms = {}};
    const retrieve::ArmPlace &dense = fused.arms[kDenseArm], &lexical = fused.arms[kLexicalArm];
    if (uses(SearchMode::dense)) passage.arms.push_back({"dense", dense.score, dense.rank});
    if (uses(SearchMode::lexical)) passage.arms.push_back({"lexical", lexical.score, lexical.rank});
    const bool both = request_.mode == SearchMode::hybrid;
    passage.score = both ? static_cast<float>(fused.score) : passage.arms.front().score;
    return passage;
  }

  bool is_above_noise(const Ranking& ranking) const {
    if (!request_.floor || !request_.floor->probes || dense_.empty() || request_.metric != Metric::cosine) return true;
    retrieve::AnswerSigns signs{.best_similarity = best_similarity_, .lexical_share = {}};
    const bool words = !ranking.query.clauses.empty() && lexical_.largest > 0;
    if (words) signs.lexical_share = lexical_.hits.empty() ? 0 : lexical_.hits.front().score / lexical_.largest;
    return retrieve::answers(*request_.floor->probes, signs);
  }

  index::Store& store_;
  const ArmsRequest& request_;
  std::vector<index::StoreHit> dense_;
  double best_similarity_ = 0;
  index::LexicalAnswer lexical_;
  std::vector<index::PassageName> dense_others_, lexical_others_;  ///< found by the other arm alone
  std::vector<float> dense_scores_, lexical_scores_;
};

}  // namespace

Result<Ranking> search_arms(index::Store& store, const ArmsRequest& request) {
  return ArmsSearch(store, request).run();
}

}  // namespace vicinal::engine
