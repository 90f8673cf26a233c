#include "filter/value.h"

#include <array>
#include <chrono>
#include <limits>

namespace vicinal::filter {
namespace {

static_assert(std::numeric_limits<Number>::digits >= 64);

/// Reads a timestamp from left to right; after something that does not fit, nothing fits any more.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  int digits(size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      const bool digit = i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
      if (!digit) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// The digits behind a decimal point as a fraction of one.
  Number fraction() {
    Number value = 0, unit = 1;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') value += static_cast<Number>(digits(1)) * (unit /= 10);
    return value;
  }
  bool at_end() const { return rest_.empty(); }
  bool failed() const { return failed_; }
  int fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

Number days_since_epoch(TimeReader& in) {
  const std::chrono::year year(in.digits(4));
  in.expect('-');
  const std::chrono::month month(static_cast<unsigned>(in.digits(2)));
  in.expect('-');
  const std::chrono::day day(static_cast<unsigned>(in.digits(2)));
  const std::chrono::year_month_day date(year, month, day);
  if (in.failed() || !date.ok()) return in.fail();
  return static_cast<Number>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// "12:30", "12:30:15", "12:30:15.25": seconds since midnight. A leap second counts as the next one.
Number time_of_day(TimeReader& in) {
  const int hours = in.digits(2);
  in.expect(':');
  const int minutes = in.digits(2);
  Number seconds = 0;
  if (in.take(':')) seconds = static_cast<Number>(in.digits(2));
  if (in.take('.')) seconds += static_cast<Number>(in.digits(1)) / 10 + in.fraction() / 10;
  if (hours > 23 || minutes > 59 || seconds >= 61) return in.fail();
  return static_cast<Number>(hours * 3600 + minutes * 60) + seconds;
}

/// "Z", "+02:00" or nothing: seconds east of Greenwich.
Number offset(TimeReader& in) {
  if (in.take('Z') || in.take('z') || in.at_end()) return 0;
  const bool east = in.take('+');
  if (!east) in.expect('-');
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.digits(2);
  if (hours > 23 || minutes > 59) return in.fail();
  const int seconds = hours * 3600 + minutes * 60;
  return static_cast<Number>(east ? seconds : -seconds);
}

}  // namespace

std::optional<Value> scalar(const base::Json& json) {
  if (const auto boolean = json.boolean()) return Value(*boolean);
  if (const std::string* text = json.string()) return Value(*text);
  if (const auto number = json.exact_number()) return Value(*number);
  return {};
}

std::optional<Number> timestamp(std::string_view text) {
  TimeReader in(text);
  Number seconds = days_since_epoch(in) * 86400;
  if (!in.at_end()) {
    if (!in.take('T') && !in.take('t')) in.expect(' ');
    seconds += time_of_day(in);
    seconds -= offset(in);
  }
  if (in.failed() || !in.at_end()) return {};
  return seconds;
}

}  // namespace vicinal::filter
