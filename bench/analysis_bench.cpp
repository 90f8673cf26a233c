/// How fast do texts become tokens for an inverted index? One thread, CPU time.
///
/// Usage: analysis_bench LANGUAGE FILE [ROUNDS] | --smoke
/// FILE: plain text, also gzip-compressed; each line is a text; at most 64 MB of it are read. Prints, best of the
/// rounds, megabytes of text a second of CPU time and tokens per megabyte for several specifications, in turn; the last
/// row is the first one once more: what they differ by is noise. `queries` are the same lines, at most 100 bytes of
/// each, parsed and resolved in three languages. --smoke: a small text, nothing to be read.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/line_reader.h"
#include "lexical/query.h"
#include "text/utf8.h"

namespace {

using namespace vicinal;

constexpr const char* kSpecs[] = {
    "unicode", "unicode stem=none", "unicode noparts", "unicode segment=icu", "ascii stem=en stop=lucene33", "unicode"};
constexpr size_t kMaxBytes = size_t{64} << 20;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Texts {
  std::vector<std::string> lines;
  size_t bytes = 0;
  void add(std::string_view line) {
    if (!base::valid_utf8(line)) return;
    lines.emplace_back(line);
    bytes += line.size();
  }
};

Texts read_texts(const std::string& path) {
  Texts texts;
  base::LineReader reader = base::LineReader::open(path).value();
  while (texts.bytes < kMaxBytes) {
    const auto line = reader.next().value();
    if (!line) break;
    texts.add(*line);
  }
  return texts;
}

struct Figures {
  double seconds = 1e30;
  size_t tokens = 0;
};

void measure(const Texts& texts, const std::string& language, const char* spec, Figures& out) {
  const lexical::Analyzer analyzer(lexical::AnalyzerSpec::parse(spec).value());
  lexical::TokenStream tokens;
  const double start = cpu_seconds();
  out.tokens = 0;
  for (const std::string& text : texts.lines) {
    tokens.clear();
    analyzer.analyze(text, language, tokens);
    out.tokens += tokens.tokens().size();
  }
  out.seconds = std::min(out.seconds, cpu_seconds() - start);
}

double seconds_of_queries(const Texts& texts, const std::string& language) {
  const lexical::Analyzer analyzer;
  const std::vector<std::string> languages = {"", "en", language};
  const double start = cpu_seconds();
  size_t clauses = 0;
  for (const std::string& text : texts.lines) {
    const std::string_view query = std::string_view(text).substr(0, text::boundary_at_or_before(text, 100));
    clauses += lexical::resolve(lexical::parse_query(query), analyzer, languages).clauses.size();
  }
  return clauses > 0 ? cpu_seconds() - start : 0;
}

void compare(const Texts& texts, const std::string& language, int rounds) {
  std::vector<Figures> figures(std::size(kSpecs));
  for (int round = 0; round < rounds; ++round)
    for (size_t i = 0; i < figures.size(); ++i) measure(texts, language, kSpecs[i], figures[i]);
  const double megabytes = static_cast<double>(texts.bytes) * 1e-6;
  std::printf("%.1f MB in %zu lines, language %s\n", megabytes, texts.lines.size(), language.c_str());
  for (size_t i = 0; i < figures.size(); ++i)
    std::printf("%-30s %7.1f MB/s  %8.0f tokens/MB\n", kSpecs[i], megabytes / figures[i].seconds,
                static_cast<double>(figures[i].tokens) / megabytes);
  std::printf("%-30s %7.1f us each\n", "queries",
              seconds_of_queries(texts, language) * 1e6 / static_cast<double>(texts.lines.size()));
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--smoke") == 0) {
    Texts texts;
    for (int i = 0; i < 100; ++i)
      texts.add("The quick brown fox calls getUserName() in src/base/json.h: 全文検索, E-4021.");
    compare(texts, "en", 1);
    return 0;
  }
  if (count < 3) {
    std::fprintf(stderr, "usage: analysis_bench LANGUAGE FILE [ROUNDS] | --smoke\n");
    return 2;
  }
  compare(read_texts(arguments[2]), arguments[1], count > 3 ? std::atoi(arguments[3]) : 7);
  return 0;
}
