#pragma once
/// The flags that say what a search does. They are shorthand for a plan: a plan file's, where one is given, with what
/// the flags change.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

struct PlanFlags {
  std::string plan, where, mode, fusion, metric;
  std::vector<std::string> fields;
  std::optional<size_t> limit, group;
  std::optional<double> alpha, fold, diverse;
  bool best_per_document = false;
};

std::vector<Flag> plan_flags(PlanFlags& target);

/// The plan of the file. invalid_argument and its kin with "path", and "fix" where a name is nearly one.
Result<SearchOptions> read_plan(const std::string& path);

/// invalid_argument with "fix": a value out of its range, or flags that would change nothing beside each other.
Result<SearchOptions> search_options(const PlanFlags& flags);

}  // namespace vicinal::cli
