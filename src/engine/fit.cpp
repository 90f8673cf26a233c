/// Fusion fitted on the user's judgements: both arms are asked every question, and retrieve/fit.h does the rest.

#include <algorithm>
#include <set>

#include "engine/arms.h"
#include "engine/collection_impl.h"
#include "engine/noise.h"
#include "engine/search_plan.h"
#include "retrieve/fit.h"

namespace vicinal {
inline namespace v0 {
namespace {

/// Candidates of an answer with what they are worth.
retrieve::JudgedQuery judged(const engine::ArmsAnswer& answer, const std::map<std::string, double>& gains) {
  std::map<retrieve::PassageId, retrieve::JudgedPassage> passages;
  const auto add = [&](const retrieve::Arm& arm, float retrieve::JudgedPassage::* score) {
    for (const retrieve::ScoredPassage& scored : arm.scores) {
      retrieve::JudgedPassage& passage = passages[scored.id()];
      passage.document = scored.document;
      passage.ordinal = scored.ordinal;
      passage.*score = scored.score;
      const auto gain = gains.find(answer.documents[scored.document]);
      passage.gain = gain == gains.end() ? 0 : gain->second;
    }
  };
  add(answer.dense, &retrieve::JudgedPassage::dense);
  add(answer.lexical, &retrieve::JudgedPassage::lexical);
  retrieve::JudgedQuery query;
  for (const auto& [id, passage] : passages) query.candidates.push_back(passage);
  for (const auto& [document, gain] : gains)
    if (gain > 0) query.gains.push_back(gain);
  return query;
}

/// Those with a good document.
std::vector<const JudgedQuestion*> worth_asking(const std::vector<JudgedQuestion>& questions) {
  std::vector<const JudgedQuestion*> asked;
  for (const JudgedQuestion& question : questions)
    if (std::ranges::any_of(question.gains, [](const auto& judged) { return judged.second > 0; }))
      asked.push_back(&question);
  return asked;
}

Result<size_t> count_unknown(index::Store& store, const std::vector<const JudgedQuestion*>& questions) {
  std::set<std::string_view> good;
  for (const JudgedQuestion* question : questions)
    for (const auto& [document, gain] : question->gains)
      if (gain > 0) good.insert(document);
  size_t unknown = 0;
  for (const std::string_view document : good) {
    VICINAL_TRY(const auto metadata, store.metadata(document));
    unknown += !metadata;
  }
  return unknown;
}

SearchOptions with_fusion(SearchOptions options, const retrieve::FusionOptions& fusion) {
  options.fusion = retrieve::to_string(fusion.kind);
  options.alpha = fusion.alpha;
  options.rrf_k = fusion.rrf_k;
  return options;
}

FitReport report_of(const retrieve::FittedFusion& fitted, const SearchOptions& usual) {
  return {.questions = fitted.queries,
          .usual = fitted.usual_score,
          .fitted = fitted.held_out_score,
          .dense = fitted.dense_score,
          .lexical = fitted.lexical_score,
          .gain_low = fitted.gain_interval.low,
          .gain_high = fitted.gain_interval.high,
          .distinguishable = fitted.distinguishable(),
          .best = with_fusion(usual, fitted.best),
          .recommended = with_fusion(usual, fitted.recommended)};
}

}  // namespace

Result<FitReport> Collection::fit(const std::vector<JudgedQuestion>& questions, const SearchOptions& usual,
                                  const Watch& watch) {
  VICINAL_TRY(const retrieve::SearchPlan plan, engine::plan_of(usual));
  if (plan.arms.size() < 2)
    return Error(Code::invalid_argument, "a plan of one arm has no fusion to fit")
        .with("mode", search_mode_name(usual.mode));
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(plan.filter));
  const std::vector<const JudgedQuestion*> asked = worth_asking(questions);
  std::vector<std::string> texts;
  for (const JudgedQuestion* question : asked) texts.push_back(question->text);
  VICINAL_TRY(const Matrix vectors, impl_->embed_queries(texts, watch));
  index::Store& store = *impl_->reader;
  VICINAL_TRY_VOID(store.refresh());
  const Metric metric = usual.metric.value_or(store.identity().metric);
  const auto floor = metric == Metric::cosine ? engine::noise_floor_of(store) : std::nullopt;
  VICINAL_TRY(const auto fields, engine::searched_fields(usual.fields, store.identity().fields, metric, floor));
  std::vector<retrieve::JudgedQuery> queries;
  retrieve::FitOptions options{.usual = plan.fuse, .baseline = {}, .bootstrap = {}};
  if (floor) options.baseline = retrieve::baseline_of(*floor);
  for (size_t i = 0; i < asked.size(); ++i) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped").with("questions", i);
    const engine::ArmsRequest request{texts[i], vectors.row(i), plan, where, metric, floor, fields};
    VICINAL_TRY(const engine::ArmsAnswer answer,
                engine::ask_arms(store, request, retrieve::candidates_for(0, plan.limit)));
    queries.push_back(judged(answer, asked[i]->gains));
  }
  VICINAL_TRY(const retrieve::FittedFusion fitted, retrieve::fit_fusion(queries, options));
  FitReport report = report_of(fitted, usual);
  report.unjudged = questions.size() - asked.size();
  VICINAL_TRY(report.unknown_documents, count_unknown(store, asked));
  return report;
}

}  // namespace v0
}  // namespace vicinal
