/// The lexical index alone: texts to an inverted index, its size, queries a second, and rankings of judged texts.
///
/// Usage: lexical_bench build PASSAGES INDEX              words with spaces between, a passage a line
///        lexical_bench serve INDEX QUERIES               "run COUNT": CPU seconds that the first COUNT queries take;
///                                                        "answers": a line each of row:score
///        lexical_bench words TEXTS WORDS                 lines of id, tab, text to the words that `rank` sees
///        lexical_bench rank TEXTS QUERIES K1 B [byte4]   lines of id, tab, text; analysed as for published figures
///        lexical_bench --smoke
/// `build` prints CPU seconds and bytes. `rank` prints a line of id:score a query, the best 100. byte4: lengths as
/// Lucene and tantivy keep them, for comparing scores with theirs. Driven by run.py, bench/bm25_scores.py.

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_reader.h"
#include "lexical/analyzer.h"
#include "postings/inverter.h"
#include "postings/searcher.h"

namespace {

using namespace vicinal;

constexpr size_t kBest = 10, kBestJudged = 100;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  base::LineReader reader = base::LineReader::open(path).value();
  while (const auto line = reader.next().value()) lines.emplace_back(*line);
  return lines;
}

template <class Take>
void each_word(std::string_view text, Take&& take) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) take(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

/// A query of plain words; one that stands twice counts twice.
lexical::Query query_of(const std::vector<std::string>& words) {
  lexical::Query query;
  for (const std::string& word : words) {
    const auto same = std::ranges::find_if(
        query.clauses, [&](const lexical::Clause& clause) { return clause.terms[0].keys[0] == word; });
    if (same == query.clauses.end())
      query.clauses.push_back({.terms = {{{word}, 0}}});
    else
      same->weight += 1;
  }
  return query;
}

/// An index of one row a document, whose ids are 1, 2, …; in memory.
class Index {
 public:
  void add_row(postings::Inverter& inverter, uint32_t length) {
    inverter.end_row(length);
    ++documents_;
  }
  void begin_row(postings::Inverter& inverter) {
    inverter.begin_document(documents_ + 1, "", 0);
    inverter.begin_row();
  }
  void write(postings::Inverter& inverter) {
    const auto sink = [&](std::span<const std::byte> bytes) -> Result<> {
      payload_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    };
    inverter.write(sink, 0, postings::kHasPositions).value();
  }
  const std::string& payload() const { return payload_; }

 private:
  uint64_t documents_ = 0;
  std::string payload_;
};

/// Bytes of an index where they may be mapped from, and what reads them.
class OpenIndex {
 public:
  explicit OpenIndex(std::string_view payload) : words_((payload.size() + 7) / 8) {
    std::memcpy(words_.data(), payload.data(), payload.size());
    image_ = postings::Image::open(std::as_bytes(std::span(words_)).first(payload.size()), "bench",
                                   postings::Image::Trust::verify)
                 .value();
  }
  postings::Image& image() { return *image_; }

 private:
  std::vector<uint64_t> words_;
  std::unique_ptr<postings::Image> image_;
};

/// One row after the other; write() ends it.
class Builder {
 public:
  void add(std::string_view passage) {
    index_.begin_row(inverter_);
    uint32_t position = 0;
    each_word(passage, [&](std::string_view word) { inverter_.add(word, position++); });
    index_.add_row(inverter_, position);
  }
  const std::string& finish() {
    index_.write(inverter_);
    return index_.payload();
  }

 private:
  postings::Inverter inverter_;
  Index index_;
};

int build(const std::string& passages, const std::string& path) {
  Builder builder;
  const double start = cpu_seconds();
  base::LineReader reader = base::LineReader::open(passages).value();
  while (const auto line = reader.next().value()) builder.add(*line);
  const std::string& payload = builder.finish();
  std::ofstream(path, std::ios::binary) << payload;
  std::printf("%.3f %zu\n", cpu_seconds() - start, payload.size());
  return 0;
}

class Queries {
 public:
  explicit Queries(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      std::vector<std::string> words;
      each_word(line, [&](std::string_view word) { words.emplace_back(word); });
      queries_.push_back(query_of(words));
    }
  }
  /// CPU seconds.
  double run(postings::Searcher& searcher, size_t count) {
    const double start = cpu_seconds();
    for (size_t i = 0; i < std::min(count, queries_.size()); ++i) answer(searcher, queries_[i]);
    return cpu_seconds() - start;
  }
  void print_answers(postings::Searcher& searcher) {
    for (const lexical::Query& query : queries_) {
      for (const postings::ScoredRow& row : answer(searcher, query))
        std::printf("%llu:%.6f ", static_cast<unsigned long long>(row.document - 1), static_cast<double>(row.score));
      std::printf("\n");
    }
  }
  size_t size() const { return queries_.size(); }

 private:
  static std::vector<postings::ScoredRow> answer(postings::Searcher& searcher, const lexical::Query& query) {
    const auto prepared = searcher.prepare(query).value();
    return searcher.search(prepared, {.limit = kBest}).value();
  }

  std::vector<lexical::Query> queries_;
};

int serve(const std::string& path, const std::string& query_file) {
  std::string payload;
  {
    std::ifstream file(path, std::ios::binary);
    payload.assign(std::istreambuf_iterator<char>(file), {});
  }
  OpenIndex index(payload);
  payload = {};
  postings::Searcher searcher({{&index.image(), {}}}, {});
  Queries queries(read_lines(query_file));
  for (std::string command; std::cin >> command;) {
    size_t count = 0;
    if (command == "answers") queries.print_answers(searcher);
    if (command == "run" && std::cin >> count) std::printf("%.6f\n", queries.run(searcher, count));
    std::fflush(stdout);
  }
  return 0;
}

