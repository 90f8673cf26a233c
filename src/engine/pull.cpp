#include "engine/pull.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/digest.h"
#include "base/user_folders.h"
#include "embed/remembered_digest.h"
#include "engine/convert.h"
#include "engine/install.h"
#include "engine/model_files.h"
#include "engine/resolve_model.h"
#include "model/folder.h"

namespace vicinal {

namespace engine {
namespace {

bool is_genuine(const PullJob& job, const std::string& digest) {
  return std::ranges::find(job.weights_sha256, digest) != job.weights_sha256.end();
}

/// The installed copy, when it is whole and genuine (or nothing is known to compare with).
std::optional<PulledModel> intact_copy(const PullJob& job, const std::string& target) {
  if (!is_model_folder(target)) return std::nullopt;
  auto digest = embed::remembered_sha256(target + "/model.safetensors");
  if (!digest || (!job.weights_sha256.empty() && !is_genuine(job, *digest))) return std::nullopt;
  return PulledModel{.path = target,
                     .weights_sha256 = *std::move(digest),
                     .digest_known = !job.weights_sha256.empty(),
                     .already_there = true};
}

/// What an export needs besides itself comes from the catalogue.
Result<std::string> convert_export(const PullJob& job, const PullSource& source, const std::string& onnx,
                                   const std::string& folder, const Watch& watch) {
  VICINAL_TRY(const std::string digest, base::sha256_file(onnx));
  if (!source.onnx_sha256.empty() && digest != source.onnx_sha256)
    return Error(Code::corrupt, "the ONNX export is not the one on record for this model")
        .with("model", job.name)
        .with("source", source.to_string())
        .with("sha256", digest)
        .with("expected_sha256", source.onnx_sha256);
  VICINAL_TRY(const ConvertJob plan, plan_convert(onnx, digest, job.convert));
  VICINAL_TRY_VOID(run_convert(plan, folder, watch));
  return folder;
}

/// The fetched model's folder; made out of an ONNX export where that is all there is.
Result<std::string> ready_folder(const PullJob& job, const PullSource& source, const std::string& root,
                                 const Watch& watch) {
  auto folder = locate_model(root, source.inside);
  if (folder || folder.error().code() != Code::unsupported) return folder;
  const auto onnx = locate_onnx(root);
  if (!onnx) return folder;
  return convert_export(job, source, *onnx, root + "/converted", watch);
}

Result<PulledModel> install(const PullJob& job, const PullSource& source, const std::string& target,
                            const StagingFolder& staging, const Watch& watch) {
  const std::string fetched = staging.path() + "/fetched";
  std::error_code error;
  std::filesystem::remove_all(fetched, error);
  std::filesystem::create_directory(fetched, error);
  VICINAL_TRY_VOID(fetch(source, fetched, watch));
  const bool is_archive = source.kind != SourceKind::folder && source.kind != SourceKind::hub;
  VICINAL_TRY(const std::string folder, ready_folder(job, source, is_archive ? fetched + "/unpacked" : fetched, watch));
  if (auto readable = model::ModelFolder::open(folder); !readable) return std::move(readable).error();
  VICINAL_TRY(std::string digest, embed::remembered_sha256(folder + "/model.safetensors"));
  if (!job.weights_sha256.empty() && !is_genuine(job, digest))
    return Error(Code::corrupt, "the weights are not those on record for this model; another model wants another name")
        .with("model", job.name)
        .with("source", source.to_string())
        .with("sha256", digest)
        .with("expected_sha256", job.weights_sha256.front());
  VICINAL_TRY_VOID(move_into_place(folder, target, staging));
  return PulledModel{.path = target, .weights_sha256 = std::move(digest), .digest_known = !job.weights_sha256.empty()};
}

Error offline_error(const PullSource& source) {
  return Error(Code::network, "this source needs the network, which is switched off")
      .with("source", source.to_string());
}

}  // namespace

bool offline_by_environment() {
  const char* value = std::getenv("VICINAL_OFFLINE");
  return value != nullptr && *value != '\0' && std::string_view(value) != "0";
}

Result<PulledModel> run_pull(const PullJob& job, const Watch& watch) {
  const std::string target = base::models_folder() + "/" + job.name;
  if (!job.force)
    if (auto there = intact_copy(job, target)) return *std::move(there);
  VICINAL_TRY(const StagingFolder staging, StagingFolder::create(base::models_folder()));
  std::optional<Error> first;
  for (const PullSource& source : job.sources) {
    auto pulled = job.offline && source.needs_network() ? Result<PulledModel>(offline_error(source))
                                                        : install(job, source, target, staging, watch);
    if (pulled || pulled.error().code() != Code::network) return pulled;
    if (!first) {
      first = std::move(pulled).error();
    } else {
      first->with("also_tried", source.to_string());
    }
  }
  return *std::move(first);
}

namespace {

/// A folder name for a model that the catalogue does not know.
Result<std::string> own_name(std::string_view name) {
  std::string folder(name);
  for (size_t slash = folder.find('/'); slash != std::string::npos; slash = folder.find('/'))
    folder.replace(slash, 1, "--");
  const bool plain = std::ranges::all_of(
      folder, [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; });
  if (plain && !folder.empty() && folder.size() <= 200 && folder.front() != '.') return folder;
  return Error(Code::invalid_argument, "a model's name is made of letters, digits, '.', '_', '-' and '/'")
      .with("name", name);
}

Error no_source(std::string_view name) {
  return unknown_name("the catalogue does not know this model; name a source for it", std::string(name),
                      "--from SOURCE; vicinal models lists the names that need none");
}

/// The catalogue's sources that this version can use; the hub under the model's own id where none is on record.
Result<std::vector<PullSource>> sources_of(const CatalogueEntry& entry) {
  if (!entry.info.runnable)
    return Error(Code::unsupported, "this model is known, but this version does not run its kind")
        .with("model", entry.info.id)
        .with("kind", entry.kind)
        .with("architecture", entry.info.architecture);
  std::vector<PullSource> sources;
  for (const ModelSource& source : entry.sources)
    if (auto usable = from_catalogue(source)) sources.push_back(*std::move(usable));
  if (sources.empty()) sources.push_back({.kind = SourceKind::hub, .spec = entry.info.id});
  return sources;
}

/// A source that a person names is one of the catalogue's when kind and spec agree.
void take_recorded_place(PullSource& source, const CatalogueEntry& entry) {
  for (const ModelSource& recorded : entry.sources) {
    if (recorded.kind + ":" + recorded.spec != source.to_string()) continue;
    source.inside = recorded.inside;
    source.archive_sha256 = recorded.archive_sha256;
    if (recorded.form == "onnx") source.onnx_sha256 = recorded.weights_sha256;
  }
}

Result<PullJob> plan(std::string_view name, const PullOptions& options) {
  PullJob job{.offline = options.offline || offline_by_environment(), .force = options.force};
  const CatalogueEntry* entry = find_entry(name);
  if (entry == nullptr && options.source.empty()) return no_source(name);
  if (entry == nullptr) {
    VICINAL_TRY(job.name, own_name(name));
  } else {
    job.name = entry->folder_name();
    job.convert.known_as = entry->info.id;
    job.weights_sha256 = genuine_weights(*entry);
  }
  if (options.source.empty()) {
    VICINAL_TRY(job.sources, sources_of(*entry));
  } else {
    VICINAL_TRY(PullSource source, parse_source(options.source));
    if (entry != nullptr) take_recorded_place(source, *entry);
    job.sources.push_back(std::move(source));
  }
  return job;
}

}  // namespace
}  // namespace engine

inline namespace v0 {

Result<PulledModel> pull_model(std::string_view name, const PullOptions& options, const Watch& watch) {
  VICINAL_TRY(const engine::PullJob job, engine::plan(name.empty() ? kDefaultModel : name, options));
  return engine::run_pull(job, watch);
}

}  // namespace v0
}  // namespace vicinal
