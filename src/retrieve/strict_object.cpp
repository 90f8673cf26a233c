#include "retrieve/strict_object.h"

#include <algorithm>
#include <cmath>

#include "base/closest_names.h"

namespace vicinal::retrieve {
namespace {

using base::Json;

/// 0.7 and 10 as a person writes them.
std::string short_number(double value) { return Json(value).dump(); }

std::string range_text(const NumberRange& range) {
  return short_number(range.least) + " to " + short_number(range.most);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Error unknown_key(const std::string& key, const Place& place, const std::vector<std::string>& known) {
  Error error = unreadable("unknown key", place).with("known", joined(known));
  const auto near = base::closest_names(key, known, 1);
  if (!near.empty()) error.with("nearest", near.front());
  return error;
}

}  // namespace

Place Place::member(std::string_view key) const {
  return {document, path.empty() ? std::string(key) : path + "." + std::string(key)};
}

Error unreadable(std::string_view what, const Place& place) {
  return Error(Code::invalid_argument, "the " + place.document + " cannot be read: " + std::string(what))
      .with("at", place.path.empty() ? place.document : place.path);
}

Result<StrictObject> StrictObject::open(const Json& json, Place place, const std::vector<std::string>& known) {
  if (!json.is_object()) return unreadable("expected an object", place);
  StrictObject object(json, std::move(place));
  std::vector<std::string_view> seen;
  for (const auto& [key, value] : *json.object()) {
    if (std::ranges::find(known, key) == known.end()) return unknown_key(key, object.place_of(key), known);
    if (std::ranges::find(seen, key) != seen.end()) return unreadable("a key stands twice", object.place_of(key));
    seen.push_back(key);
  }
  return object;
}

Result<std::optional<double>> StrictObject::number(std::string_view key, NumberRange range) const {
  const Json& value = json_[key];
  if (value.is_null()) return std::optional<double>();
  const auto number = value.number();
  if (number && *number >= range.least && *number <= range.most) return number;
  return unreadable("expected a number from " + range_text(range), place_of(key));
}

Result<std::optional<size_t>> StrictObject::count(std::string_view key, NumberRange range) const {
  const Json& value = json_[key];
  if (value.is_null()) return std::optional<size_t>();
  const auto number = value.integer();
  if (number && static_cast<double>(*number) >= range.least && static_cast<double>(*number) <= range.most)
    return std::optional(static_cast<size_t>(*number));
  return unreadable("expected a whole number from " + range_text(range), place_of(key));
}

Result<std::optional<std::string>> StrictObject::string(std::string_view key) const {
  const Json& value = json_[key];
  if (value.is_null()) return std::optional<std::string>();
  if (value.string() == nullptr) return unreadable("expected a text", place_of(key));
  return std::optional(*value.string());
}

}  // namespace vicinal::retrieve
