#include "soak/operation.h"

#include <array>
#include <random>

namespace vicinal::soak {

namespace {

using Kind = Operation::Kind;

struct Share {
  Kind kind;
  uint64_t in_ten_thousand;
};
constexpr std::array<Share, 17> kShares = {{{Kind::upsert, 4400},
                                            {Kind::remove, 1000},
                                            {Kind::update, 500},
                                            {Kind::search, 1000},
                                            {Kind::filtered_search, 400},
                                            {Kind::word_search, 900},
                                            {Kind::filtered_word_search, 300},
                                            {Kind::count, 300},
                                            {Kind::list, 300},
                                            {Kind::get, 500},
                                            {Kind::look, 150},
                                            {Kind::reopen, 50},
                                            {Kind::maintain, 160},
                                            {Kind::compact, 10},
                                            {Kind::backup, 5},
                                            {Kind::restore, 3},
                                            {Kind::migrate, 22}}};

Kind kind_of(uint64_t draw) {
  for (const Share& share : kShares) {
    if (draw < share.in_ten_thousand) return share.kind;
    draw -= share.in_ten_thousand;
  }
  return Kind::upsert;
}

std::string random_id(std::mt19937_64& random) { return "doc-" + std::to_string(random() % kIds); }

}  // namespace

Operation operation(uint64_t seed, uint64_t number) {
  std::mt19937_64 random(base::xxh3_64(std::to_string(seed) + "/" + std::to_string(number)));
  Operation made;
  made.kind = kind_of(random() % 10000);
  const uint64_t documents = random() % 5 == 0 ? 2 + random() % 5 : 1;  // one, or many at once
  if (made.kind == Kind::upsert)
    for (uint64_t i = 0; i < documents; ++i)
      made.documents.push_back({random_id(random), number * 8 + i, random() % 5});
  made.ids = {random_id(random)};
  const bool of_several = made.kind == Kind::remove || made.kind == Kind::update;
  if (of_several && random() % 3 == 0) made.ids.push_back(random_id(random));
  made.number = number * 8 + random() % 2;
  made.limit = random() % 8 == 0 ? kNoLimit : 1 + random() % 12;
  made.metric = std::array{Metric::cosine, Metric::dot, Metric::l2, Metric::l1}[random() % 4];
  made.best_per_document = random() % 3 == 0;
  // About half of the documents that are there have a version from here on.
  const uint64_t back = random() % 2000;
  made.least_version = number * 8 > back ? number * 8 - back : 0;
  if (made.kind == Kind::search || made.kind == Kind::filtered_search)
    made.query = index::test_vector({"query", number, 1}, 0, kDimensions);
  if (made.kind == Kind::word_search || made.kind == Kind::filtered_word_search)
    made.words = index::random_clauses(random, kIds);
  return made;
}

std::string filter_of(const Operation& operation) { return "version >= " + std::to_string(operation.least_version); }

std::string to_string(Kind kind) {
  static constexpr std::array kNames = {
      "upsert", "remove",  "update", "search", "filtered search", "word search", "filtered word search",
      "count",  "list",    "get",    "look",   "reopen",          "maintain",    "compact",
      "backup", "restore", "migrate"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace vicinal::soak
