#include "read/html_layout.h"

#include <unordered_map>

namespace vicinal::read {

Layout layout_of(std::string_view name) {
  using enum Layout;
  static const std::unordered_map<std::string_view, Layout> layouts = {
      {"address", paragraph}, {"article", paragraph},  {"aside", paragraph},      {"blockquote", paragraph},
      {"body", paragraph},    {"br", line_break},      {"caption", line},         {"center", line},
      {"dd", line},           {"details", paragraph},  {"dir", list},             {"div", line},
      {"dl", list},           {"dt", line},            {"fieldset", paragraph},   {"figcaption", line},
      {"figure", paragraph},  {"footer", paragraph},   {"form", paragraph},       {"h1", heading},
      {"h2", heading},        {"h3", heading},         {"h4", heading},           {"h5", heading},
      {"h6", heading},        {"header", paragraph},   {"hgroup", paragraph},     {"hr", paragraph},
      {"html", line},         {"iframe", raw},         {"legend", line},          {"li", line},
      {"listing", verbatim},  {"main", paragraph},     {"menu", list},            {"nav", skipped},
      {"noembed", raw},       {"noframes", raw},       {"noscript", skipped},     {"ol", list},
      {"optgroup", line},     {"option", line},        {"p", paragraph},          {"pre", verbatim},
      {"script", raw},        {"search", paragraph},   {"section", paragraph},    {"select", line},
      {"style", raw},         {"summary", line},       {"svg", skipped},          {"table", paragraph},
      {"tbody", line},        {"td", cell},            {"template", skipped},     {"textarea", line},
      {"tfoot", line},        {"th", cell},            {"thead", line},           {"title", title},
      {"tr", line},           {"ul", list}};
  const auto found = layouts.find(name);
  return found == layouts.end() ? none : found->second;
}

}  // namespace vicinal::read
