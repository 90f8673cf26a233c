#include "engine/language_survey.h"

#include <algorithm>
#include <filesystem>

#include "engine/catalogue.h"
#include "text/language.h"

namespace vicinal::engine {
namespace {

constexpr size_t kSample = 200;
constexpr size_t kFewest = 5;

}  // namespace

void LanguageSurvey::add(std::string_view language) {
  if (seen_ == kSample) return;
  ++seen_;
  if (language.empty()) return;
  ++known_;
  ++counts_[std::string(language)];
}

std::string LanguageSurvey::note(std::string_view model) const {
  const CatalogueEntry* entry = find_entry(model);
  if (entry == nullptr) entry = find_entry(std::filesystem::path(model).filename().string());
  if (entry == nullptr || !english_only(*entry) || known_ < kFewest) return "";
  const auto english = counts_.find("en");
  const size_t foreign = known_ - (english == counts_.end() ? 0 : english->second);
  if (foreign * 2 <= known_) return "";
  const auto by_count = [](const auto& a, const auto& b) {
    return (a.first != "en" ? a.second : 0) < (b.first != "en" ? b.second : 0);
  };
  const auto most = std::ranges::max_element(counts_, by_count);
  const CatalogueEntry* better = multilingual_alternative();
  return std::to_string(foreign * 100 / known_) + " % of the texts are not English (most of them " +
         std::string(text::language_name(most->first)) + "), but " + entry->folder_name() +
         " was made for English; a multilingual model such as " + better->folder_name() + " would find more" +
         (better->info.runnable ? "" : " (this version does not run it yet)");
}

}  // namespace vicinal::engine
