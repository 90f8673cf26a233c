#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/number_format.h"
#include "cli/plan_flags.h"
#include "cli/session.h"
#include "cli/trec_run.h"

namespace vicinal::cli {
namespace {

struct FitFlags {
  std::string collection, queries, qrels, plan, plan_out;
  bool json = false;
  ModelFlags model;
};

Result<std::vector<JudgedQuestion>> read_questions(const FitFlags& flags) {
  VICINAL_TRY(std::vector<Query> queries, read_queries(flags.queries));
  VICINAL_TRY(auto judgements, read_judgements(flags.qrels));
  std::vector<JudgedQuestion> questions;
  for (Query& query : queries) questions.push_back({std::move(query.text), std::move(judgements[query.id])});
  return questions;
}

std::string fusion_text(const SearchOptions& options) {
  return fmt::format("{}, alpha {:.3g}", options.fusion.empty() ? "weighted" : options.fusion, options.alpha);
}

std::string verdict(const FitReport& report) {
  if (report.distinguishable) return "the fitted fusion is better";
  return report.gain_low == 0 && report.gain_high == 0
             ? "the usual fusion is as good"
             : "not distinguishable from noise: keep the usual fusion, or judge more questions";
}

std::string fit_text(const FitReport& report, const SearchOptions& usual) {
  std::string out = "nDCG@10\n";
  out += fmt::format("words    {:.4f}\nmeaning  {:.4f}\n", report.lexical, report.dense);
  out += fmt::format("usual    {:.4f}  {}\n", report.usual, fusion_text(usual));
  out += fmt::format("fitted   {:.4f}  {}; estimated on questions that it was not fitted on\n", report.fitted,
                     fusion_text(report.best));
  return out + fmt::format("gain    {:+.4f}  95 % interval {:+.4f} to {:+.4f}: {}\n", report.fitted - report.usual,
                           report.gain_low, report.gain_high, verdict(report));
}

Result<std::string> fit_json(const FitReport& report) {
  VICINAL_TRY(const std::string best, search_plan_json(report.best));
  VICINAL_TRY(const std::string recommended, search_plan_json(report.recommended));
  base::JsonWriter out;
  out.begin_object().key("questions").number(uint64_t{report.questions});
  out.key("unjudged").number(uint64_t{report.unjudged});
  out.key("unknown_documents").number(uint64_t{report.unknown_documents});
  out.key("lexical").number(report.lexical).key("dense").number(report.dense);
  out.key("usual").number(report.usual).key("fitted").number(report.fitted);
  out.key("gain").number(report.fitted - report.usual);
  out.key("gain_low").number(report.gain_low).key("gain_high").number(report.gain_high);
  out.key("distinguishable").boolean(report.distinguishable);
  out.key("best").raw(best).key("recommended").raw(recommended);
  return out.key("schema").number(1).end_object().take() + '\n';
}

void print_notes(const FitReport& report, Console& console) {
  std::string note = counted(report.questions, "judged question", "judged questions");
  if (report.unjudged > 0) note += fmt::format(" · {} without a good document left out", grouped(report.unjudged));
  console.note(note);
  if (report.unknown_documents > 0)
    console.note(counted(report.unknown_documents, "good document is", "good documents are") +
                 " not in the collection, and no ranking can have them");
}

Result<> write_plan(const FitFlags& flags, const FitReport& report, Console& console) {
  if (flags.plan_out.empty()) return {};
  VICINAL_TRY(const std::string plan, search_plan_json(report.recommended));
  VICINAL_TRY_VOID(base::write_file_atomic(flags.plan_out, plan + '\n'));
  console.note(fmt::format("{}: {}{} · vicinal search QUERY --collection {} --plan {}", flags.plan_out,
                           fusion_text(report.recommended), report.distinguishable ? "" : " (the usual one)",
                           flags.collection, flags.plan_out));
  return {};
}

Result<int> run(const FitFlags& flags, Session& session) {
  SearchOptions usual;
  if (!flags.plan.empty()) {
    VICINAL_TRY(usual, read_plan(flags.plan));
  }
  VICINAL_TRY(const std::vector<JudgedQuestion> questions, read_questions(flags));
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, {}));
  options.read_only = true;
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, options));
  VICINAL_TRY(const FitReport report, collection.fit(questions, usual, session.watch()));
  session.console().clear_line();
  std::string text = fit_text(report, usual);
  if (flags.json) {
    VICINAL_TRY(text, fit_json(report));
  }
  session.out().write(text);
  session.out().flush();
  print_notes(report, session.console());
  VICINAL_TRY_VOID(write_plan(flags, report, session.console()));
  return kExitDone;
}

std::vector<Flag> flags_of(FitFlags& flags) {
  std::vector<Flag> all = {
      collection_flag(flags.collection),
      {.names = "--queries",
       .value = "FILE",
       .help = "JSONL questions {\"_id\" or \"id\",\"text\"}",
       .target = &flags.queries,
       .required = true},
      {.names = "--qrels",
       .value = "FILE",
       .help = "judgements, a line each: \"question 0 document gain\" (TREC), or without the 0 (BEIR)",
       .target = &flags.qrels,
       .required = true},
      {.names = "--plan",
       .value = "FILE",
       .help = "the plan whose fusion is fitted, and that it is compared with (default: the default plan)",
       .target = &flags.plan,
       .not_empty = true},
      {.names = "--plan-out",
       .value = "FILE",
       .help = "write the plan that is recommended, for search --plan; where the gain is within noise, the usual one",
       .target = &flags.plan_out,
       .not_empty = true},
      {.names = "--json", .value = "", .help = "one object with scores, interval and plans", .target = &flags.json}};
  for (Flag& flag : collection_model_flags(flags.model)) all.push_back(std::move(flag));
  return all;
}

}  // namespace

Command fit_command() {
  auto flags = std::make_shared<FitFlags>();
  return {.name = "fit",
          .purpose = "Search",
          .summary = "how words and meaning are best weighed, from judged questions",
          .usage = "--collection DIR --queries FILE --qrels FILE [flags]",
          .examples = {"vicinal fit --collection c --queries queries.jsonl --qrels qrels.tsv",
                       "vicinal fit --collection c --queries q.jsonl --qrels q.tsv --plan-out plan.json"},
          .arguments = {},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
