#include "cli/plan_flags.h"

#include <algorithm>

#include "base/check.h"
#include "base/file.h"
#include "cli/collection_flags.h"

namespace vicinal::cli {
namespace {

constexpr size_t kMaxPlanFileBytes = size_t{1} << 20;

Error conflict(std::string message, std::string fix) {
  return Error(Code::invalid_argument, std::move(message)).with("fix", fix);
}

Result<> check_flags(const PlanFlags& flags) {
  if (flags.limit == 0) return conflict("-k is at least 1", "-k 10");
  if (flags.group && flags.best_per_document)
    return conflict("--best-per-document is --group 1, give one of them", "--group N");
  return {};
}

/// What of the flags would change nothing in such a search.
Result<> check_effect(const PlanFlags& flags, const SearchOptions& options) {
  const bool fuses = options.mode == SearchMode::hybrid;
  if (!fuses && (!flags.fusion.empty() || flags.alpha))
    return conflict("--fusion and --alpha are of --mode hybrid", "--mode hybrid");
  if (options.mode == SearchMode::lexical && !flags.metric.empty())
    return conflict("--metric compares vectors, and --mode lexical has none", "--mode hybrid");
  return {};
}

Result<> apply(const PlanFlags& flags, SearchOptions& options) {
  if (!flags.mode.empty()) {
    VICINAL_TRY(options.mode, parse_search_mode(flags.mode));
  }
  if (!flags.metric.empty()) {
    VICINAL_TRY(options.metric, parse_metric(flags.metric));
  }
  if (!flags.where.empty()) options.where = flags.where;
  if (!flags.fields.empty()) {
    VICINAL_TRY(options.fields, field_weights(flags.fields));
  }
  if (!flags.fusion.empty()) options.fusion = flags.fusion;
  options.limit = flags.limit.value_or(options.limit);
  options.alpha = flags.alpha.value_or(options.alpha);
  options.per_document = flags.best_per_document ? 1 : flags.group.value_or(options.per_document);
  if (flags.fold) options.fold = flags.fold;
  if (flags.diverse) options.diverse = flags.diverse;
  return {};
}

}  // namespace

Result<SearchOptions> read_plan(const std::string& path) {
  VICINAL_TRY(const std::string text, base::read_file(path, kMaxPlanFileBytes));
  auto options = parse_search_plan(text);
  if (options) return options;
  Error error = std::move(options).error().with("path", path);
  const auto nearest = std::ranges::find(error.data(), "nearest", &std::pair<std::string, std::string>::first);
  if (nearest != error.data().end()) error.with("fix", "did you mean \"" + nearest->second + "\"?");
  return error;
}

Result<SearchOptions> search_options(const PlanFlags& flags) {
  VICINAL_TRY_VOID(check_flags(flags));
  SearchOptions options;
  if (!flags.plan.empty()) {
    VICINAL_TRY(options, read_plan(flags.plan));
  }
  VICINAL_TRY_VOID(apply(flags, options));
  VICINAL_TRY_VOID(check_effect(flags, options));
  VICINAL_TRY([[maybe_unused]] const std::string checked, search_plan_json(options));
  return options;
}

std::vector<Flag> plan_flags(PlanFlags& target) {
  return {where_flag(target.where),
          field_weight_flag(target.fields),
          {.names = "-k,--limit", .value = "N", .help = "hits to print (default 10)", .target = &target.limit},
          {.names = "--best-per-document",
           .value = "",
           .help = "only the nearest passage of each document",
           .target = &target.best_per_document},
          {.names = "--group",
           .value = "N",
           .help = "at most N passages of each document; 0 is any number",
           .target = &target.group},
          {.names = "--fold",
           .value = "[COSINE]",
           .help = "passages of equal text, or with a cosine from this on (0.98), count as one; the hit says how many",
           .target = &target.fold,
           .implied = "0.98"},
          {.names = "--diverse",
           .value = "[LAMBDA]",
           .help = "hits that do not repeat each other: 1 is relevance alone, 0 novelty alone (0.7)",
           .target = &target.diverse,
           .implied = "0.7"},
          {.names = "--mode",
           .value = "NAME",
           .help = "hybrid (words and meaning), dense (meaning), lexical (words; no model is opened)",
           .target = &target.mode,
           .choices = {"", "hybrid", "dense", "lexical"}},
          {.names = "--alpha",
           .value = "X",
           .help = "of hybrid: weight of meaning, 0 to 1; words have the rest (default 0.7)",
           .target = &target.alpha},
          {.names = "--fusion",
           .value = "NAME",
           .help = "of hybrid: weighted, rrf, distribution (default: weighted)",
           .target = &target.fusion,
           .choices = {"", "weighted", "rrf", "distribution"}},
          {.names = "--metric",
           .value = "NAME",
           .help = "cosine, dot, l2, l1 (default: the collection's)",
           .target = &target.metric},
          {.names = "--plan",
           .value = "FILE",
           .help = "the search as JSON declares it (docs/fusion.md); flags beside it change what they name",
           .target = &target.plan,
           .not_empty = true}};
}

}  // namespace vicinal::cli
