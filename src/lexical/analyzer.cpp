#include "lexical/analyzer.h"

#include "lexical/text_analysis.h"

namespace vicinal::lexical {
namespace {

/// "pt" of "pt-BR"; one code for the kinds of Norwegian.
std::string_view primary(std::string_view language) {
  const size_t stem = stem_language_index(language);
  return stem != kNoStemming ? stem_language(stem).code : language.substr(0, language.find_first_of("-_"));
}

KeyRules rules_for(const AnalyzerSpec& spec, std::string_view language, const AnalysisOptions& options) {
  const bool fixed = spec.stem != "auto" && spec.stem != "none";
  const bool ascii = spec.words == AnalyzerSpec::Words::ascii;
  language = fixed ? std::string_view(spec.stem) : primary(language);
  KeyRules rules{.fold = spec.fold && !ascii, .stem_all = ascii, .parts = spec.parts};
  if (options.stem && spec.stem != "none") rules.stem = stem_language_index(language);
  if (!ascii) {
    rules.turkic = language == "tr" || language == "az";
    rules.apostrophes = apostrophes_of(language);
  }
  if (options.stop && spec.stop != "none") rules.stop = StopWords::find(spec.stop == "auto" ? language : spec.stop);
  return rules;
}

}  // namespace

Analyzer::Analyzer(AnalyzerSpec spec) : spec_(std::move(spec)) {}

void Analyzer::analyze(std::string_view text, std::string_view language, TokenStream& out,
                       const AnalysisOptions& options) const {
  const AnalysisPlan plan{.segment = spec_.segment, .parts = spec_.parts, .rules = rules_for(spec_, language, options)};
  spec_.words == AnalyzerSpec::Words::ascii ? analyze_ascii(text, plan, out) : analyze_unicode(text, plan, out);
}

std::string Analyzer::key_language(std::string_view language) const {
  return rules_for(spec_, language, {}) == rules_for(spec_, "", {}) ? "" : std::string(primary(language));
}

}  // namespace vicinal::lexical
