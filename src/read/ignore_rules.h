#pragma once
/// What one .gitignore or .ignore file says (gitignore(5)).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/glob.h"

namespace vicinal::read {

class IgnoreRules {
 public:
  /// Never fails: lines that mean nothing are passed over, as git does; over-long ones (4 KiB) too.
  static IgnoreRules parse(std::string_view text);

  /// `path` is relative to the folder that the file lies in. The last rule that matches decides: true is "left out",
  /// false "taken after all"; none matches: nullopt.
  std::optional<bool> ignored(std::string_view path, bool is_folder) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    Glob glob;
    bool negated;
    bool folders_only;
    bool whole_path;  ///< matched against the path, else against its last part
  };
  std::vector<Rule> rules_;
};

}  // namespace vicinal::read