/// What is left of a length in the byte that Lucene keeps (SmallFloat.intToByte4): exact below 40, then four bits.
uint32_t in_byte4(uint32_t length) {
  constexpr uint32_t kExact = 24, kBits = 4;
  if (length < kExact) return length;
  const uint32_t rest = length - kExact;
  const auto bits = static_cast<uint32_t>(std::bit_width(rest));
  return kExact + (bits <= kBits ? rest : rest >> (bits - kBits) << (bits - kBits));
}

struct Judged {
  std::vector<std::string> ids;
  std::string payload;
  uint64_t exact_positions = 0;
};

class Analysis {
 public:
  Analysis() : analyzer_(lexical::AnalyzerSpec::parse("ascii stem=en stop=lucene33").value()) {}
  const lexical::TokenStream& tokens(std::string_view text) {
    stream_.clear();
    analyzer_.analyze(text, "en", stream_);
    return stream_;
  }

 private:
  lexical::Analyzer analyzer_;
  lexical::TokenStream stream_;
};

std::vector<std::string> words_of(Analysis& analysis, std::string_view line) {
  std::vector<std::string> words;
  const auto& stream = analysis.tokens(line.substr(line.find('\t') + 1));
  for (const lexical::Token& token : stream.tokens()) words.emplace_back(stream.key(token));
  return words;
}

int write_words(const std::string& texts, const std::string& path) {
  Analysis analysis;
  std::ofstream out(path, std::ios::binary);
  for (const std::string& line : read_lines(texts)) {
    for (const std::string& word : words_of(analysis, line)) out << word.substr(0, word.find('\x01')) << ' ';
    out << '\n';
  }
  return out.good() ? 0 : 1;
}

Judged index_judged(Analysis& analysis, const std::vector<std::string>& lines, bool byte4) {
  Judged judged;
  postings::Inverter inverter;
  Index index;
  for (const std::string& line : lines) {
    const size_t tab = line.find('\t');
    judged.ids.push_back(line.substr(0, tab));
    index.begin_row(inverter);
    const auto& stream = analysis.tokens(std::string_view(line).substr(tab + 1));
    for (const lexical::Token& token : stream.tokens()) inverter.add(stream.key(token), token.position);
    const auto length = static_cast<uint32_t>(stream.tokens().size());
    judged.exact_positions += length;
    index.add_row(inverter, byte4 ? in_byte4(length) : length);
  }
  index.write(inverter);
  judged.payload = index.payload();
  return judged;
}

/// Lucene divides a length in a byte by the mean of the exact ones; ours divides by the mean of those it has. Other
/// parameters give the same norm k1 * (1 - b + b * length / mean).
postings::Scoring scoring_of(double k1, double b, double exact_mean, double mean) {
  const double constant = k1 * (1 - b), slope = k1 * b / exact_mean * mean;
  return {.k1 = constant + slope, .b = constant + slope > 0 ? slope / (constant + slope) : 0};
}

int rank(const std::string& texts, const std::string& query_file, double k1, double b, bool byte4) {
  Analysis analysis;
  const Judged judged = index_judged(analysis, read_lines(texts), byte4);
  OpenIndex index(judged.payload);
  const double rows = index.image().rows();
  postings::Searcher searcher({{&index.image(), {}}},
                              scoring_of(k1, b, static_cast<double>(judged.exact_positions) / rows,
                                         static_cast<double>(index.image().positions()) / rows));
  for (const std::string& line : read_lines(query_file)) {
    const auto prepared = searcher.prepare(query_of(words_of(analysis, line))).value();
    std::printf("%s", line.substr(0, line.find('\t')).c_str());
    for (const postings::ScoredRow& row : searcher.search(prepared, {.limit = kBestJudged}).value())
      std::printf("\t%s:%.6f", judged.ids[row.document - 1].c_str(), static_cast<double>(row.score));
    std::printf("\n");
  }
  return 0;
}

int smoke() {
  Builder builder;
  for (uint32_t i = 0; i < 3000; ++i) {
    std::string passage;
    for (uint32_t k = 1; k < 40; ++k) passage += "w" + std::to_string(i * k * 2654435761U % (k * k)) + " ";
    builder.add(passage);
  }
  OpenIndex index(builder.finish());
  postings::Searcher searcher({{&index.image(), {}}}, {});
  Queries queries({"w1", "w3 w100", "w0 w7 w700 w1000"});
  std::printf("%zu queries: %.6f s\n", queries.size(), queries.run(searcher, queries.size()));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + count);
  if (given.size() == 3 && given[0] == "build") return build(given[1], given[2]);
  if (given.size() == 3 && given[0] == "serve") return serve(given[1], given[2]);
  if (given.size() == 3 && given[0] == "words") return write_words(given[1], given[2]);
  if (given.size() >= 5 && given[0] == "rank")
    return rank(given[1], given[2], std::atof(given[3].c_str()), std::atof(given[4].c_str()), given.size() == 6);
  if (given.size() == 1 && given[0] == "--smoke") return smoke();
  std::fputs(
      "usage: lexical_bench build PASSAGES INDEX | serve INDEX QUERIES | words TEXTS WORDS | rank TEXTS QUERIES K1 B "
      "[byte4] | --smoke\n",
      stderr);
  return 2;
}
