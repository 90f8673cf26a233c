#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "cli/collection_flags.h"
#include "cli/commands.h"
#include "cli/editor.h"
#include "cli/exit_code.h"
#include "cli/hit_json.h"
#include "cli/hit_printer.h"
#include "cli/index_summary.h"
#include "cli/interactive/terminal.h"
#include "cli/interactive/type_ahead.h"
#include "cli/number_format.h"
#include "cli/plan_flags.h"
#include "cli/session.h"
#include "cli/trec_run.h"

namespace vicinal::cli {
namespace {

constexpr const char* kDefaultTag = "vicinal";

struct SearchFlags {
  std::vector<std::string> words;  ///< QUERY, then PATH…; only paths are refused with --queries
  std::string collection, queries, run = "-", tag = kDefaultTag, vector, space;
  size_t context = 0;
  std::optional<size_t> open;
  bool json = false, jsonl = false, explain = false, all = false, interactive = false;
  PlanFlags plan;
  ModelFlags model;
  ChunkFlags chunk;
};

Error bad_use(std::string message, std::string fix) {
  return Error(Code::invalid_argument, std::move(message)).with("fix", fix);
}

/// The question is typed later.
bool may_begin_empty(const SearchFlags& flags) {
  return flags.interactive && flags.words.empty() && !flags.collection.empty();
}

Result<> check_use(const SearchFlags& flags) {
  const bool batch = !flags.queries.empty();
  if (batch && !flags.words.empty())
    return bad_use("give QUERY or --queries, not both", "vicinal search --collection DIR --queries FILE.jsonl");
  if (batch && flags.collection.empty()) return bad_use("--queries needs a collection", "--collection DIR");
  if (!flags.vector.empty() && (batch || !flags.words.empty() || flags.collection.empty()))
    return bad_use("--vector stands in place of QUERY, and needs a collection",
                   "vicinal search --collection DIR --vector FILE.npy");
  if (batch || !flags.vector.empty() || may_begin_empty(flags)) return {};
  if (flags.words.empty())
    return bad_use("QUERY is missing", "vicinal search \"your question\" PATH…, or --collection DIR");
  if (flags.collection.empty() == (flags.words.size() == 1))
    return bad_use("give PATH or --collection, one of them", "vicinal search \"your question\" ~/Documents");
  return {};
}

/// Flags that would change nothing are refused: whoever gives one expects something of it.
Result<> check_effect(const SearchFlags& flags) {
  const bool batch = !flags.queries.empty();
  const std::string make_run = "vicinal search --collection DIR --queries FILE.jsonl --run FILE";
  if (!batch && flags.run != "-") return bad_use("--run is for the TREC run of --queries", make_run);
  if (!batch && flags.tag != kDefaultTag) return bad_use("--tag is for the TREC run of --queries", make_run);
  if (batch && flags.explain)
    return bad_use("--explain is for one QUERY", "vicinal search QUERY --collection DIR --explain");
  if (!flags.vector.empty() && !flags.plan.mode.empty() && flags.plan.mode != "dense")
    return bad_use("--vector has no words: --mode dense is all it can", "leave --mode out");
  if (batch && flags.all) return bad_use("--all is for one QUERY; a TREC run has everything", make_run);
  if (batch && (flags.json || flags.jsonl)) return bad_use("--queries writes a TREC run, no JSON", make_run);
  if (!flags.space.empty() && flags.vector.empty())
    return bad_use("--space is the space of --vector", "--vector FILE.npy --space NAME");
  if (flags.interactive && (batch || !flags.vector.empty() || flags.json || flags.explain || flags.open))
    return bad_use(
        "--interactive is for a person: --queries, --vector, --json, --explain and --open change nothing there",
        "vicinal search --interactive --collection DIR");
  if (batch && flags.plan.group) return bad_use("--group is for one QUERY: a TREC run has documents", make_run);
  const bool for_people = !batch && !flags.json && !flags.jsonl;
  if (flags.open && !for_people) return bad_use("--open is for one QUERY and a person", "leave --json out");
  if (flags.open == 0) return bad_use("hits are counted from 1", "--open 1");
  if (flags.context > 0 && batch) return bad_use("-C is for one QUERY; a TREC run has no texts", make_run);
  if (flags.json && flags.jsonl) return bad_use("give --json or --jsonl, not both", "--json");
  const bool cuts = !flags.chunk.strategy.empty() || !flags.chunk.overlap.empty();
  if (cuts && !flags.collection.empty())
    return bad_use("--chunk and --overlap say how PATH is cut; a collection is searched as it is",
                   "vicinal index PATH… --collection DIR --chunk HOW");
  return {};
}

/// The collection of the user's cache that mirrors the paths, brought up to date.
Result<Collection> open_cached(const SearchFlags& flags, CollectionOptions options, Session& session) {
  const std::vector<std::string> paths(flags.words.begin() + 1, flags.words.end());
  VICINAL_TRY(const std::string folder, cached_collection_path(paths, options));
  options.create = true;
  VICINAL_TRY(Collection collection, Collection::open(folder, options, session.watch()));
  VICINAL_TRY(const IndexReport report, collection.index_paths(paths, session.watch()));
  const bool news = report.added + report.updated + report.removed + report.chunks > 0;
  if (news || session.verbose())
    for (const std::string& note : index_notes(report, session.verbose())) session.console().note(note);
  return collection;
}

Result<Collection> open_searched(const SearchFlags& flags, Session& session) {
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, flags.chunk));
  if (flags.collection.empty()) return open_cached(flags, std::move(options), session);
  options.read_only = true;
  options.space = flags.space;
  return Collection::open(flags.collection, options);
}

