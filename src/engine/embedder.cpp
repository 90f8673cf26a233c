#include "vicinal/embedder.h"

#include "embed/default_precision.h"
#include "engine/embedder_impl.h"
#include "engine/resolve_model.h"

namespace vicinal {
inline namespace v0 {
namespace {

Result<std::vector<float>> embed_one(const embed::LocalEmbedder& local, std::string_view text, Role role) {
  std::vector<float> vector(local.dimensions());
  VICINAL_TRY_VOID(
      local.embed(std::span(&text, 1), role, {vector.data(), 1, vector.size(), vector.size()}, nullptr, {}));
  return vector;
}

Result<Matrix> embed_all(const embed::LocalEmbedder& local, std::span<const std::string> texts, Role role,
                         EmbedReport* report, const Watch& watch) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Matrix vectors(texts.size(), local.dimensions());
  const base::MutableMatrixView out{vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()};
  VICINAL_TRY_VOID(local.embed(views, role, out, report, watch));
  return vectors;
}

}  // namespace

Result<Precision> parse_precision(std::string_view name) {
  if (name == "f32") return Precision::f32;
  if (name == "bf16") return Precision::bf16;
  if (name == "int8") return Precision::int8;
  return Error(Code::invalid_argument, "unknown precision; the precisions are f32, bf16 and int8")
      .with("precision", name);
}

Result<Precision> default_precision() {
  VICINAL_TRY(const kernels::Table* table, kernels::choose());
  return embed::default_precision(*table).precision;
}

std::string_view precision_name(Precision precision) {
  switch (precision) {
    case Precision::f32:
      return "f32";
    case Precision::bf16:
      return "bf16";
    case Precision::int8:
      return "int8";
  }
  return "f32";
}

Result<Embedder> Embedder::open(std::string_view model, EmbedderOptions options) {
  VICINAL_TRY(const engine::ResolvedModel resolved, engine::resolve_model(model));
  embed::LocalEmbedder::Fallback fallback;
  if (resolved.entry != nullptr)
    fallback = {.name = resolved.entry->folder_name(),
                .query_prompt = resolved.entry->info.query_prompt,
                .document_prompt = resolved.entry->info.document_prompt};
  VICINAL_TRY(auto local, embed::LocalEmbedder::open(resolved.path, options, fallback));
  return Embedder(std::make_unique<Impl>(std::move(local)));
}

Embedder::Embedder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Embedder::Embedder(Embedder&&) noexcept = default;
Embedder& Embedder::operator=(Embedder&&) noexcept = default;
Embedder::~Embedder() = default;

Result<std::vector<float>> Embedder::embed_query(std::string_view text) const {
  return embed_one(*impl_->local, text, Role::query);
}

Result<std::vector<float>> Embedder::embed_document(std::string_view text) const {
  return embed_one(*impl_->local, text, Role::document);
}

Result<Matrix> Embedder::embed_queries(std::span<const std::string> texts, EmbedReport* report,
                                       const Watch& watch) const {
  return embed_all(*impl_->local, texts, Role::query, report, watch);
}

Result<Matrix> Embedder::embed_documents(std::span<const std::string> texts, EmbedReport* report,
                                         const Watch& watch) const {
  return embed_all(*impl_->local, texts, Role::document, report, watch);
}

Result<> Embedder::embed_stream(TextStream& stream, Role role, EmbedReport* report, const Watch& watch) const {
  return impl_->local->embed_stream(stream, role, report, watch);
}

WindowSize Embedder::window_size() const { return impl_->local->window_size(); }

size_t Embedder::dimensions() const { return impl_->local->dimensions(); }
size_t Embedder::max_tokens() const { return impl_->local->max_tokens(); }
const std::string& Embedder::model_name() const { return impl_->local->name(); }
const std::string& Embedder::space() const { return impl_->local->space(); }
Precision Embedder::precision() const { return impl_->local->precision(); }
std::string_view Embedder::level() const { return impl_->local->level(); }
size_t Embedder::threads() const { return impl_->local->threads(); }

}  // namespace v0
}  // namespace vicinal
