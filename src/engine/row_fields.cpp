#include "engine/row_fields.h"

#include <algorithm>
#include <array>

#include "index/field_names.h"
#include "index/store.h"

namespace vicinal::engine {
namespace {

constexpr std::array<std::string_view, 6> kOtherMembers = {"_id", "id", "metadata", "embedding", "vectors", "field"};

Error bad_field(std::string reason, const FieldSource& source) {
  return Error(Code::invalid_argument, std::move(reason)).with("field", source.field).with("member", source.member);
}

}  // namespace

Result<RowFields> RowFields::of(std::span<const FieldSource> sources) {
  RowFields fields;
  for (const FieldSource& source : sources) {
    if (!index::is_field_name(source.field))
      return bad_field("a field's name is 1 to 32 letters, digits, _ and -, a letter first", source);
    if (source.member.empty() || std::ranges::find(kOtherMembers, source.member) != kOtherMembers.end())
      return bad_field("a field's text cannot be in this member of a row", source);
    const auto same = [&](const FieldSource& other) { return other.field == source.field; };
    if (std::ranges::count_if(sources, same) > 1) return bad_field("a field is declared twice", source);
    if (source.field == "body")
      fields.sources_.front() = source;
    else
      fields.sources_.push_back(source);
  }
  return fields;
}

std::string_view RowFields::title_member() const {
  const auto title = std::ranges::find(sources_, index::kTitleField, &FieldSource::field);
  return title == sources_.end() ? index::kTitleField : std::string_view(title->member);
}

std::vector<std::string> RowFields::names() const {
  std::vector<std::string> names;
  for (const FieldSource& source : sources_) names.push_back(source.field);
  return names;
}

bool RowFields::holds_text(std::string_view member) const {
  return member == title_member() || std::ranges::find(sources_, member, &FieldSource::member) != sources_.end();
}

std::string RowFields::to_string() const {
  std::string out;
  for (const FieldSource& source : sources_)
    out.append(out.empty() ? "" : " ").append(source.field).append(1, '=').append(source.member);
  return out;
}

Result<size_t> field_number(std::span<const std::string> names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  std::string known;
  for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
  return Error(Code::invalid_argument, "the collection has no such field")
      .with("field", name)
      .with("fields", known)
      .with("fix", "vicinal index … --field NAME=MEMBER adds one");
}

Result<std::vector<FieldText>> numbered(std::span<const std::string> names, std::vector<NamedText> texts) {
  std::vector<FieldText> fields;
  for (NamedText& text : texts) {
    VICINAL_TRY(const size_t number, field_number(names, text.field));
    fields.push_back({number, std::move(text.field), std::move(text.text)});
  }
  std::ranges::sort(fields, {}, &FieldText::field);
  return fields;
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

FieldSource parse_field_source(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string field(text.substr(0, equals));
  if (equals != std::string_view::npos) return {field, std::string(text.substr(equals + 1))};
  return {field, field == "body" ? "text" : field};
}

}  // namespace v0
}  // namespace vicinal
