#include "soak/expected.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace vicinal::soak {

namespace {

using index::StoreHit;
using index::TestDocument;

bool before(const StoreHit& a, const StoreHit& b) {
  return std::tie(b.score, a.document, a.ordinal) < std::tie(a.score, b.document, b.ordinal);
}

bool passes(const TestDocument& document, const Operation& search) {
  const uint64_t number = index::metadata_number(document);
  return !search.filters() || (number % 2 == 1 && number >= search.least_version);
}

/// A document's name for what follows from it in a space.
TestDocument in_space(uint64_t space, const TestDocument& document) {
  return {document.id + (space == 0 ? "" : " in " + space_name(space)), document.version, document.chunks};
}

}  // namespace

std::string space_name(uint64_t space) { return "space-" + std::to_string(space); }

std::vector<float> vector_in(uint64_t space, const TestDocument& document, size_t ordinal) {
  return index::test_vector(in_space(space, document), ordinal, kDimensions);
}

base::Hash128 hash_in(uint64_t space, const TestDocument& document, size_t ordinal) {
  return index::test_hash(in_space(space, document), ordinal);
}

Expected::Stored Expected::in_this_space(const TestDocument& document) const {
  Stored stored = {document, {}, index::plain_passages(document)};
  for (size_t i = 0; i < document.chunks; ++i) stored.vectors.push_back(vector_in(now_.space, document, i));
  return stored;
}

// Documents came to the new collection in an order that is its own affair.
void Expected::move_to_next_space() {
  const State before = now_;
  ++now_.space;
  for (const auto& [id, stored] : before.documents) {
    Stored moved = in_this_space(stored->document);
    for (index::PlainPassage& passage : moved.passages) passage.arrival = 0;
    now_.documents[id] = std::make_shared<Stored>(std::move(moved));
  }
}

void Expected::apply(const Operation& operation) {
  using Kind = Operation::Kind;
  for (const TestDocument& document : operation.documents)
    now_.documents[document.id] = std::make_shared<Stored>(in_this_space(document));
  if (operation.kind == Kind::remove)
    for (const std::string& id : operation.ids) now_.documents.erase(id);
  if (operation.kind == Kind::update) {
    for (const std::string& id : operation.ids) {
      const auto found = now_.documents.find(id);
      if (found == now_.documents.end()) continue;
      auto updated = std::make_shared<Stored>(*found->second);
      updated->document.new_metadata = operation.number;
      found->second = std::move(updated);
    }
  }
  if (operation.kind == Kind::backup) saved_ = now_;
  if (operation.kind == Kind::restore && saved_) now_ = *saved_;
  if (operation.switches()) move_to_next_space();
}

std::vector<StoreHit> Expected::hits(const Operation& search) const {
  std::vector<StoreHit> hits;
  for (const auto& [id, stored] : now_.documents) {
    if (!passes(stored->document, search)) continue;
    std::vector<StoreHit> own;
    for (size_t i = 0; i < stored->vectors.size(); ++i) {
      const float value = similarity(search.query, stored->vectors[i], search.metric).value();
      own.push_back({id, i, score_from_metric(value, search.metric)});
    }
    std::ranges::sort(own, before);
    if (search.best_per_document && own.size() > 1) own.resize(1);
    hits.insert(hits.end(), own.begin(), own.end());
  }
  std::ranges::sort(hits, before);
  hits.resize(std::min(search.limit, hits.size()));
  return hits;
}

index::StoreSelection Expected::count(uint64_t least_version) const {
  index::StoreSelection selection;
  for (const auto& [id, stored] : now_.documents) {
    const uint64_t number = index::metadata_number(stored->document);
    if (number % 2 == 0 || number < least_version) continue;
    ++selection.documents;
    selection.chunks += stored->document.chunks;
  }
  return selection;
}

std::vector<std::string> Expected::list(const std::string& after, size_t limit) const {
  std::vector<std::string> ids;
  for (auto at = now_.documents.upper_bound(after); at != now_.documents.end() && ids.size() < limit; ++at)
    ids.push_back(at->first);
  return ids;
}

size_t Expected::known(const Operation& removal_or_update) const {
  const std::set<std::string> ids(removal_or_update.ids.begin(), removal_or_update.ids.end());
  return static_cast<size_t>(
      std::ranges::count_if(ids, [&](const std::string& id) { return now_.documents.contains(id); }));
}

const TestDocument* Expected::find(const std::string& id) const {
  const auto found = now_.documents.find(id);
  return found == now_.documents.end() ? nullptr : &found->second->document;
}

std::string Expected::words_differ(const index::LexicalAnswer& found, const index::LexicalSearch& request,
                                   const Operation& search) const {
  std::vector<index::PlainPassage> passages;
  for (const auto& [id, stored] : now_.documents)
    passages.insert(passages.end(), stored->passages.begin(), stored->passages.end());
  const auto hits = index::plain_hits(passages, search.words, [&](const index::PlainPassage& passage) {
    return passes(now_.documents.find(passage.document)->second->document, search);
  });
  return index::words_differ(found, request, hits);
}

std::string Expected::document_differs(index::Store& store, const Stored& stored) const {
  const TestDocument& document = stored.document;
  if (auto wrong = index::document_differs(store, document); !wrong.empty()) return wrong;
  std::vector<float> vector(kDimensions);
  for (size_t i = 0; i < stored.vectors.size(); ++i) {
    const std::string name = document.id + "#" + std::to_string(i);
    const auto known = store.find_vector(hash_in(now_.space, document, i), vector);
    if (!known) return known.error().what();
    if (!*known || vector != stored.vectors[i]) return "the vector of " + name;
    const auto hits = store.search({stored.vectors[i], 1, Metric::l2, false});
    if (!hits) return hits.error().what();
    if (hits->empty() || (*hits)[0].document != document.id || (*hits)[0].ordinal != i)
      return name + " is not found by its own vector";
  }
  const std::string version = "+" + std::to_string(document.version);
  const auto words = store.search_words({.query = version, .limit = kNoLimit});
  if (!words) return words.error().what();
  const auto found = std::ranges::count(words->hits, document.id, &StoreHit::document);
  return static_cast<size_t>(found) == document.chunks ? "" : document.id + " is not found by its words";
}

std::string Expected::differs_from(index::Store& store) const {
  if (store.identity().space != space_name(now_.space)) return "the space " + store.identity().space;
  const auto ids = store.list("", kIds * 2);
  if (!ids) return ids.error().what();
  if (*ids != list("", kIds * 2)) return "the list of documents";
  size_t chunks = 0;
  for (const auto& [id, stored] : now_.documents) {
    chunks += stored->document.chunks;
    if (auto wrong = document_differs(store, *stored); !wrong.empty()) return wrong;
  }
  const auto stats = store.stats();
  if (!stats) return stats.error().what();
  return stats->documents == now_.documents.size() && stats->chunks == chunks ? "" : "the counts of the statistics";
}

}  // namespace vicinal::soak
