/// How long does a correction take on a dictionary of a million words? One thread, CPU time.
///
/// Usage: spelling_bench [TERMS [QUERIES]] | --smoke
/// Words are made up: 4 to 12 letters with the frequencies of English, so that first letters are as uneven as in a
/// language. Each query is one word of them with one or two typing errors that is no word itself. Prints CPU time a
/// query (median, 99th of a hundred, longest), how many were put right, and a control: the same queries once more.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "lexical/spelling.h"
#include "postings/corpus_for_tests.h"

namespace {

using namespace vicinal;

double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::string made_up_word(std::mt19937_64& random) {
  static const std::string letters =
      "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddllllcccuuummmwwffggyyppbbvkjxqz";
  std::string word(4 + random() % 9, ' ');
  for (char& c : word) c = letters[random() % letters.size()];
  return word;
}

std::string with_errors(std::string word, size_t errors, std::mt19937_64& random) {
  for (size_t i = 0; i < errors; ++i) {
    const size_t at = 1 + random() % (word.size() - 1);
    if (random() % 2 == 0) {
      word.erase(at, 1);
    } else {
      word.insert(at, 1, static_cast<char>('a' + random() % 26));
    }
  }
  return word;
}

lexical::TermDictionary dictionary_of(postings::Image& image) {
  return {.frequency =
              [&](std::string_view key) {
                const auto term = image.find(key);
                return term && *term ? uint64_t{(*term)->rows} : 0;
              },
          .enumerate =
              [&](std::string_view prefix, const lexical::TermDictionary::Visit& visit) {
                (void)image.dictionary()
                    .each_from(prefix,
                               [&](std::string_view key, const postings::Term& term) {
                                 return key.starts_with(prefix) && visit(key, term.rows);
                               })
                    .ok();
              }};
}

struct Typed {
  std::string meant, text;
};

void measure(const char* name, const std::vector<Typed>& queries, const lexical::TermDictionary& dictionary) {
  const lexical::Analyzer analyzer(lexical::AnalyzerSpec{.stem = "none"});
  const std::vector<std::string> languages = {""};
  std::vector<double> times;
  size_t right = 0;
  for (const Typed& typed : queries) {
    const lexical::Query query = lexical::resolve(lexical::parse_query(typed.text), analyzer, languages);
    const double start = cpu_milliseconds();
    const auto corrections = lexical::propose_corrections(typed.text, query, dictionary);
    times.push_back(cpu_milliseconds() - start);
    right += !corrections.empty() && corrections[0].key == typed.meant;
  }
  std::ranges::sort(times);
  std::printf("%-8s median %.2f ms, 99 of 100 below %.2f ms, longest %.2f ms, %zu of %zu as meant\n", name,
              times[times.size() / 2], times[times.size() * 99 / 100], times.back(), right, queries.size());
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  const size_t terms = smoke ? 1000 : argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const size_t count = smoke ? 10 : argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 300;
  std::mt19937_64 random(1);
  std::set<std::string> words;
  while (words.size() < terms) words.insert(made_up_word(random));
  std::vector<postings::TestRow> rows;
  for (const std::string& word : words) rows.push_back({rows.size() + 1, 0, {word}});
  const postings::TestImage image(rows);
  std::vector<Typed> queries;
  while (queries.size() < count) {
    const std::string& word = rows[random() % rows.size()].words[0];
    const std::string typed = with_errors(word, word.size() > 5 ? 1 + random() % 2 : 1, random);
    if (typed.size() >= 4 && !words.contains(typed)) queries.push_back({word, typed});
  }
  const lexical::TermDictionary dictionary = dictionary_of(*image);
  std::printf("%zu words, %zu queries\n", words.size(), queries.size());
  measure("first", queries, dictionary);
  measure("again", queries, dictionary);
  return 0;
}