/// The same collection once more, for another thread.
Result<Collection> reopened(const SearchFlags& flags) {
  VICINAL_TRY(CollectionOptions options, collection_options(flags.model, flags.chunk));
  std::string folder = flags.collection;
  if (folder.empty()) {
    const std::vector<std::string> paths(flags.words.begin() + 1, flags.words.end());
    VICINAL_TRY(folder, cached_collection_path(paths, options));
  }
  options.read_only = true;
  return Collection::open(folder, options);
}

/// The first row of the file of --vector.
Result<Matrix> query_vector(const SearchFlags& flags) {
  VICINAL_TRY(Matrix vector, read_npy(flags.vector));
  if (vector.rows() == 1) return vector;
  return Error(Code::invalid_argument, "--vector takes a matrix of one row")
      .with("path", flags.vector)
      .with("rows", vector.rows());
}

Result<SearchResult> search_by(const SearchFlags& flags, const SearchOptions& options, Collection& collection) {
  if (flags.vector.empty()) return collection.search(flags.words[0], options);
  VICINAL_TRY(const Matrix vector, query_vector(flags));
  return collection.search_vector(vector.row(0), options);
}

void print_hits(const SearchFlags& flags, const SearchResult& result, Session& session) {
  const JsonDetails details{.context = flags.context > 0, .plan = flags.explain};
  if (flags.json) {
    session.out().write(search_json(flags.words.empty() ? "" : flags.words[0], result, details));
    return;
  }
  const Style style = session.style();
  for (size_t i = 0; i < result.hits.size(); ++i) {
    if (flags.jsonl) {
      base::JsonWriter row;
      write_hit(row, result.hits[i], details.context);
      session.out().write(row.take() + '\n');
    } else {
      session.out().write((i > 0 ? "\n" : "") + hit_text(result.hits[i], style) + '\n');
      if (flags.explain) session.out().write(arms_text(result.hits[i]) + '\n');
    }
  }
}

Result<> open_hit(size_t number, const std::vector<Hit>& hits) {
  if (number > hits.size())
    return Error(Code::invalid_argument, "there is no such hit").with("hit", number).with("hits", hits.size());
  const Hit& hit = hits[number - 1];
  if (!hit.path.empty()) return open_in_editor(hit.path, line_of_sentence(hit));
  return Error(Code::invalid_argument, "the hit has no file to open: it is a row, or a vector that was brought in")
      .with("hit", hit.id)
      .with("fix", "vicinal get '" + hit.document + "' --collection DIR");
}

