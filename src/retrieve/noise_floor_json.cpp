#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "retrieve/noise_floor.h"
#include "retrieve/strict_object.h"

namespace vicinal::retrieve {
namespace {

using base::Json;
using base::JsonWriter;

constexpr int64_t kFloorSchema = 1;
constexpr size_t kMaxFloorBytes = 1 << 16;
constexpr NumberRange kAnyScore = {-3.5e38, 3.5e38};
constexpr NumberRange kAnySigma = {0, 3.5e38};
constexpr NumberRange kAnyCount = {1, 9e15};
const Place kFloorPlace = {"noise floor", ""};

Result<double> required_number(const StrictObject& object, std::string_view key, NumberRange range) {
  VICINAL_TRY(const auto number, object.number(key, range));
  if (!number) return unreadable("a number is missing", object.place_of(key));
  return *number;
}

Result<size_t> required_count(const StrictObject& object, std::string_view key) {
  VICINAL_TRY(const auto count, object.count(key, kAnyCount));
  if (!count) return unreadable("a count is missing", object.place_of(key));
  return *count;
}

Result<> check_floor_schema(const Json& json) {
  const auto schema = json["schema"].integer();
  if (!schema || *schema < 1) return unreadable("expected the number of a schema, 1", kFloorPlace.member("schema"));
  if (*schema == kFloorSchema) return {};
  return Error(Code::unsupported, "the noise floor is of a newer schema")
      .with("schema", *schema)
      .with("known", kFloorSchema);
}

Result<> read_quantiles(const Json& json, std::array<double, kQuantileShares.size()>& out) {
  const Place place = kFloorPlace.member("quantiles");
  if (json.array() == nullptr || json.array()->size() != out.size())
    return unreadable("expected " + std::to_string(out.size()) + " numbers", place);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto number = (*json.array())[i].number();
    if (!number || !(kAnyScore.least <= *number && *number <= kAnyScore.most))
      return unreadable("expected numbers that a score can have", place);
    out[i] = *number;
  }
  return std::ranges::is_sorted(out) ? Result<>() : unreadable("quantiles ascend", place);
}

Result<std::optional<ProbeFloor>> read_probes(const Json& json) {
  if (json.is_null()) return std::optional<ProbeFloor>();
  VICINAL_TRY(const StrictObject object,
              StrictObject::open(json, kFloorPlace.member("probes"), {"count", "mean", "sigma"}));
  ProbeFloor probes;
  VICINAL_TRY(probes.probes, required_count(object, "count"));
  VICINAL_TRY(probes.mean, required_number(object, "mean", kAnyScore));
  VICINAL_TRY(probes.sigma, required_number(object, "sigma", kAnySigma));
  return std::optional(probes);
}

void write_probes(const ProbeFloor& probes, JsonWriter& out) {
  out.key("probes").begin_object().key("count").number(uint64_t{probes.probes});
  out.key("mean").number(probes.mean).key("sigma").number(probes.sigma).end_object();
}

}  // namespace

std::string to_json(const NoiseFloor& floor) {
  JsonWriter out;
  out.begin_object().key("schema").number(kFloorSchema);
  out.key("rows").number(uint64_t{floor.rows}).key("pairs").number(uint64_t{floor.pairs});
  out.key("mean").number(floor.mean).key("sigma").number(floor.sigma).key("quantiles").begin_array();
  for (const double quantile : floor.quantiles) out.number(quantile);
  out.end_array();
  if (floor.probes) write_probes(*floor.probes, out);
  out.end_object();
  return out.take();
}

Result<NoiseFloor> parse_noise_floor(std::string_view text) {
  const auto json = Json::parse(text, kMaxFloorBytes);
  if (!json) return unreadable(json.error().message(), kFloorPlace);
  VICINAL_TRY_VOID(check_floor_schema(*json));
  VICINAL_TRY(
      const StrictObject object,
      StrictObject::open(*json, kFloorPlace, {"schema", "rows", "pairs", "mean", "sigma", "quantiles", "probes"}));
  NoiseFloor floor;
  VICINAL_TRY(floor.rows, required_count(object, "rows"));
  VICINAL_TRY(floor.pairs, required_count(object, "pairs"));
  VICINAL_TRY(floor.mean, required_number(object, "mean", kAnyScore));
  VICINAL_TRY(floor.sigma, required_number(object, "sigma", kAnySigma));
  VICINAL_TRY_VOID(read_quantiles(object["quantiles"], floor.quantiles));
  VICINAL_TRY(floor.probes, read_probes(object["probes"]));
  return floor;
}

}  // namespace vicinal::retrieve
