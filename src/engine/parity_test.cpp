#include "engine/parity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/catalogue.h"
#include "engine/embedded_data.h"
#include "engine/tiny_model_for_tests.h"
#include "vicinal/doctor.h"
#include "vicinal/models.h"

namespace vicinal::engine {
namespace {

TEST(Parity, TheStoredVectorsAreWholeAndOfUnitLength) {
  for (const EmbeddedParity& each : kParityData) {
    const ParitySet* set = stored_parity(each.model);
    ASSERT_NE(set, nullptr) << each.model;
    EXPECT_GE(set->texts.size(), 12U) << each.model;
    ASSERT_NE(find_entry(each.model), nullptr) << each.model;
    EXPECT_EQ(set->vectors.cols(), find_entry(each.model)->info.dimensions) << each.model;
    for (size_t i = 0; i < set->texts.size(); ++i) {
      double sum = 0;
      for (const float x : set->vectors.row(i)) sum += static_cast<double>(x) * x;
      EXPECT_NEAR(std::sqrt(sum), 1.0, 1e-5) << each.model << i;
      EXPECT_FALSE(set->texts[i].empty()) << each.model << i;
    }
  }
}

TEST(Parity, ModelsWithAnotherRecipeThanTheDefaultHaveStoredVectors) {
  for (const char* model : {"all-MiniLM-L6-v2", "bge-small-en-v1.5", "e5-small-v2"})
    EXPECT_NE(stored_parity(model), nullptr) << model;
  EXPECT_EQ(stored_parity("another"), nullptr);
}

TEST(Parity, TheSmallestCosineIsFoundWithItsRow) {
  Matrix a(2, 2), b(2, 2);
  a.row(0)[0] = 1, b.row(0)[0] = 2;
  a.row(1)[0] = 1, b.row(1)[0] = 3, b.row(1)[1] = 4;
  const Agreement agreement = compare_rows(a, b);
  EXPECT_EQ(agreement.text, 1U);
  EXPECT_NEAR(agreement.smallest_cosine, 0.6, 1e-12);
}

TEST(Parity, AVectorThatIsNoNumberAgreesWithNothing) {
  Matrix a(2, 1), b(2, 1);
  a.row(0)[0] = a.row(1)[0] = b.row(0)[0] = 1;
  b.row(1)[0] = std::nanf("");
  EXPECT_FALSE(compare_rows(a, b).smallest_cosine >= 0.5);
}

TEST(Parity, ReferencesOfAnotherFormAreCorrupt) {
  EXPECT_FALSE(parse_parity("{}").ok());
  EXPECT_FALSE(parse_parity(R"({"dimensions":2,"texts":[{"text":"a","vector":[1]}]})").ok());
  EXPECT_FALSE(parse_parity(R"({"dimensions":-1,"texts":[{"text":"a","vector":[1]}]})").ok());
}

TEST(Parity, ASetMayStateItsModelsOwnBounds) {
  const ParitySet set =
      parse_parity(R"({"dimensions":1,"bounds":{"bf16":0.5,"int8":7},"texts":[{"text":"a","vector":[1]}]})").value();
  EXPECT_EQ(set.bound(Precision::bf16), 0.5);
  EXPECT_EQ(set.bound(Precision::int8), parity_bound(Precision::int8));
  EXPECT_EQ(set.bound(Precision::f32), parity_bound(Precision::f32));
}

TEST(Doctor, AModelWithoutStoredVectorsIsComparedWithItsOwnF32) {
  const PrivateFolders folders;
  const std::string model = write_tiny_model(folders.folder, "tiny");
  const std::vector<Finding> findings = check_parity(model);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].status, Finding::Status::warning);
  EXPECT_EQ(findings[1].check, "parity bf16");
  EXPECT_NE(findings[1].detail.find("smallest cosine"), std::string::npos);
}

TEST(Doctor, AHealthyInstallationHasNothingButOk) {
  const PrivateFolders folders;
  for (const Finding& finding : check_health(write_tiny_model(folders.folder, "tiny")))
    EXPECT_EQ(finding.status, Finding::Status::ok) << finding.check << ": " << finding.detail;
}

TEST(Doctor, SaysWhatIsMissingAndHowToGetIt) {
  const PrivateFolders folders;
  const std::vector<Finding> findings = check_health("all-MiniLM-L6-v2");
  EXPECT_EQ(findings.back().status, Finding::Status::failed);
  EXPECT_FALSE(findings.back().fix.empty());
  const std::string model = write_tiny_model(folders.folder, "broken");
  folders.folder.write("broken/model.safetensors", "cut short");
  EXPECT_EQ(check_health(model).back().status, Finding::Status::failed);
}

TEST(Doctor, TheDefaultModelAgreesWithItsReferenceAtEveryPrecision) {
  if (!find_model(kDefaultModel)) GTEST_SKIP() << "the default model is not installed: vicinal pull " << kDefaultModel;
  const std::vector<Finding> findings = check_parity(kDefaultModel);
  ASSERT_EQ(findings.size(), 3U);
  for (const Finding& finding : findings)
    EXPECT_EQ(finding.status, Finding::Status::ok) << finding.check << ": " << finding.detail;
}

}  // namespace
}  // namespace vicinal::engine