void print_summary(const SearchFlags& flags, const SearchOptions& options, const SearchResult& result,
                   Console& console) {
  if (flags.explain) console.note("plan: " + result.plan);
  console.note(fmt::format(
      "{}, {}{} · searched in {} (query {})", counted(result.documents_searched, "document", "documents"),
      counted(result.chunks_searched, "chunk", "chunks"), options.where.empty() ? "" : " that fulfil the filter",
      duration(result.search_ms / 1e3), duration(result.embed_ms / 1e3)));
}

Result<int> search_one(const SearchFlags& flags, const SearchOptions& options, Collection& collection,
                       Session& session) {
  VICINAL_TRY(SearchResult result, search_by(flags, options, collection));
  session.console().clear_line();
  const bool withheld = !result.above_noise && !flags.all && !flags.json && !result.hits.empty();
  if (withheld) result.hits.clear();
  print_hits(flags, result, session);
  session.out().flush();
  for (const std::string& note : result.notes) session.console().note(note);
  if (!result.suggestion.empty()) session.console().note("did you mean: " + result.suggestion);
  if (withheld)
    session.console().note(
        "nothing rises above the noise: unrelated questions find as much here · --all prints the nearest");
  print_summary(flags, options, result, session.console());
  if (result.hits.empty()) return kExitNothing;
  if (flags.open) VICINAL_TRY_VOID(open_hit(*flags.open, result.hits));
  return result.above_noise || flags.all ? kExitDone : kExitNothing;
}

/// Results while the question is typed; what was selected is printed.
Result<int> search_interactively(const SearchFlags& flags, SearchOptions options, Collection collection,
                                 Session& session) {
  constexpr size_t kFewest = 30;  // there is room to move
  options.limit = std::max(options.limit, kFewest);
  VICINAL_TRY(const CollectionStats stats, collection.stats());
  if (!stats.space_name.empty()) options.mode = SearchMode::lexical;  // nobody could embed the question
  TypeAhead search{.words = {}, .whole = {}, .options = options};
  search.query = flags.words.empty() ? "" : flags.words[0];
  search.style = style_of_terminal();
  if (options.mode == SearchMode::hybrid) {
    VICINAL_TRY(search.words, reopened(flags));
  }
  (options.mode == SearchMode::lexical ? search.words : search.whole) = std::move(collection);
  VICINAL_TRY(const std::optional<Hit> chosen, type_ahead(std::move(search)));
  if (!chosen) return kExitInterrupted;
  base::JsonWriter row;
  if (flags.jsonl) write_hit(row, *chosen);
  session.out().write((flags.jsonl ? row.take() : hit_text(*chosen, session.style())) + '\n');
  return kExitDone;
}

/// One window of queries at a time, so that a long file needs bounded memory for its hits.
Result<int> search_file(const SearchFlags& flags, SearchOptions options, Collection& collection, Session& session) {
  constexpr size_t kWindow = 1024;
  VICINAL_TRY(const std::vector<Query> queries, read_queries(flags.queries));
  options.best_per_document = true;
  options.headings = false;
  VICINAL_TRY(Output out, Output::open(flags.run));
  size_t hits = 0;
  for (size_t first = 0; first < queries.size() && !out.closed(); first += kWindow) {
    std::vector<std::string> texts;
    for (size_t i = first; i < std::min(queries.size(), first + kWindow); ++i) texts.push_back(queries[i].text);
    VICINAL_TRY(const std::vector<SearchResult> results, collection.search_many(texts, options, session.watch()));
    for (size_t i = 0; i < results.size(); ++i) {
      VICINAL_TRY(const std::string lines, trec_lines(queries[first + i].id, results[i].hits, flags.tag));
      out.write(lines);
      hits += results[i].hits.size();
    }
  }
  VICINAL_TRY_VOID(out.finish());
  session.console().note(
      fmt::format("{}, {}", counted(queries.size(), "query", "queries"), counted(hits, "hit", "hits")));
  return hits > 0 ? kExitDone : kExitNothing;
}

