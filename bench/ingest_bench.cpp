/// Storing ready vectors: rows a second of CPU and of wall time, and what a row takes on disk.
///
/// Usage: ingest_bench [ROWS] [ROUNDS] [WAY] | --smoke
/// Rows are 384 numbers, 500 bytes of text (words drawn as Zipf has them) and metadata of two numbers, given in batches
/// of 1,000 under random ids. Prepared before the clock runs. Each round stores them once in a new collection for each
/// way; the ways take turns, and the first of them comes once more at the end: what it differs by is noise. An argument
/// behind ROUNDS takes only ways whose name begins so.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "vicinal/collection.h"

namespace {

using namespace vicinal;

constexpr size_t kDimensions = 384, kBatch = 1000, kTextBytes = 500, kWords = 20000;

double cpu_seconds(clockid_t clock = CLOCK_PROCESS_CPUTIME_ID) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<std::string> make_words(std::mt19937& random) {
  std::vector<std::string> words(kWords);
  for (std::string& word : words)
    for (size_t length = 2 + random() % 5 + random() % 5; word.size() < length;)
      word += "etaoinshrdlucmfwypvbgkjqxz"[std::min(random() % 26, random() % 26)];
  return words;
}

/// Ranks of words as Zipf's law draws them: each with a probability of 1 / (rank + 2).
size_t draw_word(std::mt19937& random) {
  const double share = std::uniform_real_distribution<double>()(random);
  return std::min(kWords - 1, static_cast<size_t>(2 * std::pow(kWords / 2.0, share)) - 2);
}

std::vector<VectorRow> make_rows(size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  const std::vector<std::string> words = make_words(random);
  std::vector<VectorRow> rows(count);
  for (size_t i = 0; i < count; ++i) {
    VectorRow& row = rows[i];
    row.id = "doc-" + std::to_string(random()) + "-" + std::to_string(i);
    while (row.text.size() < kTextBytes) row.text += words[draw_word(random)] + " ";
    row.text.resize(kTextBytes);
    row.metadata = "{\"year\":" + std::to_string(1990 + random() % 35) + ",\"part\":" + std::to_string(i) + "}";
    row.vector.resize(kDimensions);
    for (float& value : row.vector) value = normal(random);
  }
  return rows;
}

struct Way {
  std::string name;
  CollectionOptions options;
};

struct Figures {
  std::vector<double> cpu, wall;        ///< rows a second
  std::map<std::string, double> bytes;  ///< a row, by kind of file
};

std::map<std::string, double> bytes_by_kind(const std::filesystem::path& folder, double rows) {
  std::map<std::string, double> bytes;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    bytes[file.path().extension().string()] += static_cast<double>(file.file_size()) / rows;
  return bytes;
}

void store(const Way& way, const std::vector<VectorRow>& rows, Figures& figures) {
  const auto folder = std::filesystem::temp_directory_path() / ("vicinal-ingest-" + std::to_string(::getpid()));
  {
    Collection docs = Collection::open(folder.string(), way.options).value();
    size_t next = 0;
    const auto wall = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    double copying = 0;  // the rows, which is not storing them
    docs.add_vectors([&]() -> Result<std::vector<VectorRow>> {
          const double start = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
          const size_t first = next;
          next = std::min(next + kBatch, rows.size());
          std::vector<VectorRow> batch(rows.begin() + static_cast<ptrdiff_t>(first),
                                       rows.begin() + static_cast<ptrdiff_t>(next));
          copying += cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
          return batch;
        })
        .value();
    const auto count = static_cast<double>(rows.size());
    figures.cpu.push_back(count / (cpu_seconds() - cpu - copying));
    figures.wall.push_back(count / std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count());
    figures.bytes = bytes_by_kind(folder, count);
  }
  std::filesystem::remove_all(folder);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::string(argv[1]) == "--smoke";
  const size_t count = smoke ? 3000 : argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200000;
  const size_t rounds = smoke ? 1 : argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 3;
  const CollectionOptions options = {.create = true, .space = "bench", .dimensions = kDimensions};
  std::vector<Way> ways;
  for (const bool lexical : {false, true}) {
    for (const char* durability : {"batch", "sync", "none"}) {
      ways.push_back({std::string(durability) + (lexical ? "" : ", no words"), options});
      ways.back().options.durability = parse_durability(durability).value();
      if (!lexical) ways.back().options.words.analyzer = "none";
    }
  }
  ways.push_back({"the first again", ways.front().options});
  const std::vector<VectorRow> rows = make_rows(count);
  if (argc > 3) std::erase_if(ways, [&](const Way& way) { return !way.name.starts_with(argv[3]); });
  std::vector<Figures> figures(ways.size());
  for (size_t round = 0; round < rounds; ++round)
    for (size_t i = 0; i < ways.size(); ++i) store(ways[i], rows, figures[i]);
  for (size_t i = 0; i < ways.size(); ++i) {
    std::printf("%-18s %8.0f rows/s of CPU time %8.0f of wall time; bytes a row:", ways[i].name.c_str(),
                median(figures[i].cpu), median(figures[i].wall));
    double all = 0;
    for (const auto& [kind, bytes] : figures[i].bytes) {
      if (bytes >= 0.5) std::printf(" %s %.0f", kind.c_str(), bytes);
      all += bytes;
    }
    std::printf(", all %.0f\n", all);
  }
  return 0;
}
