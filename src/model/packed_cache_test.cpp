#include "model/packed_cache.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/as_nobody_for_tests.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/framed_file.h"
#include "base/temporary_folder_for_tests.h"
#include "model/encoder.h"
#include "model/tiny_bert_for_tests.h"

namespace vicinal::model {
namespace {

namespace fs = std::filesystem;
using kernels::WeightType;

const std::string kDigest = base::sha256_hex("weights");
constexpr size_t kRecord = 4032, kPackingVersionAt = 144;  // docs/formats/packed-weights.md
constexpr PackedKey kKey = {
    .architecture = "bert", .level = "avx2", .type = WeightType::bf16, .layout = 7, .bytes = 1000};

std::shared_future<std::string> known(std::string digest) {
  std::promise<std::string> promise;
  promise.set_value(std::move(digest));
  return promise.get_future().share();
}

void fill(PackedBlock& block) {
  for (size_t i = 0; i < block.bytes().size(); ++i) block.data()[i] = static_cast<std::byte>(i * 7 % 251);
}

bool right(const PackedBlock& block) {
  for (size_t i = 0; i < block.bytes().size(); ++i) {
    if (block.bytes()[i] != static_cast<std::byte>(i * 7 % 251)) return false;
  }
  return block.filled() && block.bytes().size() == kKey.bytes;
}

class PackedWeights : public testing::Test {
 protected:
  PackedCache cache(const std::string& digest = kDigest) const { return {files.file("packed"), known(digest)}; }

  void keep(const PackedKey& key = kKey) const {
    PackedBlock block = cache().find(key);
    if (block.filled()) return;
    fill(block);
    cache().keep(key, block);
  }
  bool found(const PackedKey& key = kKey) const { return cache().find(key).filled(); }

  /// The paths of what the folder holds.
  std::vector<std::string> entries() const {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& each : fs::directory_iterator(files.file("packed"), none)) paths.push_back(each.path().string());
    return paths;
  }
  std::string kept() const { return base::read_file(entries().at(0)).value(); }
  void replace(std::string_view bytes) const {
    const std::string path = entries().at(0);
    fs::remove(path);  // some file systems wait for the disk where a file is cut and written anew
    files.write("packed/" + fs::path(path).filename().string(), bytes);
  }
  /// The kept file with other bytes in its payload and a frame that is sound.
  void reseal(size_t at, std::byte value, uint32_t version = 1) const {
    const std::string path = entries().at(0);
    const auto file = base::MappedFile::open(path).value();
    const auto old = base::framed_payload(file, "packed", {1, 1}, base::Verify::everything).value();
    std::vector<std::byte> payload(old.begin(), old.end());
    payload[at] = value;
    fs::remove(path);
    const uint64_t identity = base::xxh3_64(std::span<const std::byte>(payload).first(kRecord));
    auto writer = base::FrameWriter::create(path, {"packed", version, 0, identity}).value();
    ASSERT_TRUE(writer.append(payload));
    ASSERT_TRUE(writer.finish());
  }

  base::TemporaryFolder files;
};

TEST_F(PackedWeights, AreFoundAsTheyWereKept) {
  EXPECT_FALSE(found());
  keep();
  const PackedBlock block = cache().find(kKey);
  EXPECT_TRUE(right(block));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(block.bytes().data()) % 4096, 0U);
  EXPECT_EQ(entries().size(), 1U);
  EXPECT_TRUE(entries()[0].ends_with("/packed/" + kDigest.substr(0, 16) + "-avx2-bf16"));
}

TEST_F(PackedWeights, OfAnotherKeyAreNotFound) {
  keep();
  PackedKey level = kKey, type = kKey, architecture = kKey, layout = kKey, bytes = kKey;
  level.level = "scalar";
  type.type = WeightType::int8;
  architecture.architecture = "mpnet";
  layout.layout = 8;
  bytes.bytes = 1064;
  for (const PackedKey& key : {level, type, architecture, layout, bytes}) EXPECT_FALSE(found(key));
  EXPECT_FALSE(cache(base::sha256_hex("others")).find(kKey).filled());
  // A digest that only begins alike has the same name.
  EXPECT_FALSE(cache(kDigest.substr(0, 16) + std::string(48, '0')).find(kKey).filled());
  EXPECT_TRUE(found());
}

TEST_F(PackedWeights, OfAnotherPackingVersionAreMadeAnew) {
  keep();
  reseal(kPackingVersionAt, std::byte{255});
  EXPECT_FALSE(found());
  keep();
  EXPECT_TRUE(right(cache().find(kKey)));
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(PackedWeights, OfAnotherFormatVersionAreMadeAnew) {
  keep();
  reseal(kRecord, std::byte{0}, 2);
  EXPECT_FALSE(found());
  keep();
  EXPECT_TRUE(found());
}

TEST_F(PackedWeights, DamagedAnywhereAreNotBelieved) {
  keep();
  const std::string good = kept();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 16);
    replace(bad);
    EXPECT_FALSE(found()) << i;
  }
  keep();
  EXPECT_EQ(kept(), good);
}

TEST_F(PackedWeights, CutShortOrTooLongAreNotBelieved) {
  keep();
  const std::string good = kept();
  for (size_t length = 0; length < good.size(); ++length) {
    replace(std::string_view(good).substr(0, length));
    EXPECT_FALSE(found()) << length;
  }
  replace(good + '\0');
  EXPECT_FALSE(found());
  replace(std::string(good.size(), '\0'));  // what a crash may leave of a file that was not synced
  EXPECT_FALSE(found());
}

