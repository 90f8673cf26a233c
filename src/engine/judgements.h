#pragma once
/// One line of a file of judgements: TREC's qrels, or BEIR's.

#include <optional>
#include <string_view>

#include "vicinal/result.h"

namespace vicinal::engine {

/// Views into the line.
struct Judgement {
  std::string_view question, document;
  double gain = 0;
};

/// nullopt: a blank line, or BEIR's headline ("query-id corpus-id score"). invalid_argument: anything else that is no
/// judgement.
Result<std::optional<Judgement>> parse_judgement(std::string_view line);

}  // namespace vicinal::engine
