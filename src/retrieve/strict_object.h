#pragma once
/// One object of a document in JSON, read strictly: every key is known, every value has its type and range.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace vicinal::retrieve {

struct NumberRange {
  double least = 0;
  double most = 0;
};

/// Where in which document: {"plan", "arms[1].k1"}.
struct Place {
  std::string document;
  std::string path;  ///< empty: the document itself
  Place member(std::string_view key) const;
};

/// invalid_argument: "the `document` cannot be read: `what`", "at" its path.
Error unreadable(std::string_view what, const Place& place);

/// Keeps a reference to the JSON: it must outlive this.
class StrictObject {
 public:
  /// invalid_argument: no object, or a key that is not among `known` (with the nearest that is), or
  /// twice.
  static Result<StrictObject> open(const base::Json& json, Place place, const std::vector<std::string>& known);

  Place place_of(std::string_view key) const { return place_.member(key); }
  const base::Json& operator[](std::string_view key) const { return json_[key]; }

  /// nullopt when the key is absent or null. invalid_argument: another type, or out of range.
  Result<std::optional<double>> number(std::string_view key, NumberRange range) const;
  Result<std::optional<size_t>> count(std::string_view key, NumberRange range) const;
  Result<std::optional<std::string>> string(std::string_view key) const;

 private:
  StrictObject(const base::Json& json, Place place) : json_(json), place_(std::move(place)) {}
  const base::Json& json_;
  Place place_;
};

}  // namespace vicinal::retrieve