TEST_F(PackedWeights, AFolderThatCannotBeWrittenCostsNothingButTime) {
  const PackedCache nowhere("/dev/null/packed", known(kDigest));
  PackedBlock block = nowhere.find(kKey);
  EXPECT_FALSE(block.filled());
  fill(block);
  nowhere.keep(kKey, block);
  fs::create_directories(files.file("packed"));
  const base::AsNobody nobody(files.path());
  ASSERT_EQ(::chmod(files.file("packed").c_str(), 0555), 0);
  keep();
  EXPECT_FALSE(found());
  EXPECT_TRUE(entries().empty());
  ASSERT_EQ(::chmod(files.file("packed").c_str(), 0755), 0);
}

TEST_F(PackedWeights, AFullDiskLeavesNothingBehind) {
  rlimit old = {};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  for (rlim_t limit = 0; limit < 5128; limit += 197) {  // writes beyond it fail, as on a full disk
    const rlimit full = {limit, old.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
    keep();
    ::setrlimit(RLIMIT_FSIZE, &old);
    EXPECT_FALSE(found());
    EXPECT_TRUE(entries().empty()) << limit;
  }
  std::signal(SIGXFSZ, handler);
  keep();
  EXPECT_TRUE(found());
}

TEST_F(PackedWeights, AFileThatAnotherProcessIsWritingIsLeftToIt) {
  keep();
  const std::string path = entries()[0];
  fs::rename(path, path + ".part");
  keep();
  EXPECT_FALSE(found());
  fs::last_write_time(path + ".part", fs::file_time_type::clock::now() - std::chrono::hours(1));
  keep();  // the other process was killed
  EXPECT_TRUE(found());
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(PackedWeights, WritersAtOnceLeaveOneWholeFile) {
  std::atomic<int> wrong = 0, hits = 0;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&] {
        for (int round = 0; round < 200; ++round) {
          PackedBlock block = cache().find(kKey);
          hits += block.filled() ? 1 : 0;
          wrong += block.filled() && !right(block) ? 1 : 0;
          if (!block.filled() || round % 3 == 0) {
            PackedBlock made(kKey.bytes);
            fill(made);
            cache().keep(kKey, made);
          }
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(hits, 0);
  EXPECT_TRUE(right(cache().find(kKey)));
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(PackedWeights, AreKeptWhenTheDigestIsThere) {
  std::promise<std::string> promise;
  const PackedCache slow(files.file("packed"), promise.get_future().share());
  keep();
  PackedBlock block = slow.find(kKey);
  EXPECT_FALSE(block.filled()) << "there is no digest yet to look for";
  fs::remove_all(files.file("packed"));
  fill(block);
  std::jthread hashing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    promise.set_value(kDigest);
  });
  slow.keep(kKey, block);
  EXPECT_TRUE(found());
}

TEST_F(PackedWeights, OfWeightsThatCannotBeReadAreNotKept) {
  PackedBlock block(kKey.bytes);
  cache("").keep(kKey, block);
  PackedCache().keep(kKey, block);
  EXPECT_TRUE(entries().empty());
}

std::vector<float> vector_of(const Encoder& encoder) {
  const std::vector<int32_t> ids = {2, 5, 6, 7, 3};
  const std::array<uint32_t, 2> offsets = {0, 5};
  std::vector<float> out(encoder.config().hidden);
  Workspace workspace;
  encoder.encode({ids, offsets}, {}, workspace, {out.data(), 1, out.size(), out.size()});
  return out;
}

TEST_F(PackedWeights, GiveTheSameVectorsBitForBitAtEveryLevelAndPrecision) {
  TinyBert().write_to(files);
  const auto folder = ModelFolder::open(files.path()).value();
  size_t kept = 0;
  for (const kernels::Table* table : kernels::available()) {
    for (const WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) {
      const auto expected = vector_of(*Encoder::load(folder, type, *table).value());
      EXPECT_EQ(vector_of(*Encoder::load(folder, type, *table, cache()).value()), expected);
      EXPECT_EQ(entries().size(), ++kept);
      EXPECT_EQ(vector_of(*Encoder::load(folder, type, *table, cache()).value()), expected);
    }
  }
}

TEST_F(PackedWeights, AreReadInsteadOfTheLayers) {
  TinyBert().write_to(files);
  const auto folder = ModelFolder::open(files.path()).value();
  const kernels::Table& table = *kernels::available().front();
  const auto expected = vector_of(*Encoder::load(folder, WeightType::f32, table, cache()).value());
  TinyBert damaged;  // only memory can still give the old vector
  damaged.tensors["encoder.layer.0.output.dense.weight"].values[0] = std::nanf("");
  damaged.write_to(files);
  EXPECT_EQ(vector_of(*Encoder::load(folder, WeightType::f32, table, cache()).value()), expected);
  EXPECT_EQ(Encoder::load(folder, WeightType::f32, table).error().code(), Code::corrupt);
  EXPECT_EQ(Encoder::load(folder, WeightType::f32, table, cache(base::sha256_hex("new"))).error().code(),
            Code::corrupt);
  EXPECT_EQ(entries().size(), 1U) << "what is refused is not kept";
}

}  // namespace
}  // namespace vicinal::model
