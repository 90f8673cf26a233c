#pragma once
/// Words of scripts without spaces, by ICU's dictionaries.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lexical/compounds.h"

namespace vicinal::lexical {

/// Not thread-safe: one per thread. Opens its iterator when first used.
class IcuWords {
 public:
  IcuWords();
  ~IcuWords();

  /// The words of bytes [begin, end), which are cut into slices of a few thousand characters at most. Valid until the
  /// next call.
  const std::vector<TextRange>& words(std::string_view text, size_t begin, size_t end);

 private:
  struct Iterator;
  void add_slice(std::string_view text, size_t begin, size_t end);

  std::unique_ptr<Iterator> iterator_;
  std::vector<TextRange> words_;
};

}  // namespace vicinal::lexical
