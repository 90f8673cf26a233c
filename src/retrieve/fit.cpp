#include "retrieve/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "base/check.h"

namespace vicinal::retrieve {
namespace {

constexpr size_t kGridSteps = 20;
constexpr size_t kGoldenSteps = 12;
constexpr size_t kFewestQueries = 5;
constexpr std::array<Fusion, 3> kFittedKinds = {Fusion::weighted, Fusion::distribution, Fusion::rrf};

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// All rankings of one kind.
using Rankings = std::vector<JudgedRanking>;

std::vector<double> scores_at(const Rankings& rankings, double alpha) {
  std::vector<double> scores;
  scores.reserve(rankings.size());
  for (const JudgedRanking& ranking : rankings) scores.push_back(ranking.ndcg(alpha));
  return scores;
}

/// One choice of the grid, with each query's score.
struct GridPoint {
  Fusion kind = Fusion::weighted;
  double alpha = 0;
  std::vector<double> scores;
};

/// The mean over the queries outside of `fold`.
double mean_without(const GridPoint& point, size_t fold, size_t folds) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < point.scores.size(); ++i) {
    if (i % folds == fold) continue;
    sum += point.scores[i];
    ++count;
  }
  return sum / static_cast<double>(count);
}

class Fit {
 public:
  Fit(std::span<const JudgedQuery* const> queries, const FitOptions& options) : options_(options) {
    for (const Fusion kind : kFittedKinds) {
      Rankings rankings;
      for (const JudgedQuery* query : queries)
        rankings.emplace_back(*query, kind, options.usual.rrf_k, options.baseline);
      add_grid(kind, rankings);
      rankings_.push_back(std::move(rankings));
    }
    usual_ = scores_at(of_kind(options.usual.kind), options.usual.alpha);
    // Among equals what is nearest to the usual wins, its kind before others.
    std::ranges::stable_sort(grid_, {}, [&](const GridPoint& point) {
      return std::pair(point.kind != options_.usual.kind, std::abs(point.alpha - options_.usual.alpha));
    });
  }

  FittedFusion run() const {
    FittedFusion out;
    const GridPoint& best = *std::ranges::max_element(grid_, {}, [](const GridPoint& p) { return mean_of(p.scores); });
    out.best = {.kind = best.kind, .alpha = best.alpha, .rrf_k = options_.usual.rrf_k};
    out.best_score = mean_of(best.scores);
    refine(out);
    out.usual_score = mean_of(usual_);
    out.dense_score = mean_of(scores_at(of_kind(Fusion::weighted), 1));
    out.lexical_score = mean_of(scores_at(of_kind(Fusion::weighted), 0));
    hold_out(out);
    out.recommended = out.distinguishable() ? out.best : options_.usual;
    out.queries = usual_.size();
    return out;
  }

 private:
  void add_grid(Fusion kind, const Rankings& rankings) {
    for (size_t step = 0; step <= kGridSteps; ++step) {
      const double alpha = static_cast<double>(step) / kGridSteps;
      grid_.push_back({.kind = kind, .alpha = alpha, .scores = scores_at(rankings, alpha)});
    }
  }

  const Rankings& of_kind(Fusion kind) const {
    return rankings_[static_cast<size_t>(std::ranges::find(kFittedKinds, kind) - kFittedKinds.begin())];
  }

  /// Golden section between the grid's neighbours. The mean is a staircase, so only what is better is taken.
  void refine(FittedFusion& out) const {
    const auto score = [&](double alpha) { return mean_of(scores_at(of_kind(out.best.kind), alpha)); };
    double low = std::max(0.0, out.best.alpha - 1.0 / kGridSteps),
           high = std::min(1.0, out.best.alpha + 1.0 / kGridSteps);
    for (size_t step = 0; step < kGoldenSteps; ++step) {
      const double part = (high - low) / std::numbers::phi;
      const double left = high - part, right = low + part;
      const double at_left = score(left), at_right = score(right);
      const auto [better, alpha] = std::max(std::pair(at_left, left), std::pair(at_right, right));
      if (better > out.best_score) {
        out.best_score = better;
        out.best.alpha = std::round(alpha * 1000) / 1000;
      }
      (at_left < at_right ? low : high) = at_left < at_right ? left : right;
    }
    out.best_score = score(out.best.alpha);
  }

