/// Our own engine behind the protocol of workers/protocol.py, so that run.py treats all engines alike.
///
///     peer_worker PRECISION THREADS SECONDS MODEL TEXTS_FOLDER
///
/// Tokenizing is part of the work in every profile; pooling and normalising are too.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/line_reader.h"
#include "vicinal/embedder.h"
#include "vicinal/version.h"

namespace {

using vicinal::EmbedReport;
using vicinal::Result;
using Clock = std::chrono::steady_clock;

constexpr size_t kWarmMixed = 100, kComparedTexts = 64;  // as in workers/protocol.py
constexpr size_t kQueriesAtLeast = 50;
constexpr size_t kMaxTokens = 512;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<size_t>(static_cast<double>(values.size()) * share))];
}

Result<std::vector<std::string>> read_texts(const std::string& path) {
  VICINAL_TRY(vicinal::base::LineReader lines, vicinal::base::LineReader::open(path));
  std::vector<std::string> texts;
  while (true) {
    VICINAL_TRY(const std::optional<std::string_view> line, lines.next());
    if (!line) return texts;
    VICINAL_TRY(const vicinal::base::Json row, vicinal::base::Json::parse(*line));
    const std::string* text = row["text"].string();
    if (text != nullptr) texts.push_back(*text);
  }
}

class Worker {
 public:
  Worker(vicinal::Embedder embedder, std::string folder, double seconds)
      : embedder_(std::move(embedder)), folder_(std::move(folder)), seconds_(seconds) {}

  /// One line of JSON to a line of the protocol.
  Result<std::string> answer(const std::string& command, const std::string& argument);

 private:
  Result<const std::vector<std::string>*> texts(const std::string& profile);
  Result<std::string> warm(const std::string& profile);
  Result<std::string> time_texts(const std::string& profile);
  Result<std::string> time_queries();
  Result<std::string> write_vectors(const std::string& path);

  vicinal::Embedder embedder_;
  std::string folder_;
  double seconds_;
  std::map<std::string, std::vector<std::string>> texts_;
};

Result<const std::vector<std::string>*> Worker::texts(const std::string& profile) {
  auto& texts = texts_[profile];
  if (texts.empty()) {
    VICINAL_TRY(texts, read_texts(folder_ + "/" + profile + ".jsonl"));
  }
  return &texts;
}

Result<std::string> Worker::warm(const std::string& profile) {
  VICINAL_TRY(const auto* all, texts(profile));
  const bool alone = profile == "query";
  const std::span<const std::string> part =
      std::span(*all).first(profile == "mixed" ? std::min(all->size(), kWarmMixed) : all->size());
  for (size_t i = 0; i < part.size(); i += alone ? 1 : part.size())
    VICINAL_TRY_VOID(embedder_.embed_documents(alone ? part.subspan(i, 1) : part));
  return std::string("{}");
}

/// For at least the given seconds of CPU time; the mixed texts once.
Result<std::string> Worker::time_texts(const std::string& profile) {
  VICINAL_TRY(const auto* all, texts(profile));
  size_t tokens = 0;
  const double cpu = cpu_seconds();
  const Clock::time_point wall = Clock::now();
  do {
    EmbedReport report;
    VICINAL_TRY_VOID(embedder_.embed_documents(*all, &report));
    tokens += report.tokens;
  } while (profile != "mixed" && cpu_seconds() - cpu < seconds_);
  vicinal::base::JsonWriter json;
  json.begin_object().key("tokens").number(uint64_t{tokens}).key("cpu_seconds").number(cpu_seconds() - cpu);
  json.key("wall_seconds").number(seconds_since(wall)).end_object();
  return json.take();
}

Result<std::string> Worker::time_queries() {
  VICINAL_TRY(const auto* all, texts("query"));
  std::vector<double> cpu, wall;
  for (double spent = 0; cpu.size() < kQueriesAtLeast || spent < seconds_; spent += cpu.back()) {
    const double cpu_start = cpu_seconds();
    const Clock::time_point wall_start = Clock::now();
    VICINAL_TRY_VOID(embedder_.embed_document((*all)[cpu.size() % all->size()]));
    cpu.push_back(cpu_seconds() - cpu_start);
    wall.push_back(seconds_since(wall_start));
  }
  vicinal::base::JsonWriter json;
  json.begin_object()
      .key("p50_ms")
      .number(percentile(cpu, 0.5) * 1e3)
      .key("p95_ms")
      .number(percentile(cpu, 0.95) * 1e3);
  json.key("wall_p50_ms").number(percentile(wall, 0.5) * 1e3).end_object();
  return json.take();
}

Result<std::string> Worker::write_vectors(const std::string& path) {
  VICINAL_TRY(const auto* all, texts("mixed"));
  const std::span<const std::string> part = std::span(*all).first(std::min(all->size(), kComparedTexts));
  VICINAL_TRY(const vicinal::Matrix vectors, embedder_.embed_documents(part));
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(vectors.values().data()),
            static_cast<std::streamsize>(vectors.values().size() * sizeof(float)));
  return std::string("{}");
}

Result<std::string> Worker::answer(const std::string& command, const std::string& argument) {
  if (command == "warm") return warm(argument);
  if (command == "vectors") return write_vectors(argument);
  return argument == "query" ? time_queries() : time_texts(argument);
}

int fail(const vicinal::Error& error) {
  std::cerr << "peer_worker: " << error.message() << "\n";
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::cerr << "usage: peer_worker PRECISION THREADS SECONDS MODEL TEXTS_FOLDER\n";
    return 2;
  }
  const auto precision = vicinal::parse_precision(arguments[1]);
  if (!precision) return fail(precision.error());
  auto embedder = vicinal::Embedder::open(
      arguments[4], {.precision = *precision, .threads = std::stoul(arguments[2]), .max_tokens = kMaxTokens});
  if (!embedder) return fail(embedder.error());
  const std::string level(embedder->level());
  Worker worker(*std::move(embedder), arguments[5], std::stod(arguments[3]));
  vicinal::base::JsonWriter hello;
  hello.begin_object().key("version");
  hello.string("vicinal " + std::string(vicinal::version()) + " (" + level + ")").end_object();
  std::cout << hello.take() << std::endl;
  for (std::string command, argument; std::cin >> command >> argument;) {
    const auto answer = worker.answer(command, argument);
    if (!answer) return fail(answer.error());
    std::cout << *answer << std::endl;
  }
}
