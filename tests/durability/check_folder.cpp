#include <filesystem>

#include "durability/workload.h"
#include "index/verify.h"

namespace vicinal::durability {

namespace {

using index::Oracle;
using index::Store;

constexpr size_t kDimensions = kWorkloadDimensions;
constexpr size_t kQueries = 4;  // by words

std::string finds_itself(Store& store, const index::TestDocument& document, size_t ordinal) {
  const auto query = index::test_vector(document, ordinal, kDimensions);
  const auto hits = store.search({query, 1, Metric::l2, false});
  if (!hits) return hits.error().what();
  const bool found = !hits->empty() && (*hits)[0].document == document.id && (*hits)[0].ordinal == ordinal;
  return found ? "" : "not found by its own vector: " + document.id + "#" + std::to_string(ordinal);
}

std::string document_problem(Store& store, const index::TestDocument& document) {
  if (auto wrong = index::document_differs(store, document); !wrong.empty()) return wrong;
  for (size_t i = 0; i < document.chunks; ++i) {
    if (auto wrong = index::vector_differs(store, document, i, kDimensions); !wrong.empty()) return wrong;
    if (auto wrong = finds_itself(store, document, i); !wrong.empty()) return wrong;
  }
  return {};
}

std::string words_problem(Store& store, const Oracle& expected, const Words& words) {
  const auto passages = index::plain_passages(expected);
  std::mt19937_64 random(passages.size());
  for (size_t i = 0; i < kQueries; ++i) {
    const auto clauses =
        i == 0 ? std::vector<index::PlainClause>{{.words = {"passage"}}} : index::random_clauses(random, kWorkloadIds);
    const std::string query = index::typed(clauses);
    const index::LexicalSearch request = {.query = query, .limit = i == 0 ? 1000U : 10U};
    const auto found = store.search_words(request);
    if (!found && found.error().code() == Code::corrupt && words.may_be_damaged) return {};
    if (!found && found.error().code() == Code::unsupported && words.may_be_absent) return {};
    if (!found) return found.error().what();
    const auto hits = index::plain_hits(passages, clauses, [](const index::PlainPassage&) { return true; });
    if (auto wrong = index::words_differ(*found, request, hits); !wrong.empty()) return query + ": " + wrong;
  }
  return {};
}

bool is_one_of(Store& store, const std::vector<Oracle>& states, const Words& words, std::string& why) {
  for (const Oracle& state : states)
    if (why = differs(store, state, words); why.empty()) return true;
  return false;
}

std::string verify_problem(const std::string& folder, const Words& words = {}) {
  const auto report = index::verify(folder, {});
  if (!report) return std::string("verify: ") + report.error().what();
  if (report->damages == (words.may_be_damaged ? report->derived_damages : 0)) return {};
  const Damage& first = report->findings.front();
  return "verify: " + first.problem + " in " + first.path + " " + first.place;
}

// What a power loss in the middle of a sync leaves, until a writer drops it.
bool is_of_the_last_commit(const std::string& problem) {
  return problem.starts_with("verify: the last commit of the log is torn");
}

std::string check_as_reader(const std::string& folder, const Expectation& expectation) {
  const auto store = index::open_to_read(folder);
  if (!store && store.error().code() == Code::not_found && expectation.may_be_absent) return {};
  if (!store) return std::string("a reader: ") + store.error().what();
  std::string why;
  return is_one_of(**store, expectation.states, expectation.words, why) ? "" : "a reader finds another state: " + why;
}

std::string check_as_writer(const std::string& folder, const Expectation& expectation) {
  const index::TestDocument added = {"added afterwards", 1U << 30, 3};
  std::vector<Oracle> states = expectation.states;
  if (expectation.may_be_absent) states.push_back({});
  {
    const auto store = index::open_to_write(folder, kDimensions, kWorkloadFreshPassages);
    if (!store) return std::string("a writer: ") + store.error().what();
    std::string why;
    if (!is_one_of(**store, states, {expectation.words.may_be_damaged, false}, why))
      return "a writer finds another state: " + why;
    if (const auto done = index::upsert(**store, {added}, kDimensions); !done) return done.error().what();
    const bool all = expectation.words.may_be_damaged;
    if (const auto done = all ? (*store)->compact({}) : (*store)->maintain({}); !done) return done.error().what();
  }
  const auto store = index::open_to_read(folder);
  if (!store) return std::string("a reader after a write: ") + store.error().what();
  for (Oracle& state : states) state[added.id] = added;
  std::string why;
  return is_one_of(**store, states, {}, why) ? "" : "after a write, a reader finds another state: " + why;
}

std::string check_backups(const std::string& root, const Expectation& expectation) {
  for (const auto& [name, backup] : expectation.backups) {
    const std::string folder = root + "/" + name;
    if (expectation.open_backups.contains(name) && !std::filesystem::exists(folder)) continue;
    const auto store = index::open_to_read(folder);
    if (!store) return name + ": " + store.error().what();
    if (auto wrong = differs(**store, backup.documents, backup.words); !wrong.empty()) return name + ": " + wrong;
    if (auto wrong = verify_problem(folder, backup.words); !wrong.empty()) return name + ": " + wrong;
  }
  return {};
}

}  // namespace

std::string differs(Store& store, const Oracle& expected, const Words& words) {
  const auto stats = store.stats();
  if (!stats) return stats.error().what();
  if (stats->documents != expected.size()) return "number of documents " + std::to_string(stats->documents);
  for (const auto& [id, document] : expected)
    if (auto wrong = document_problem(store, document); !wrong.empty()) return wrong;
  return words_problem(store, expected, words);
}

std::string check_folder(const std::string& root, const Expectation& expectation, std::mt19937_64& random) {
  const std::string folder = root + "/store";
  const bool there = std::filesystem::exists(folder + "/collection.db");
  if (random() % 2 == 0)
    if (auto wrong = check_as_reader(folder, expectation); !wrong.empty()) return wrong;
  if (there && !expectation.a_sync_failed && random() % 3 == 0)
    if (auto wrong = verify_problem(folder, expectation.words); !wrong.empty() && !is_of_the_last_commit(wrong))
      return "before a writer came, " + wrong;
  if (auto wrong = check_as_writer(folder, expectation); !wrong.empty()) return wrong;
  if (auto wrong = verify_problem(folder); !wrong.empty()) return wrong;
  return check_backups(root, expectation);
}

}  // namespace vicinal::durability
