#include "engine/recipe.h"

#include "base/json.h"
#include "read/document.h"
#include "text/chunker.h"

namespace vicinal::engine {

Result<Recipe> Recipe::parse(std::string_view json, std::string_view chunking) {
  Recipe recipe;
  const size_t slash = chunking.find('/');  // "recursive:256t/32t"
  const std::string_view overlap = slash == std::string_view::npos ? std::string_view() : chunking.substr(slash + 1);
  VICINAL_TRY(recipe.chunk, parse_chunk_spec(chunking.substr(0, slash), overlap));
  if (json.empty()) return recipe;
  VICINAL_TRY(const base::Json tree, base::Json::parse(json));
  recipe.language_noted = tree["language_noted"].boolean_or(false);
  if (const auto* roots = tree["roots"].object())
    for (const auto& [path, prefix] : *roots) recipe.roots[path] = prefix.string_or("");
  std::vector<FieldSource> sources;
  if (const auto* fields = tree["fields"].object())
    for (const auto& [field, member] : *fields) sources.push_back({field, member.string_or("")});
  VICINAL_TRY(recipe.fields, RowFields::of(sources));
  return recipe;
}

std::string Recipe::to_json() const {
  base::JsonWriter out;
  out.begin_object().key("rules").string(rules());
  out.key("language_noted").boolean(language_noted);
  out.key("roots").begin_object();
  for (const auto& [path, prefix] : roots) out.key(path).string(prefix);
  out.end_object();
  if (!fields.is_body_alone()) {
    out.key("fields").begin_object();
    for (const FieldSource& source : fields.sources()) out.key(source.field).string(source.member);
    out.end_object();
  }
  return out.end_object().take();
}

std::string Recipe::rules() const {
  return "reader " + std::to_string(read::kReaderVersion) + ", chunker " + std::to_string(text::kChunkerVersion) +
         ", passage " + std::to_string(kPassageVersion) + ", " + chunk.to_string() +
         (fields.is_body_alone() ? "" : ", fields " + fields.to_string());
}

base::Hash128 Recipe::content_hash(std::string_view title, std::string_view text, std::string_view metadata,
                                   std::span<const NamedText> texts) const {
  std::string joined = rules();
  for (const std::string_view part : {title, metadata, text}) joined.append(1, '\0').append(part);
  for (const NamedText& each : texts) joined.append(1, '\0').append(each.field).append(1, '\0').append(each.text);
  return base::xxh3_128(joined);
}

base::FileStamp Recipe::stamped(const base::FileStamp& stamp) const {
  base::FileStamp mixed = stamp;
  mixed.device ^= base::xxh3_64(rules() + ", changed " + std::to_string(stamp.changed_ns));
  mixed.changed_ns = 0;  // mixed in: it is compared, not stored
  return mixed;
}

}  // namespace vicinal::engine
