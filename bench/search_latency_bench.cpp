/// What a search costs, warm and from a cold process, and where the time goes.
///
/// Usage: search_latency_bench COLLECTION QUERIES.txt [ROUNDS] [PROGRAM] | --smoke
/// QUERIES: one a line. Every round asks each query once, in turn, of one open collection: hybrid, hybrid again (what
/// these differ by is noise), dense, lexical. `tokenize` and `encode` are the query's way to a vector, timed alone; a
/// hybrid search does them too. Then the parts of its search, each called alone as engine/arms calls them: `dense`, the
/// 100 nearest; `lexical`, the 100 best and the scores of those; `cross`, the dense scores of what the words found;
/// what is left of `hybrid` is fusing and filling the hits. With PROGRAM also processes: `vicinal search QUERY
/// --collection COLLECTION --precision int8`, whose output is discarded.
/// CPU milliseconds (wall milliseconds beside them), p50 and p99 over queries and rounds; one thread; int8.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "index/store.h"
#include "vicinal/collection.h"

extern char** environ;

namespace {

using namespace vicinal;

constexpr size_t kCandidates = 100;  // retrieve::candidates_for(0, 10)

struct Taken {
  double cpu_ms = 0, wall_ms = 0;
};

Taken now() {
  timespec cpu{}, wall{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  clock_gettime(CLOCK_MONOTONIC, &wall);
  const auto ms = [](const timespec& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
  };
  return {ms(cpu), ms(wall)};
}

template <class Work>
Taken timed(Work work) {
  const Taken start = now();
  work();
  const Taken end = now();
  return {end.cpu_ms - start.cpu_ms, end.wall_ms - start.wall_ms};
}

double quantile(std::vector<Taken> taken, double Taken::* part, double share) {
  const auto at = static_cast<size_t>(share * static_cast<double>(taken.size() - 1));
  std::ranges::nth_element(taken, taken.begin() + static_cast<ptrdiff_t>(at), {}, part);
  return taken[at].*part;
}

class Table {
 public:
  void add(const char* name, const Taken& taken) {
    const auto known = std::ranges::find(rows_, std::string(name), &Row::name);
    Row& row = known == rows_.end() ? rows_.emplace_back(Row{name, {}}) : *known;
    row.taken.push_back(taken);
  }
  void print() const {
    std::printf("| part | CPU ms, p50 | p99 | wall ms, p50 | p99 |\n|---|---|---|---|---|\n");
    for (const Row& row : rows_)
      std::printf("| %s | %.2f | %.2f | %.2f | %.2f |\n", row.name.c_str(), quantile(row.taken, &Taken::cpu_ms, 0.5),
                  quantile(row.taken, &Taken::cpu_ms, 0.99), quantile(row.taken, &Taken::wall_ms, 0.5),
                  quantile(row.taken, &Taken::wall_ms, 0.99));
  }

 private:
  struct Row {
    std::string name;
    std::vector<Taken> taken;
  };
  std::vector<Row> rows_;
};

CollectionOptions reading() {
  CollectionOptions options;
  options.read_only = true;
  options.embedder.precision = Precision::int8;
  options.embedder.threads = 1;
  return options;
}

void time_searches(Collection& docs, const std::string& query, Table& table) {
  SearchOptions options;
  for (const char* name : {"hybrid", "hybrid again"})
    table.add(name, timed([&] { docs.search(query, options).value(); }));
  options.mode = SearchMode::dense;
  table.add("mode dense", timed([&] { docs.search(query, options).value(); }));
  options.mode = SearchMode::lexical;
  table.add("mode lexical", timed([&] { docs.search(query, options).value(); }));
}

void time_parts(const Tokenizer& tokenizer, const Embedder& embedder, index::Store& store, const std::string& query,
                Table& table) {
  std::vector<float> vector;
  std::vector<index::StoreHit> nearest;
  index::LexicalAnswer words;
  table.add("- tokenize", timed([&] { tokenizer.encode(query).value(); }));
  table.add("- tokenize and encode", timed([&] { vector = embedder.embed_query(query).value(); }));
  table.add("- dense", timed([&] { nearest = store.search({.query = vector, .limit = kCandidates}).value(); }));
  std::vector<index::PassageName> of_dense, of_words;
  for (const index::StoreHit& hit : nearest) of_dense.push_back({hit.document, hit.ordinal});
  table.add("- lexical", timed([&] {
              words = store.search_words({.query = query, .limit = kCandidates, .also = of_dense}).value();
            }));
  for (const index::StoreHit& hit : words.hits) of_words.push_back({hit.document, hit.ordinal});
  table.add("- cross", timed([&] { store.score_passages({.query = vector}, of_words).value(); }));
}

Taken run_process(const std::string& program, const std::string& collection, const std::string& query) {
  std::vector<std::string> words = {program, "search", query,         "--collection", collection,
                                    "-q",    "--all",  "--precision", "int8",         "--threads=1"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  rusage usage{};
  const Taken taken = timed([&] {
    pid_t child = 0;
    int status = 1;
    const bool ran = posix_spawn(&child, program.c_str(), &quiet, nullptr, arguments.data(), environ) == 0 &&
                     wait4(child, &status, 0, &usage) == child;
    if (!ran || !WIFEXITED(status) || WEXITSTATUS(status) > 1) std::abort();  // 1: nothing was found
  });
  posix_spawn_file_actions_destroy(&quiet);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) * 1e-3;
  };
  return {ms(usage.ru_utime) + ms(usage.ru_stime), taken.wall_ms};
}

std::vector<std::string> lines_of(const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "--smoke") return 0;  // needs a model and a collection
  if (count < 3)
    return std::fprintf(stderr, "usage: search_latency_bench COLLECTION QUERIES.txt [ROUNDS] [PROGRAM]\n"), 2;
  const std::string folder = arguments[1];
  const std::vector<std::string> queries = lines_of(arguments[2]);
  const size_t rounds = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 5;
  Collection docs = Collection::open(folder, reading()).value();
  const CollectionStats stats = docs.stats().value();
  const auto store = index::Store::open(folder, {}).value();
  const Tokenizer tokenizer = Tokenizer::open(stats.model).value();
  const Embedder embedder = Embedder::open(stats.model, reading().embedder).value();
  std::printf("%zu documents, %zu chunks, %zu segments, %s; %zu queries, %zu rounds\n\n", stats.documents, stats.chunks,
              stats.segments, stats.model.c_str(), queries.size(), rounds);
  Table table;
  for (size_t round = 0; round <= rounds; ++round) {
    Table unused;  // the first round warms
    Table& kept = round == 0 ? unused : table;
    for (const std::string& query : queries) {
      time_searches(docs, query, kept);
      time_parts(tokenizer, embedder, *store, query, kept);
      if (count > 4) kept.add("a process", run_process(arguments[4], folder, query));
    }
  }
  table.print();
  return 0;
}
