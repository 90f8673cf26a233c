#pragma once
/// Notices when most texts of a run are in a language that the model was not made for.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace vicinal::engine {

class LanguageSurvey {
 public:
  /// `language`: ISO code of one document's guess; "" counts as unknown. Only the first 200 documents count.
  void add(std::string_view language);

  /// One sentence when the model (a name or path) is on record as English only and more than half of at least five
  /// recognised texts are not English; else "".
  std::string note(std::string_view model) const;

 private:
  size_t seen_ = 0, known_ = 0;
  std::map<std::string, size_t, std::less<>> counts_;
};

}  // namespace vicinal::engine
