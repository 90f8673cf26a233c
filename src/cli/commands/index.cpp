#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/index_summary.h"
#include "cli/number_format.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct IndexFlags {
  std::vector<std::string> paths;
  std::string collection;
  std::string metric;
  std::string durability = "sync";
  std::string space;  ///< not empty: the paths hold ready vectors
  WordOptions words;
  std::vector<std::string> fields;
  bool json = false;
  ModelFlags model;
  ChunkFlags chunk;
};

/// An existing collection keeps its metric.
Result<> check_metric(const IndexFlags& flags, Collection& collection) {
  if (flags.metric.empty()) return {};
  VICINAL_TRY(const Metric metric, parse_metric(flags.metric));
  VICINAL_TRY(const CollectionStats stats, collection.stats());
  if (stats.metric == metric_name(metric)) return {};
  return Error(Code::invalid_argument, "the collection's metric was fixed when it was made")
      .with("collection_metric", stats.metric)
      .with("metric", metric_name(metric))
      .with("fix", "leave --metric out; vicinal search --metric NAME compares by another one");
}

/// What a model is asked has no meaning for vectors that are there already.
Result<> check_space_flags(const IndexFlags& flags) {
  const bool model = !flags.model.model.empty() || flags.model.precision != "auto" || !flags.chunk.strategy.empty() ||
                     !flags.chunk.overlap.empty();
  if (flags.space.empty() || !model) return {};
  return Error(Code::invalid_argument,
               "--space is for vectors made elsewhere; --model, --precision and --chunk change nothing there")
      .with("fix", "leave them out, or leave --space out to embed texts");
}

Result<CollectionOptions> options_of(const IndexFlags& flags) {
  VICINAL_TRY_VOID(check_space_flags(flags));
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, flags.chunk));
  options.create = true;
  VICINAL_TRY(options.durability, parse_durability(flags.durability));
  options.space = flags.space;
  options.words = flags.words;
  options.fields = field_sources(flags.fields);
  if (!flags.space.empty()) {
    VICINAL_TRY(options.dimensions, vector_file_dimensions(flags.paths.front()));
  }
  if (!flags.metric.empty()) {
    VICINAL_TRY(options.metric, parse_metric(flags.metric));
  }
  return options;
}

Result<int> run(const IndexFlags& flags, Session& session) {
  VICINAL_TRY(const CollectionOptions options, options_of(flags));
  VICINAL_TRY(Collection collection, Collection::open(flags.collection, options, session.watch()));
  VICINAL_TRY_VOID(check_metric(flags, collection));
  auto report = flags.space.empty() ? collection.index_paths(flags.paths, session.watch())
                                    : collection.add_vector_files(flags.paths, session.watch());
  if (!report) {
    if (report.error().code() == Code::interrupted)
      session.console().note(fmt::format(
          "the first {} are stored; the same command {}", counted(session.console().acknowledged(), "input", "inputs"),
          flags.space.empty() ? "goes on from there" : "stores them once more, and the rest"));
    return std::move(report).error();
  }
  for (const std::string& note : index_notes(*report, session.verbose())) session.console().note(note);
  if (flags.json) session.out().write(index_json(*report));
  return all_refused(*report) ? kExitUse : kExitDone;
}

/// What decides how words are found (docs/lexical.md).
std::vector<Flag> word_flags(WordOptions& words) {
  return {
      {.names = "--analyzer",
       .value = "SPEC",
       .help = "how texts become words: \"unicode stem=de stop=auto\" … (docs/lexical.md; default unicode, or what "
               "the collection has; another one later indexes its words anew); none: not at all",
       .target = &words.analyzer,
       .not_empty = true},
      {.names = "--bm25",
       .value = "HOW",
       .help = "lucene, bm25plus, atire or okapi, with numbers: lucene,k1=1.2,b=0.75 (the default, or what the "
               "collection has)",
       .target = &words.bm25,
       .not_empty = true},
      {.names = "--lang",
       .value = "CODE",
       .help = "language of texts whose metadata has no \"lang\" or \"language\"; auto guesses each (default auto, or "
               "what the collection has)",
       .target = &words.language,
       .not_empty = true},
      {.names = "--glossary",
       .value = "FILE",
       .help = "of a new collection: rules \"k8s, kubernetes\" or \"API => application programming interface\", one a "
               "line; texts and queries get what they add, so they are part of the space",
       .target = &words.glossary,
       .not_empty = true}};
}

std::vector<Flag> flags_of(IndexFlags& flags) {
  std::vector<Flag> all = {collection_flag(flags.collection),
                           {.names = "--json", .value = "", .help = "the summary as one object", .target = &flags.json},
                           chunk_flag(flags.chunk),
                           overlap_flag(flags.chunk),
                           field_source_flag(flags.fields),
                           {.names = "--space",
                            .value = "NAME",
                            .help = "PATH holds ready vectors of this space: .npy (float32) or .jsonl rows "
                                    "{\"id\",\"embedding\",\"text\", …metadata}, or \"vectors\":{field:[…]}",
                            .target = &flags.space,
                            .not_empty = true},
                           {.names = "--metric",
                            .value = "NAME",
                            .help = "of a new collection: cosine, dot, l2, l1 (default cosine)",
                            .target = &flags.metric},
                           {.names = "--durability",
                            .value = "WHEN",
                            .help = "when what was stored is synced: sync (every commit), batch (many together), none "
                                    "(at the end; a power loss may damage the collection)",
                            .target = &flags.durability}};
  for (Flag& flag : word_flags(flags.words)) all.push_back(std::move(flag));
  for (Flag& flag : collection_model_flags(flags.model)) all.push_back(std::move(flag));
  return all;
}

}  // namespace

Command index_command() {
  auto flags = std::make_shared<IndexFlags>();
  return {.name = "index",
          .purpose = "Search",
          .summary = "mirror files and JSONL rows into a collection; only what changed is embedded",
          .usage = "PATH… --collection DIR [flags]",
          .examples = {"vicinal index ~/notes --collection notes.vicinal",
                       "vicinal index corpus.jsonl --collection c --chunk none --precision f32",
                       "vicinal index docs README.md --collection c --chunk recursive:128t --overlap 16t",
                       "vicinal index handbuch --collection c --lang de --glossary abbreviations.txt",
                       "vicinal index papers.jsonl --collection c --field title=title --field body=abstract",
                       "vicinal index vectors.npy --space openai-3-small --collection c"},
          .arguments = {{.name = "PATH",
                         .help = "files and folders (.gitignore is honoured); .jsonl rows {\"_id\" or "
                                 "\"id\",\"title\",\"text\", …metadata}",
                         .target = &flags->paths,
                         .required = true}},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
