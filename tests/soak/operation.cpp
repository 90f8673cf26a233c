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
constexpr std::array<Share, 13> kShares = {{{Kind::upsert, 4700},
                                            {Kind::remove, 1200},
                                            {Kind::search, 1500},
                                            {Kind::filtered_search, 500},
                                            {Kind::count, 500},
                                            {Kind::list, 400},
                                            {Kind::get, 900},
                                            {Kind::look, 200},
                                            {Kind::reopen, 50},
                                            {Kind::maintain, 30},
                                            {Kind::compact, 12},
                                            {Kind::backup, 5},
                                            {Kind::restore, 3}}};

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
  if (made.kind == Kind::remove && random() % 3 == 0) made.ids.push_back(random_id(random));
  made.limit = random() % 8 == 0 ? 1000 : 1 + random() % 12;
  made.metric = std::array{Metric::cosine, Metric::dot, Metric::l2, Metric::l1}[random() % 4];
  made.best_per_document = random() % 3 == 0;
  // About half of the documents that are there have a version from here on.
  const uint64_t back = random() % 2000;
  made.least_version = number * 8 > back ? number * 8 - back : 0;
  if (made.kind == Kind::search || made.kind == Kind::filtered_search)
    made.query = index::test_vector({"query", number, 1}, 0, kDimensions);
  return made;
}

std::string filter_of(const Operation& operation) { return "version >= " + std::to_string(operation.least_version); }

std::string to_string(Kind kind) {
  static constexpr std::array kNames = {"upsert", "remove", "search",   "filtered search", "count",  "list",   "get",
                                        "look",   "reopen", "maintain", "compact",         "backup", "restore"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace vicinal::soak
