#include "embed/blank.h"

#include <algorithm>
#include <array>

namespace vicinal::embed {
namespace {

using namespace std::string_view_literals;

// Unicode 15, PropList.txt, White_Space, as UTF-8.
constexpr std::array kWhiteSpace = {
    "\t"sv,     "\n"sv,     "\v"sv,     "\f"sv,     "\r"sv,     " "sv,      "\u0085"sv, "\u00A0"sv, "\u1680"sv,
    "\u2000"sv, "\u2001"sv, "\u2002"sv, "\u2003"sv, "\u2004"sv, "\u2005"sv, "\u2006"sv, "\u2007"sv, "\u2008"sv,
    "\u2009"sv, "\u200A"sv, "\u2028"sv, "\u2029"sv, "\u202F"sv, "\u205F"sv, "\u3000"sv,
};

}  // namespace

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto* space =
        std::ranges::find_if(kWhiteSpace, [&](std::string_view each) { return text.starts_with(each); });
    if (space == kWhiteSpace.end()) return false;
    text.remove_prefix(space->size());
  }
  return true;
}

}  // namespace vicinal::embed
