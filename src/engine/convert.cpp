#include "engine/convert.h"

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "embed/local_embedder.h"
#include "engine/catalogue.h"
#include "engine/install.h"
#include "engine/model_files.h"
#include "engine/resolve_model.h"
#include "kernels/table.h"
#include "model/folder_writer.h"
#include "model/onnx_weights.h"

namespace vicinal {
namespace engine {
namespace fs = std::filesystem;
namespace {

constexpr size_t kMaxTokenizerFile = size_t{256} << 20;

std::optional<model::Pooling> parse_pooling_name(std::string_view name) {
  for (const model::Pooling each : {model::Pooling::mean, model::Pooling::cls, model::Pooling::last})
    if (model::pooling_name(each) == name) return each;
  return std::nullopt;
}

Result<model::Pooling> choose_pooling(const ConvertOptions& options, const CatalogueEntry* entry) {
  const std::string name = !options.pooling.empty() ? options.pooling : entry != nullptr ? entry->info.pooling : "";
  if (const auto pooling = parse_pooling_name(name)) return *pooling;
  Error error(Code::invalid_argument, name.empty() ? "an ONNX export does not say how a text's token vectors become one"
                                                   : "pooling is not one of mean, cls, last");
  if (!name.empty()) error.with("pooling", name);
  return std::move(error.with("fix", "--pooling mean, cls or last, as the model's makers say"));
}

Result<const CatalogueEntry*> choose_entry(std::string_view onnx_sha256, const std::string& known_as) {
  if (known_as.empty()) return find_by_onnx(onnx_sha256);
  if (const CatalogueEntry* entry = find_entry(known_as)) return entry;
  return unknown_name("the catalogue does not know this model", known_as, "vicinal models --all lists its names");
}

std::string first_said(const std::string& said, const CatalogueEntry* entry, std::string ModelInfo::* member) {
  return !said.empty() || entry == nullptr ? said : entry->info.*member;
}

/// The normalizer of a BERT tokenizer, also as one of a sequence.
model::TokenizerTraits read_traits(const base::Json& tokenizer) {
  const base::Json* normalizer = &tokenizer["normalizer"];
  if (const auto* sequence = (*normalizer)["normalizers"].array())
    for (const base::Json& each : *sequence)
      if (each["type"].string_or("") == "BertNormalizer") normalizer = &each;
  return {.lower_case = (*normalizer)["lowercase"].boolean_or(false),
          .split_chinese = (*normalizer)["handle_chinese_chars"].boolean_or(true),
          .strip_accents = (*normalizer)["strip_accents"].boolean()};
}

Result<model::ModelFolder> describe(const ConvertJob& job, const model::EncoderConfig& encoder, std::string path) {
  if (job.dimensions != 0 && job.dimensions != encoder.hidden)
    return Error(Code::invalid_argument, "the export is not of the model that it is said to be")
        .with("model", job.known_as)
        .with("dimensions", encoder.hidden)
        .with("expected", job.dimensions);
  if (job.max_tokens > encoder.positions)
    return Error(Code::invalid_argument, "the token limit is beyond the encoder's positions")
        .with("max_tokens", job.max_tokens)
        .with("positions", encoder.positions);
  model::ModelFolder out;
  out.path = std::move(path);
  out.encoder = encoder;
  out.pooling = job.pooling;
  out.normalise = job.normalise;
  out.max_tokens = job.max_tokens != 0 ? job.max_tokens : encoder.positions;
  if (!job.query_prompt.empty()) out.prompts["query"] = job.query_prompt;
  if (!job.document_prompt.empty()) out.prompts["document"] = job.document_prompt;
  return out;
}

Result<> write_folder(const ConvertJob& job, const std::string& folder) {
  VICINAL_TRY(const kernels::Table* table, kernels::choose());
  VICINAL_TRY(const std::string tokenizer, base::read_file(job.tokenizer, kMaxTokenizerFile));
  auto tree = base::Json::parse(tokenizer);
  if (!tree) return Error(tree.error()).with("path", job.tokenizer);
  VICINAL_TRY(const model::OnnxFile file, model::OnnxFile::open(job.onnx));
  auto mapping = model::map_bert(file.model(), job.heads);
  if (!mapping) return Error(mapping.error()).with("path", job.onnx);
  VICINAL_TRY(const model::ModelFolder plan, describe(job, mapping->encoder, folder));
  VICINAL_TRY_VOID(model::write_model_files(plan, read_traits(*tree)));
  VICINAL_TRY_VOID(base::write_file_atomic(folder + "/tokenizer.json", tokenizer));
  return model::write_weights(*mapping, *table, folder + "/model.safetensors");
}

/// Opens what was written as any model is opened, and embeds a text.
Result<model::ModelFolder> prove(const std::string& folder) {
  VICINAL_TRY(const auto embedder, embed::LocalEmbedder::open(folder, {.threads = 1}, {}));
  const size_t ids = embedder->tokenizer().vocabulary_size(), rows = embedder->folder().encoder.vocabulary;
  if (ids > rows)
    return Error(Code::invalid_argument, "the tokenizer has more tokens than the model has rows for; it is another's")
        .with("tokens", ids)
        .with("rows", rows);
  const std::string_view text = "A text.";
  std::vector<float> vector(embedder->dimensions());
  VICINAL_TRY_VOID(embedder->embed(std::span(&text, 1), Role::document,
                                   {vector.data(), 1, vector.size(), vector.size()}, nullptr, {}));
  return embedder->folder();
}

}  // namespace

Result<ConvertJob> plan_convert(const std::string& onnx, std::string_view onnx_sha256, const ConvertOptions& options) {
  VICINAL_TRY(const CatalogueEntry* entry, choose_entry(onnx_sha256, options.known_as));
  ConvertJob job{.onnx = onnx,
                 .tokenizer = options.tokenizer,
                 .query_prompt = first_said(options.query_prompt, entry, &ModelInfo::query_prompt),
                 .document_prompt = first_said(options.document_prompt, entry, &ModelInfo::document_prompt),
                 .max_tokens = options.max_tokens,
                 .heads = options.heads};
  VICINAL_TRY(job.pooling, choose_pooling(options, entry));
  job.normalise = options.normalise.value_or(entry == nullptr || entry->info.normalised);
  if (entry != nullptr) job.known_as = entry->info.id;
  if (entry != nullptr) job.dimensions = entry->info.dimensions;
  if (entry != nullptr && job.max_tokens == 0) job.max_tokens = entry->info.max_tokens;
  if (job.tokenizer.empty()) {
    VICINAL_TRY(job.tokenizer, tokenizer_beside(onnx));
  }
  return job;
}

Result<model::ModelFolder> run_convert(const ConvertJob& job, const std::string& folder, const Watch& watch) {
  if (watch.progress)
    watch.progress({.stage = "convert", .note = "converting " + fs::path(job.onnx).filename().string()});
  std::error_code error;
  if (!fs::create_directory(folder, error))
    return base::system_error("the folder cannot be made", folder, error.value());
  VICINAL_TRY_VOID(write_folder(job, folder));
  if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped");
  return prove(folder);
}

namespace {

/// What is wrong with the export comes before what is missing besides it.
Result<> check_export(const std::string& onnx, size_t heads) {
  VICINAL_TRY(const model::OnnxFile file, model::OnnxFile::open(onnx));
  if (auto mapping = model::map_bert(file.model(), heads); !mapping) return Error(mapping.error()).with("path", onnx);
  return {};
}

/// The first entry below a folder that is no file of a model: nothing where there is none.
std::string first_foreign_entry(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().lexically_relative(folder).generic_string();
    const auto belongs = [&](const ModelFile& file) { return file.name == name || file.name.starts_with(name + "/"); };
    if (std::ranges::none_of(kModelFiles, belongs)) return name;
  }
  return error ? folder.string() : std::string();
}

/// `force` replaces folders that hold a model's files and nothing else.
Result<> check_free(const fs::path& path, bool force) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  Error taken(Code::invalid_argument, "the output is there already");
  taken.with("output", path.string());
  if (!force) return std::move(taken.with("fix", "--force replaces a model folder"));
  if (!is_model_folder(path.string()))
    return std::move(taken.with("fix", "it is no model folder; name another output"));
  const std::string foreign = first_foreign_entry(path);
  if (foreign.empty()) return {};
  return std::move(taken.with("holds", foreign).with("fix", "it holds more than a model; name another output"));
}

/// Absolute and without a "/" at its end, so that it has a folder above it.
Result<fs::path> output_path(const ConvertOptions& options) {
  if (options.output.empty()) return Error(Code::invalid_argument, "a folder to write is wanted");
  std::error_code error;
  fs::path path = fs::absolute(options.output, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  VICINAL_TRY_VOID(check_free(path, options.force));
  fs::create_directories(path.parent_path(), error);
  if (error) return base::system_error("the folder cannot be made", path.parent_path().string(), error.value());
  return path;
}

ConvertedModel report(const ConvertJob& job, const model::ModelFolder& folder) {
  const model::EncoderConfig& encoder = folder.encoder;
  return {.known_as = job.known_as,
          .layers = encoder.layers,
          .dimensions = encoder.hidden,
          .heads = encoder.heads,
          .intermediate = encoder.intermediate,
          .vocabulary = encoder.vocabulary,
          .positions = encoder.positions,
          .pooling = std::string(model::pooling_name(folder.pooling)),
          .normalised = folder.normalise,
          .query_prompt = folder.query_prompt(),
          .document_prompt = folder.document_prompt(),
          .max_tokens = folder.max_tokens};
}

}  // namespace
}  // namespace engine

inline namespace v0 {

Result<ConvertedModel> convert_model(const std::string& onnx, const ConvertOptions& options, const Watch& watch) {
  VICINAL_TRY(const auto output, engine::output_path(options));
  VICINAL_TRY_VOID(engine::check_export(onnx, options.heads));
  VICINAL_TRY(const std::string digest, base::sha256_file(onnx));
  VICINAL_TRY(const engine::ConvertJob job, engine::plan_convert(onnx, digest, options));
  VICINAL_TRY(const auto staging, engine::StagingFolder::create_in_foreign(output.parent_path().string()));
  const std::string aside = staging.path() + "/" + output.filename().string();
  VICINAL_TRY(const model::ModelFolder folder, engine::run_convert(job, aside, watch));
  ConvertedModel converted = engine::report(job, folder);
  VICINAL_TRY(converted.weights_sha256, base::sha256_file(aside + "/model.safetensors"));
  VICINAL_TRY_VOID(engine::move_into_place(aside, output.string(), staging));
  converted.path = output.string();
  converted.onnx_sha256 = digest;
  return converted;
}

}  // namespace v0
}  // namespace vicinal
