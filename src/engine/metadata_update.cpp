#include "engine/metadata_update.h"

#include <algorithm>
#include <limits>
#include <set>

#include "engine/collection_impl.h"

namespace vicinal::engine {
namespace {

Result<base::Json> parse_patch(const MetadataUpdate& update) {
  auto patch = base::Json::parse(update.patch);
  if (patch && patch->is_object()) return patch;
  Error error(Code::invalid_argument, "the metadata to set must be a JSON object");
  if (!patch) error.with("reason", patch.error().message());
  return error.with("fix", "--set '{\"status\":\"draft\",\"obsolete\":null}'");
}

}  // namespace

base::Json merge_patch(base::Json target, const base::Json& patch) {
  const base::Json::Object* changes = patch.object();
  if (changes == nullptr) return patch;
  if (!target.is_object()) target = base::Json(base::Json::Object());
  base::Json::Object& members = *target.object();
  for (const auto& [name, value] : *changes) {
    base::Json before;
    const auto same = [&name](const auto& member) { return member.first == name; };
    auto place = std::ranges::find_if(members, same);
    if (place != members.end()) before = target[name];  // the last of equal names
    if (value.is_null()) {
      std::erase_if(members, same);
    } else if (place == members.end()) {
      members.emplace_back(name, merge_patch(base::Json(), value));
    } else {
      place->second = merge_patch(std::move(before), value);
      members.erase(std::remove_if(place + 1, members.end(), same), members.end());
    }
  }
  return target;
}

Result<MetadataPlan> plan_metadata(index::Store& store, std::span<const std::string> ids,
                                   const MetadataUpdate& update) {
  VICINAL_TRY(const base::Json patch, parse_patch(update));
  MetadataPlan plan;
  std::set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) continue;
    VICINAL_TRY(const std::optional<std::string> stored, store.metadata(id));
    if (!stored) continue;
    ++plan.matched;
    VICINAL_TRY(base::Json before, base::Json::parse(*stored));
    const std::string old = before.dump();
    std::string now = (update.replace ? patch : merge_patch(std::move(before), patch)).dump();
    if (now != old) plan.writes.push_back({id, std::move(now)});
  }
  return plan;
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {
namespace {

constexpr size_t kAllDocuments = std::numeric_limits<size_t>::max();

Result<UpdateReport> carry_out(index::Store& store, std::span<const std::string> ids, const MetadataUpdate& update) {
  VICINAL_TRY(const engine::MetadataPlan plan, engine::plan_metadata(store, ids, update));
  if (!update.dry_run) {
    if (auto written = store.set_metadata(plan.writes); !written) return std::move(written).error();
  }
  return UpdateReport{plan.matched, plan.writes.size()};
}

}  // namespace

Result<UpdateReport> Collection::Impl::update_metadata(const std::vector<std::string>* ids,
                                                       const filter::Condition& where, const MetadataUpdate& update,
                                                       const Watch& watch) {
  std::unique_ptr<index::Store> writer;
  if (update.dry_run) {
    VICINAL_TRY_VOID(reader->refresh());
  } else {
    VICINAL_TRY(writer, open_writer(watch));
  }
  index::Store& store = writer ? *writer : *reader;
  if (ids != nullptr) return carry_out(store, *ids, update);
  VICINAL_TRY(const std::vector<std::string> found, store.list("", kAllDocuments, where));
  return carry_out(store, found, update);
}

Result<size_t> Collection::Impl::remove_where(const filter::Condition& where, const Watch& watch) {
  VICINAL_TRY(const auto writer, open_writer(watch));
  VICINAL_TRY(const std::vector<std::string> ids, writer->list("", kAllDocuments, where));
  return writer->remove(ids);
}

Result<size_t> Collection::remove_where(std::string_view where, const Watch& watch) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  if (condition.holds_for_all())
    return Error(Code::invalid_argument, "the filter holds for every document: nothing is deleted")
        .with("fix", "name what is to go: --where 'id exists' is all of it");
  auto removed = impl_->remove_where(condition, watch);
  if (auto seen = impl_->reader->refresh(); !seen && removed) return std::move(seen).error();
  return removed;
}

Result<UpdateReport> Collection::update_metadata(const std::vector<std::string>& ids, const MetadataUpdate& update,
                                                 const Watch& watch) {
  auto report = impl_->update_metadata(&ids, {}, update, watch);
  if (auto seen = impl_->reader->refresh(); !seen && report) return std::move(seen).error();
  return report;
}

Result<UpdateReport> Collection::update_metadata_where(std::string_view where, const MetadataUpdate& update,
                                                       const Watch& watch) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  auto report = impl_->update_metadata(nullptr, condition, update, watch);
  if (auto seen = impl_->reader->refresh(); !seen && report) return std::move(seen).error();
  return report;
}

}  // namespace v0
}  // namespace vicinal