Result<int> run(const SearchFlags& flags, Session& session) {
  VICINAL_TRY_VOID(check_use(flags));
  VICINAL_TRY_VOID(check_effect(flags));
  if (flags.interactive) VICINAL_TRY_VOID(Terminal::check());
  PlanFlags declared = flags.plan;
  if (!flags.vector.empty()) declared.mode = search_mode_name(SearchMode::dense);
  VICINAL_TRY(SearchOptions options, search_options(declared));
  options.context = flags.context;
  VICINAL_TRY(Collection collection, open_searched(flags, session));
  if (!flags.queries.empty()) return search_file(flags, std::move(options), collection, session);
  session.resume_plain();  // indexing was the long work to stop in good order
  if (session.stop_requested()) return Error(Code::interrupted, "stopped before the search");
  if (flags.interactive) return search_interactively(flags, std::move(options), std::move(collection), session);
  return search_one(flags, options, collection, session);
}

std::vector<Flag> flags_of(SearchFlags& flags) {
  std::vector<Flag> all = {
      {.names = "--collection",
       .value = "DIR",
       .help = "search this collection instead of PATH",
       .target = &flags.collection},
      {.names = "--json",
       .value = "",
       .help = "one object {\"query\",\"hits\":[…],\"schema\":2}",
       .target = &flags.json},
      {.names = "--jsonl", .value = "", .help = "one hit a line", .target = &flags.jsonl},
      {.names = "-C,--context",
       .value = "N",
       .help = "the whole passage with N lines before and behind it, numbered",
       .target = &flags.context},
      {.names = "--open",
       .value = "[N]",
       .help = "open hit N (1) in $VISUAL or $EDITOR, at its line",
       .target = &flags.open,
       .implied = "1"},
      {.names = "--interactive",
       .value = "",
       .help = "results while the question is typed; Enter prints the selected passage, Esc leaves (exit code 130)",
       .target = &flags.interactive},
      {.names = "--all",
       .value = "",
       .help = "print hits even if nothing rises above the noise of the collection",
       .target = &flags.all},
      {.names = "--explain",
       .value = "",
       .help = "what each arm said of a hit, and the plan that was run; with --json as \"plan\", which --plan reads",
       .target = &flags.explain},
      {.names = "--vector",
       .value = "FILE",
       .help = "the query as a .npy matrix of one row, for a collection of ready vectors",
       .target = &flags.vector},
      {.names = "--space",
       .value = "NAME",
       .help = "the space of --vector: exit code 5 where the collection's is another",
       .target = &flags.space,
       .not_empty = true},
      {.names = "--queries",
       .value = "FILE",
       .help = "JSONL queries {\"_id\" or \"id\",\"text\"}; writes a TREC run, best passage per document",
       .target = &flags.queries},
      {.names = "--run",
       .value = "FILE",
       .help = "where the TREC run goes; - is standard output",
       .target = &flags.run},
      {.names = "--tag", .value = "NAME", .help = "last column of the TREC run", .target = &flags.tag},
      chunk_flag(flags.chunk),
      overlap_flag(flags.chunk)};
  for (Flag& flag : plan_flags(flags.plan)) all.push_back(std::move(flag));
  for (Flag& flag : collection_model_flags(flags.model)) all.push_back(std::move(flag));
  return all;
}

}  // namespace

Command search_command() {
  auto flags = std::make_shared<SearchFlags>();
  return {
      .name = "search",
      .purpose = "Search",
      .summary = "the passages that answer a question, by words and by meaning",
      .usage = "QUERY [PATH…] [--collection DIR] [flags]",
      .examples = {"vicinal search \"how do refunds work?\" ~/Documents",
                   "vicinal search \"solar pumps\" docs/ README.md -k 5 --json",
                   "vicinal search \"solar pumps\" --collection notes.vicinal --jsonl",
                   "vicinal search \"solar pumps\" ~/notes -C 2 --fold --diverse --open",
                   "vicinal search '+\"error E-4021\" -windows retry*' --collection c --mode lexical",
                   "vicinal search \"solar pumps\" --collection c --where 'lang = \"de\" and year >= 2020'",
                   "vicinal search --interactive --collection notes.vicinal",
                   "vicinal search \"solar pumps\" --collection c --field title:2,body:1",
                   "vicinal search --collection c --queries queries.jsonl -k 100 --run out.trec"},
      .arguments =
          {{.name = "QUERY PATH…",
            .help =
                "a question, then files and folders; they are indexed on first use into the user's cache directory, "
                "later only what changed",
            .target = &flags->words}},
      .flags = flags_of(*flags),
      .computes = true,
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
