#include "engine/batch.h"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace vicinal::engine {
namespace {

constexpr size_t kMaxInputs = 4096;
constexpr size_t kMaxChunks = 4096;

bool is_full(const Batch& batch, size_t target_tokens) {
  return batch.tokens >= target_tokens || batch.chunks >= kMaxChunks || batch.inputs.size() >= kMaxInputs;
}

}  // namespace

Result<std::optional<Input>> BatchReader::take() {
  if (carried_) return std::exchange(carried_, std::nullopt);
  return stream_.next();
}

Result<Batch> BatchReader::next(size_t target_tokens) {
  Batch batch;
  std::unordered_set<std::string> changed;
  while (batch.inputs.empty() || !is_full(batch, target_tokens)) {
    VICINAL_TRY(auto input, take());
    if (!input) {
      batch.last = true;
      break;
    }
    if (input->action != Input::Action::none && !changed.insert(input->document.id).second) {
      carried_ = std::move(input);
      break;
    }
    batch.tokens += input->tokens;
    batch.chunks += input->document.chunks.size();
    batch.inputs.push_back(*std::move(input));
  }
  return batch;
}

Result<MissingRows> reuse_vectors(index::Store& store, const Batch& batch, size_t dimensions, BatchVectors& vectors) {
  MissingRows missing;
  std::map<base::Hash128, size_t> first_row;
  vectors.vectors = Matrix(batch.chunks, dimensions);
  size_t row = 0;
  for (const Input& input : batch.inputs) {
    for (size_t i = 0; i < input.document.chunks.size(); ++i, ++row) {
      const base::Hash128& hash = input.document.embed_hashes[i];
      const auto [seen, is_new] = first_row.emplace(hash, row);
      if (!is_new) {
        missing.copies.emplace_back(seen->second, row);
        continue;
      }
      VICINAL_TRY(const bool found, store.find_vector(hash, vectors.vectors.row(row)));
      vectors.reused += found;
      if (found) continue;
      missing.strings.push_back(input.strings[i]);
      missing.rows.push_back(row);
    }
  }
  vectors.reused += missing.copies.size();
  return missing;
}

Result<> embed_missing(const embed::LocalEmbedder& embedder, const MissingRows& missing, BatchVectors& vectors,
                       const Watch& watch) {
  if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped");
  Matrix fresh(missing.strings.size(), embedder.dimensions());
  if (!missing.strings.empty())
    VICINAL_TRY_VOID(embedder.embed(missing.strings, Role::document,
                                    {fresh.values().data(), fresh.rows(), fresh.cols(), fresh.cols()}, &vectors.report,
                                    watch));
  for (size_t i = 0; i < missing.rows.size(); ++i)
    std::ranges::copy(fresh.row(i), vectors.vectors.row(missing.rows[i]).begin());
  for (const auto& [from, to] : missing.copies)
    std::ranges::copy(vectors.vectors.row(from), vectors.vectors.row(to).begin());
  vectors.embedded = missing.strings.size();
  return {};
}

Result<> store_batch(index::Store& store, Batch& batch, const BatchVectors& vectors) {
  std::vector<index::DocumentWrite> writes;
  std::vector<std::string> removals;
  std::vector<index::SourceState> restamps;
  for (Input& input : batch.inputs) {
    index::DocumentWrite& document = input.document;
    if (input.action == Input::Action::write) writes.push_back(std::move(document));
    if (input.action == Input::Action::remove) removals.push_back(document.id);
    if (input.action == Input::Action::restamp)
      restamps.push_back({document.id, document.content_hash, document.stamp});
  }
  const Matrix& rows = vectors.vectors;
  if (!writes.empty())
    VICINAL_TRY_VOID(store.upsert(writes, {rows.values().data(), rows.rows(), rows.cols(), rows.cols()}));
  if (!removals.empty()) {
    if (auto removed = store.remove(removals); !removed) return std::move(removed).error();
  }
  if (!restamps.empty()) VICINAL_TRY_VOID(store.restamp(restamps));
  return {};
}

}  // namespace vicinal::engine