  void hold_out(FittedFusion& out) const {
    std::vector<double> held_out(usual_.size()), gains(usual_.size());
    for (size_t fold = 0; fold < options_.folds; ++fold) {
      const GridPoint& chosen = *std::ranges::max_element(
          grid_, {}, [&](const GridPoint& point) { return mean_without(point, fold, options_.folds); });
      for (size_t i = fold; i < usual_.size(); i += options_.folds) held_out[i] = chosen.scores[i];
    }
    for (size_t i = 0; i < gains.size(); ++i) gains[i] = held_out[i] - usual_[i];
    out.held_out_score = mean_of(held_out);
    out.gain_interval = bootstrap_mean(gains, options_.bootstrap);
  }

  const FitOptions& options_;
  std::vector<Rankings> rankings_;
  std::vector<GridPoint> grid_;
  std::vector<double> usual_;
};

bool is_relevant(double gain) { return gain > 0; }

/// fuse() has all the checks of scores, weights and repetitions.
Result<> check_query(const JudgedQuery& query, size_t number, const FitOptions& options) {
  Arm dense{.kind = ScoreKind::similarity, .baseline = options.baseline}, lexical{.kind = ScoreKind::match};
  for (const JudgedPassage& passage : query.candidates) {
    dense.scores.push_back({passage.document, passage.ordinal, passage.dense});
    lexical.scores.push_back({passage.document, passage.ordinal, passage.lexical});
    if (!std::isfinite(passage.gain)) return Error(Code::invalid_argument, "a gain is no number").with("query", number);
  }
  if (!std::ranges::all_of(query.gains, [](double gain) { return std::isfinite(gain); }))
    return Error(Code::invalid_argument, "a gain is no number").with("query", number);
  if (auto fused = fuse(std::move(dense), std::move(lexical), options.usual); !fused)
    return std::move(fused).error().with("query", number);
  return {};
}

Result<> check_counts(size_t queries, const FitOptions& options) {
  if (queries < kFewestQueries)
    return Error(Code::invalid_argument, "too few judged queries to fit on")
        .with("queries", queries)
        .with("need", kFewestQueries);
  if (options.folds < 2 || options.folds > queries)
    return Error(Code::invalid_argument, "the number of folds lies between 2 and that of the queries")
        .with("folds", options.folds)
        .with("queries", queries);
  if (options.bootstrap.draws == 0 || !(options.bootstrap.coverage > 0 && options.bootstrap.coverage < 1))
    return Error(Code::invalid_argument, "a bootstrap has draws, and a coverage between 0 and 1");
  return {};
}

/// "+0.0123", as `form` says.
std::string written(const char* form, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), form, value);
  return text.data();
}

std::string score_text(double score) { return written("%.4f", score); }

std::string gain_text(const FittedFusion& fitted) {
  return "gain " + written("%+.4f", fitted.held_out_score - fitted.usual_score) + " (95 % interval " +
         written("%+.4f", fitted.gain_interval.low) + " to " + written("%+.4f", fitted.gain_interval.high) + ")";
}

}  // namespace

Result<FittedFusion> fit_fusion(std::span<const JudgedQuery> queries, const FitOptions& options) {
  std::vector<const JudgedQuery*> judged;
  for (size_t i = 0; i < queries.size(); ++i) {
    VICINAL_TRY_VOID(check_query(queries[i], i, options));
    if (std::ranges::any_of(queries[i].gains, is_relevant)) judged.push_back(&queries[i]);
  }
  VICINAL_TRY_VOID(check_counts(judged.size(), options));
  FittedFusion out = Fit(judged, options).run();
  out.unjudged = queries.size() - judged.size();
  return out;
}

std::string to_string(const FittedFusion& fitted) {
  const std::string found = std::string(to_string(fitted.best.kind)) + " with alpha " +
                            written("%.3g", fitted.best.alpha) + ": nDCG@10 " + score_text(fitted.best_score) +
                            " on the " + std::to_string(fitted.queries) + " queries it was fitted on, estimated " +
                            score_text(fitted.held_out_score) + " on others; usual " + score_text(fitted.usual_score) +
                            ".";
  if (fitted.held_out_score == fitted.usual_score) return found + " The usual is as good.";
  if (fitted.distinguishable()) return found + " Estimated " + gain_text(fitted) + ".";
  return found + " Not distinguishable from the usual: " + gain_text(fitted) + "; more judged queries would tell.";
}

}  // namespace vicinal::retrieve
