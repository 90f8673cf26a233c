/// LocalEmbedder::embed_stream: order, slow sources, errors, memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "embed/memory_plan.h"
#include "embed/tiny_embedder_for_tests.h"

namespace vicinal::embed {
namespace {

/// Gives windows that a test wrote down; an empty one stands for "nothing yet".
class ListedStream : public TextStream {
 public:
  explicit ListedStream(std::vector<std::vector<std::string>> windows) : windows_(std::move(windows)) {}

  Result<Got> read(std::vector<std::string>& texts, bool may_wait) override {
    if (next_ == windows_.size()) return end_;
    const auto& window = windows_[next_];
    if (window.empty() && !may_wait) return Got::nothing_yet;
    ++next_;
    if (window.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    texts = window;
    return window.empty() ? Got::nothing_yet : Got::texts;
  }

  Result<bool> write(const Matrix& vectors) override {
    for (size_t i = 0; i < vectors.rows(); ++i) rows.emplace_back(vectors.row(i).begin(), vectors.row(i).end());
    return ++written < wanted;
  }

  void end_with(Error error) { end_ = std::move(error); }

  Vectors rows;
  size_t written = 0, wanted = 1000;

 private:
  std::vector<std::vector<std::string>> windows_;
  size_t next_ = 0;
  Result<Got> end_ = Got::end;
};

std::vector<std::string> numbered(size_t first, size_t count) {
  const std::vector<std::string> words = {"river", "town", "old", "lake", "past", "x", "q", "basel"};
  std::vector<std::string> texts;
  for (size_t i = first; i < first + count; ++i) {
    std::string text;
    for (size_t rest = i + 1; rest > 0; rest /= 3) text += words[rest % words.size()] + " ";
    texts.push_back(std::move(text));
  }
  return texts;
}

class EmbedStream : public testing::Test {
 protected:
  TinyModel model_;
};

TEST_F(EmbedStream, GivesTheVectorsOfAPlainCallInOrderWhateverTheWindowsAndThreads) {
  const auto embedder = model_.open({.threads = 1});
  const Vectors expected = embed_all(*embedder, numbered(0, 400)).value();
  for (const size_t threads : {1, 2, 4}) {
    const auto other = model_.open({.threads = threads});
    ListedStream stream({numbered(0, 1), {}, numbered(1, 150), numbered(151, 3), {}, {}, numbered(154, 246)});
    EmbedReport report;
    ASSERT_TRUE(other->embed_stream(stream, Role::document, &report, {}));
    EXPECT_EQ(stream.rows, expected);
    EXPECT_EQ(stream.written, 4U);
    EXPECT_EQ(report.texts, 400U);
    EXPECT_GT(report.encode_seconds, 0);
  }
}

TEST_F(EmbedStream, AnEmptyStreamIsNoError) {
  ListedStream stream({{}, {}});
  EmbedReport report{.texts = 7};
  ASSERT_TRUE(model_.open()->embed_stream(stream, Role::query, &report, {}));
  EXPECT_EQ(report.texts, 0U);
}

TEST_F(EmbedStream, ABadTextIsNamedByItsPlaceInTheStreamAfterTheWindowsBeforeIt) {
  ListedStream stream({numbered(0, 50), {"river", " ", ""}, numbered(50, 50)});
  const auto done = model_.open({.threads = 2})->embed_stream(stream, Role::document, nullptr, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::empty_input);
  EXPECT_NE(done.error().what().find("index=51"), std::string::npos) << done.error().what();
  EXPECT_EQ(stream.written, 1U);
}

TEST_F(EmbedStream, AnErrorOfTheSourceComesAfterTheWindowsBeforeIt) {
  ListedStream stream({numbered(0, 50), numbered(50, 50)});
  stream.end_with(Error(Code::corrupt, "line 101"));
  const auto done = model_.open({.threads = 2})->embed_stream(stream, Role::document, nullptr, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message(), "line 101");
  EXPECT_EQ(stream.rows.size(), 100U);
}

TEST_F(EmbedStream, EndsWhenNothingMoreIsWanted) {
  ListedStream stream({numbered(0, 50), numbered(50, 50), numbered(100, 50), numbered(150, 50), numbered(200, 50)});
  stream.wanted = 2;
  ASSERT_TRUE(model_.open({.threads = 2})->embed_stream(stream, Role::document, nullptr, {}));
  EXPECT_EQ(stream.written, 2U);
}

TEST_F(EmbedStream, ARequestToStopEndsTheWaitForTexts) {
  ListedStream stream(std::vector<std::vector<std::string>>(100'000));
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  const auto done = model_.open({.threads = 2})
                        ->embed_stream(stream, Role::document, nullptr, {.progress = {}, .stop = stop.get_token()});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::interrupted);
}

TEST_F(EmbedStream, ALimitOfMemoryChangesNoVector) {
  const auto free = model_.open({.threads = 2});
  const size_t limit = resident_bytes() + (size_t{40} << 20);
  const auto bounded = model_.open({.threads = 2, .max_memory = limit});
  EXPECT_LE(bounded->window_size().texts, free->window_size().texts);
  EXPECT_EQ(embed_all(*bounded, numbered(0, 300)).value(), embed_all(*free, numbered(0, 300)).value());
  const auto refused = LocalEmbedder::open(model_.files.path(), {.max_memory = size_t{1} << 20}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::invalid_argument);
}

// Sanitizers keep freed memory, to find uses of it.
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer)
constexpr bool kKeepsFreedMemory = true;
#else
constexpr bool kKeepsFreedMemory = false;
#endif

TEST_F(EmbedStream, MemoryComesBackAfterALargeCall) {
  const auto embedder = model_.open({.threads = 2});
  const std::vector<std::string> texts = numbered(0, 60'000);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<float> out(views.size() * 32);  // the caller's memory is there before and after
  const auto embed_first = [&](size_t count) {
    return embedder->embed(std::span(views).first(count), Role::document, {out.data(), count, 32, 32}, nullptr, {});
  };
  ASSERT_TRUE(embed_first(3000));
  const size_t before = resident_bytes();
  ASSERT_TRUE(embed_first(views.size()));
  if (!kKeepsFreedMemory) EXPECT_LT(resident_bytes(), before + (size_t{2} << 20));
}

}  // namespace
}  // namespace vicinal::embed
