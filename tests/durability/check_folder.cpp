#include <filesystem>

#include "durability/workload.h"
#include "index/verify.h"

namespace vicinal::durability {

namespace {

using index::Oracle;
using index::Store;

constexpr size_t kDimensions = kWorkloadDimensions;

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

bool is_one_of(Store& store, const std::vector<Oracle>& states, std::string& why) {
  for (const Oracle& state : states)
    if (why = differs(store, state); why.empty()) return true;
  return false;
}

std::string verify_problem(const std::string& folder) {
  const auto report = index::verify(folder, {});
  if (!report) return std::string("verify: ") + report.error().what();
  if (report->damages == 0) return {};
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
  return is_one_of(**store, expectation.states, why) ? "" : "a reader finds another state: " + why;
}

std::string check_as_writer(const std::string& folder, const Expectation& expectation) {
  const index::TestDocument added = {"added afterwards", 1, 3};
  {
    const auto store = index::open_to_write(folder, kDimensions);
    if (!store) return std::string("a writer: ") + store.error().what();
    std::vector<Oracle> states = expectation.states;
    if (expectation.may_be_absent) states.push_back({});
    std::string why;
    if (!is_one_of(**store, states, why)) return "a writer finds another state: " + why;
    if (const auto done = index::upsert(**store, {added}, kDimensions); !done) return done.error().what();
    if (const auto done = (*store)->maintain({}); !done) return done.error().what();
  }
  const auto store = index::open_to_read(folder);
  if (!store) return std::string("a reader after a write: ") + store.error().what();
  return document_problem(**store, added);
}

std::string check_backups(const std::string& root, const Expectation& expectation) {
  for (const auto& [name, state] : expectation.backups) {
    const std::string folder = root + "/" + name;
    if (expectation.open_backups.contains(name) && !std::filesystem::exists(folder)) continue;
    const auto store = index::open_to_read(folder);
    if (!store) return name + ": " + store.error().what();
    if (auto wrong = differs(**store, state); !wrong.empty()) return name + ": " + wrong;
    if (auto wrong = verify_problem(folder); !wrong.empty()) return name + ": " + wrong;
  }
  return {};
}

}  // namespace

std::string differs(Store& store, const Oracle& expected) {
  const auto stats = store.stats();
  if (!stats) return stats.error().what();
  if (stats->documents != expected.size()) return "number of documents " + std::to_string(stats->documents);
  for (const auto& [id, document] : expected)
    if (auto wrong = document_problem(store, document); !wrong.empty()) return wrong;
  return {};
}

std::string check_folder(const std::string& root, const Expectation& expectation, std::mt19937_64& random) {
  const std::string folder = root + "/store";
  const bool there = std::filesystem::exists(folder + "/collection.db");
  if (random() % 2 == 0)
    if (auto wrong = check_as_reader(folder, expectation); !wrong.empty()) return wrong;
  if (there && !expectation.a_sync_failed && random() % 3 == 0)
    if (auto wrong = verify_problem(folder); !wrong.empty() && !is_of_the_last_commit(wrong))
      return "before a writer came, " + wrong;
  if (auto wrong = check_as_writer(folder, expectation); !wrong.empty()) return wrong;
  if (auto wrong = verify_problem(folder); !wrong.empty()) return wrong;
  return check_backups(root, expectation);
}

}  // namespace vicinal::durability
