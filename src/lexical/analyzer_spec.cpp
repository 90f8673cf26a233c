#include "lexical/analyzer_spec.h"

#include <algorithm>

#include "lexical/stemmers.h"
#include "lexical/stop_words.h"

namespace vicinal::lexical {
namespace {

constexpr std::string_view kAllowed =
    "unicode or ascii, then fold, nofold, parts, noparts, stem=auto|none|CODE, stop=none|auto|lucene33|CODE, "
    "segment=bigrams|icu";

Error unknown(std::string_view word) {
  return Error(Code::invalid_argument, "an analyzer has no such part").with("part", word).with("allowed", kAllowed);
}

Result<> set_stem(std::string_view value, AnalyzerSpec& spec) {
  const bool known = value == "auto" || value == "none" || stem_language_index(value) != kNoStemming;
  if (!known)
    return Error(Code::invalid_argument, "there is no stemmer for this language")
        .with("language", value)
        .with("stemmers", stem_language_codes());
  const size_t language = stem_language_index(value);
  spec.stem = language == kNoStemming ? value : stem_language(language).code;
  return {};
}

Result<> set_stop(std::string_view value, AnalyzerSpec& spec) {
  if (value != "auto" && value != "none" && StopWords::find(value) == nullptr)
    return Error(Code::invalid_argument, "there is no list of stop words of this name")
        .with("name", value)
        .with("lists", StopWords::names());
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
