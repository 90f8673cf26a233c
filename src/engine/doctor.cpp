#include "vicinal/doctor.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/digest.h"
#include "base/error_lines.h"
#include "base/file.h"
#include "base/user_folders.h"
#include "engine/parity.h"
#include "engine/resolve_model.h"
#include "model/folder.h"
#include "vicinal/cpu.h"

namespace vicinal {
inline namespace v0 {
namespace {

using Status = Finding::Status;

/// `fix` where the error has none of its own.
Finding failed(std::string check, const Error& error, std::string fix) {
  base::ErrorLines lines = base::error_lines(error);
  if (!lines.fix.empty()) fix = std::move(lines.fix);
  return {std::move(check), Status::failed, std::move(lines.problem), std::move(fix)};
}

Finding check_processor() {
  const auto report = cpu_report();
  if (!report)
    return failed("processor", report.error(), "unset VICINAL_CPU, or name a level that `vicinal cpu` lists");
  return {
      "processor", Status::ok,
      report->name + ", " + report->level + " (" + report->reason + "), " + std::to_string(report->cores) + " cores",
      ""};
}

/// Writes and removes a small file.
Finding check_writable(std::string check, const std::string& folder, std::string_view variable) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string probe = folder + "/.vicinal-doctor";
  const auto written = base::write_file_atomic(probe, "probe\n");
  std::filesystem::remove(probe, error);
  if (written) return {std::move(check), Status::ok, folder, ""};
  return failed(std::move(check), written.error(),
                "make the folder writable, or set " + std::string(variable) + " to one that is");
}

Finding check_digest(const engine::ResolvedModel& model) {
  const auto digest = base::sha256_file(model.path + "/model.safetensors");
  const std::string fix = "vicinal pull " + model.name + " --force";
  if (!digest) return failed("weights", digest.error(), fix);
  const std::vector<std::string> genuine =
      model.entry != nullptr ? engine::genuine_weights(*model.entry) : std::vector<std::string>();
  if (genuine.empty()) return {"weights", Status::ok, "sha256 " + *digest + ", none on record to compare", ""};
  if (std::ranges::find(genuine, *digest) != genuine.end())
    return {"weights", Status::ok, "sha256 " + *digest + ", as on record", ""};
  return {"weights", Status::failed, "sha256 " + *digest + " is not the one on record", fix};
}

std::string figure(double cosine) {
  char text[32];
  std::snprintf(text, sizeof text, "%.7f", cosine);
  return text;
}

Finding judge(std::string check, const engine::Agreement& agreement, double bound, const std::string& against) {
  const bool holds = agreement.smallest_cosine >= bound;
  std::string detail =
      "smallest cosine " + figure(agreement.smallest_cosine) + " against " + against + " (bound " + figure(bound) + ")";
  if (!holds) detail += ", at text " + std::to_string(agreement.text + 1);
  return {std::move(check), holds ? Status::ok : Status::failed, std::move(detail),
          holds ? ""
                : "compare with VICINAL_CPU=scalar; if that agrees, the kernels of this level are wrong here; else "
                  "pull the model again"};
}

bool is_unit(std::span<const float> vector) {
  double sum = 0;
  for (const float x : vector) sum += static_cast<double>(x) * x;
  return std::isfinite(sum) && std::abs(std::sqrt(sum) - 1) < 1e-3;
}

/// One stored text through the whole path; without a stored set: is the vector a vector?
Finding check_sentence(const engine::ResolvedModel& model) {
  const std::string fix = "vicinal pull " + model.name + " --force";
  const auto embedder = Embedder::open(model.path);
  if (!embedder) return failed("known sentence", embedder.error(), fix);
  const engine::ParitySet* stored = engine::stored_parity(embedder->model_name());
  const std::string& text = stored != nullptr ? stored->texts.front() : engine::parity_sentences().front();
  const auto vector = embedder->embed_document(text);
  if (!vector) return failed("known sentence", vector.error(), fix);
  if (stored == nullptr) {
    const bool sane = is_unit(*vector) || model.entry == nullptr || !model.entry->info.normalised;
    return {"known sentence", sane ? Status::ok : Status::failed, "embedded; no reference is stored for this model",
            sane ? "" : fix};
  }
  Matrix reference(1, stored->vectors.cols()), own(1, vector->size());
  if (reference.cols() != own.cols())
    return {"known sentence", Status::failed, "the vector has " + std::to_string(own.cols()) + " dimensions", fix};
  std::ranges::copy(stored->vectors.row(0), reference.row(0).begin());
  std::ranges::copy(*vector, own.row(0).begin());
  return judge("known sentence", engine::compare_rows(reference, own), stored->bound(embedder->precision()),
               "the stored vector");
}

Result<Matrix> vectors_at(std::string_view model, Precision precision, std::span<const std::string> texts) {
  VICINAL_TRY(const Embedder embedder, Embedder::open(model, {.precision = precision}));
  return embedder.embed_documents(texts);
}

}  // namespace

std::vector<Finding> check_health(std::string_view model) {
  std::vector<Finding> findings = {check_processor(),
                                   check_writable("cache directory", base::cache_folder(), "VICINAL_CACHE"),
                                   check_writable("models directory", base::models_folder(), "VICINAL_MODELS")};
  const auto resolved = engine::resolve_model(model);
  if (!resolved) {
    findings.push_back(failed("model", resolved.error(), "vicinal pull NAME; `vicinal models` lists names"));
    return findings;
  }
  const auto folder = model::ModelFolder::open(resolved->path);
  if (!folder) {
    findings.push_back(failed("model", folder.error(), "vicinal pull " + resolved->name + " --force"));
    return findings;
  }
  findings.push_back({"model", Status::ok,
                      resolved->path + ", " + folder->encoder.architecture + ", " +
                          std::to_string(folder->encoder.hidden) + " dimensions, " +
                          std::to_string(folder->max_tokens) + " tokens",
                      ""});
  findings.push_back(check_digest(*resolved));
  if (findings.front().status == Status::ok) findings.push_back(check_sentence(*resolved));
  return findings;
}

std::vector<Finding> check_parity(std::string_view model) {
  const auto resolved = engine::resolve_model(model);
  if (!resolved) return {failed("model", resolved.error(), "vicinal pull NAME; `vicinal models` lists names")};
  const std::string name = resolved->entry != nullptr ? resolved->entry->folder_name() : resolved->name;
  const engine::ParitySet* stored = engine::stored_parity(name);
  const std::vector<std::string>& texts = stored != nullptr ? stored->texts : engine::parity_sentences();
  Matrix reference = stored != nullptr ? stored->vectors : Matrix();
  std::string against = "the stored vectors of " + std::to_string(texts.size()) + " texts";
  std::vector<Finding> findings;
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8}) {
    const std::string check = "parity " + std::string(precision_name(precision));
    auto vectors = vectors_at(resolved->path, precision, texts);
    if (!vectors) {
      findings.push_back(failed(check, vectors.error(), "vicinal pull " + resolved->name + " --force"));
      if (reference.empty()) return findings;
    } else if (reference.empty()) {
      reference = *std::move(vectors);
      against = "its own f32, " + std::to_string(texts.size()) + " texts";
      findings.push_back(
          {check, Status::warning, "no stored vectors for this model; bf16 and int8 are compared with its f32", ""});
    } else if (vectors->cols() != reference.cols()) {
      findings.push_back({check, Status::failed, "vectors have " + std::to_string(vectors->cols()) + " dimensions",
                          "vicinal pull " + resolved->name + " --force"});
    } else {
      const double bound = stored != nullptr ? stored->bound(precision) : engine::parity_bound(precision);
      findings.push_back(judge(check, engine::compare_rows(reference, *vectors), bound, against));
    }
  }
  return findings;
}

}  // namespace v0
}  // namespace vicinal
