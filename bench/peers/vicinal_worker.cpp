/// Our own engine behind the protocol of worker.py, so that run.py treats all engines alike.
///
///     peer_worker PRECISION THREADS SECONDS MODEL TEXTS.jsonl
///
/// Every line on stdin, "warm LENGTH" or "LENGTH", is answered with one line of JSON; tokenizing is part of the work.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/line_reader.h"
#include "engine/bench_texts.h"
#include "engine/embedder_impl.h"
#include "vicinal/embedder.h"

namespace {

using vicinal::EmbedReport;
using vicinal::Result;
using Clock = std::chrono::steady_clock;

constexpr size_t kBatchTokens = 2048;  // as in worker.py

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
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

struct Worker {
  vicinal::Embedder embedder;
  std::vector<std::string> mixed;
  double seconds;

  Result<std::vector<std::string>> texts_for(const std::string& length) const {
    if (length == "mixed") return mixed;
    const size_t tokens = std::stoul(length);
    return vicinal::engine::texts_of_length(embedder.impl().local->tokenizer(), tokens,
                                            std::max<size_t>(1, kBatchTokens / tokens));
  }

  /// Embeds the texts of a length once, or for at least `seconds` of CPU time.
  Result<std::string> answer(const std::string& length, bool warm) const {
    VICINAL_TRY(const std::vector<std::string> texts, texts_for(length));
    size_t tokens = 0;
    const double cpu = cpu_seconds();
    const Clock::time_point wall = Clock::now();
    do {
      EmbedReport report;
      VICINAL_TRY_VOID(embedder.embed_documents(texts, &report));
      tokens += report.tokens;
    } while (!warm && cpu_seconds() - cpu < seconds);
    vicinal::base::JsonWriter json;
    json.begin_object().key("tokens").number(uint64_t{tokens}).key("cpu_seconds").number(cpu_seconds() - cpu);
    json.key("wall_seconds").number(std::chrono::duration<double>(Clock::now() - wall).count()).end_object();
    return json.take();
  }
};

int fail(const vicinal::Error& error) {
  std::cerr << "peer_worker: " << error.message() << "\n";
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::cerr << "usage: peer_worker PRECISION THREADS SECONDS MODEL TEXTS.jsonl\n";
    return 2;
  }
  const auto precision = vicinal::parse_precision(arguments[1]);
  if (!precision) return fail(precision.error());
  auto embedder = vicinal::Embedder::open(
      arguments[4], {.precision = *precision, .threads = std::stoul(arguments[2]), .max_tokens = 512});
  if (!embedder) return fail(embedder.error());
  auto texts = read_texts(arguments[5]);
  if (!texts) return fail(texts.error());
  const Worker worker{*std::move(embedder), *std::move(texts), std::stod(arguments[3])};
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const bool warm = line.starts_with("warm ");
    const auto answer = worker.answer(warm ? line.substr(5) : line, warm);
    if (!answer) return fail(answer.error());
    std::cout << *answer << std::endl;
  }
}
