#include "lexical/analyzer_spec.h"

#include <algorithm>
#include <vector>

#include "base/closest_names.h"
#include "lexical/stemmers.h"
#include "lexical/stop_words.h"
#include "text/language.h"

namespace vicinal::lexical {
namespace {

constexpr std::string_view kAllowed =
    "unicode or ascii, then fold, nofold, parts, noparts, stem=auto|none|CODE, stop=none|auto|lucene33|CODE, "
    "segment=bigrams|icu";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Error with_nearest(Error error, std::string_view given, std::vector<std::string> known, std::string_view before = {}) {
  const std::vector<std::string> closest = base::closest_names(given, known, 1);
  if (!closest.empty()) error.with("fix", "did you mean " + std::string(before) + closest.front() + "?");
  return error;
}

/// "de" for "German"; the value itself where it is no language's name.
std::string code_for(std::string_view value, std::string_view codes) {
  for (const std::string& code : words_of(codes))
    if (base::edit_distance(text::language_name(code), value) == 0) return code;
  return std::string(value);
}

Error unknown(std::string_view word) {
  const Error error =
      Error(Code::invalid_argument, "an analyzer has no such part").with("part", word).with("allowed", kAllowed);
  return with_nearest(error, word.substr(0, word.find('=')),
                      words_of("unicode ascii fold nofold parts noparts stem= stop= segment="));
}

/// A value that is none: languages may be meant by their names.
Error unknown_value(Error error, std::string_view part, std::string_view value, std::string_view codes) {
  const std::string meant = code_for(value, codes);
  return with_nearest(std::move(error), meant, words_of("auto none " + std::string(codes)), part);
}

Result<> set_stem(std::string_view value, AnalyzerSpec& spec) {
  const bool known = value == "auto" || value == "none" || stem_language_index(value) != kNoStemming;
  if (!known)
    return unknown_value(Error(Code::invalid_argument, "there is no stemmer for this language")
                             .with("language", value)
                             .with("stemmers", stem_language_codes()),
                         "stem=", value, stem_language_codes());
  const size_t language = stem_language_index(value);
  spec.stem = language == kNoStemming ? value : stem_language(language).code;
  return {};
}

Result<> set_stop(std::string_view value, AnalyzerSpec& spec) {
  if (value != "auto" && value != "none" && StopWords::find(value) == nullptr)
    return unknown_value(Error(Code::invalid_argument, "there is no list of stop words of this name")
                             .with("name", value)
                             .with("lists", StopWords::names()),
                         "stop=", value, StopWords::names());
  spec.stop = value;
  return {};
}

Result<> set_part(std::string_view part, AnalyzerSpec& spec) {
  if (part.starts_with("stem=")) return set_stem(part.substr(5), spec);
  if (part.starts_with("stop=")) return set_stop(part.substr(5), spec);
  if (spec.words == AnalyzerSpec::Words::ascii) return unknown(part);
  if (part == "fold" || part == "nofold") {
    spec.fold = part == "fold";
  } else if (part == "parts" || part == "noparts") {
    spec.parts = part == "parts";
  } else if (part == "segment=bigrams" || part == "segment=icu") {
    spec.segment = part == "segment=icu" ? AnalyzerSpec::Segment::icu : AnalyzerSpec::Segment::bigrams;
  } else {
    return unknown(part);
  }
  return {};
}

/// The next word of `text`, which it is taken off; empty at the end.
std::string_view take_part(std::string_view& text) {
  const size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  const size_t end = std::min(text.find_first_of(" \t\n", begin), text.size());
  const std::string_view part = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return part;
}

}  // namespace

Result<AnalyzerSpec> AnalyzerSpec::parse(std::string_view text) {
  AnalyzerSpec spec;
  std::string_view part = take_part(text);
  if (part == "ascii") {
    spec.words = Words::ascii;
    spec.stem = "none";
  } else if (!part.empty() && part != "unicode") {
    return unknown(part);
  }
  for (part = take_part(text); !part.empty(); part = take_part(text)) VICINAL_TRY_VOID(set_part(part, spec));
  return spec;
}

std::string AnalyzerSpec::to_string() const {
  if (words == Words::ascii) return "ascii stem=" + stem + " stop=" + stop;
  return std::string("unicode ") + (fold ? "fold" : "nofold") + (parts ? " parts" : " noparts") + " stem=" + stem +
         " stop=" + stop + " segment=" + (segment == Segment::icu ? "icu" : "bigrams");
}

}  // namespace vicinal::lexical
