#include "index/log_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <thread>

#include "base/file.h"
#include "index/page_checksum.h"

namespace vicinal::index {

namespace {

constexpr size_t kLogHeaderBytes = 32;
constexpr size_t kFrameHeadBytes = 24;
constexpr size_t kLogFrameBytes = kFrameHeadBytes + kPageBytes;
constexpr uint32_t kLogMagic = 0x377F0682;  // the lowest bit says which byte order the sums take
constexpr int kLooks = 3;
constexpr std::chrono::milliseconds kBetweenLooks{5};

using FrameBytes = std::array<std::byte, kLogFrameBytes>;

uint32_t word_at(std::span<const std::byte> bytes, size_t at, bool big_endian) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[at + (big_endian ? i : 3 - i)]);
  return value;
}

uint32_t number_at(std::span<const std::byte> bytes, size_t at) { return word_at(bytes, at, true); }

struct LogSums {
  uint32_t first = 0, second = 0;
  bool big_endian = false;

  void add(std::span<const std::byte> bytes) {
    for (size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word_at(bytes, at, big_endian) + second;
      second += word_at(bytes, at + 4, big_endian) + first;
    }
  }
  bool are_at(std::span<const std::byte> bytes, size_t at) const {
    return number_at(bytes, at) == first && number_at(bytes, at + 4) == second;
  }
};

struct LogHead {
  LogSums sums;
  uint32_t salt1 = 0, salt2 = 0;
};

std::optional<LogHead> head_in(std::span<const std::byte> bytes) {
  const uint32_t magic = number_at(bytes, 0);
  if ((magic & ~1U) != kLogMagic || number_at(bytes, 8) != kPageBytes) return {};
  LogHead head = {{0, 0, (magic & 1) != 0}, number_at(bytes, 16), number_at(bytes, 20)};
  head.sums.add(bytes.first(24));
  if (!head.sums.are_at(bytes, 24)) return {};
  return head;
}

bool is_of(const LogHead& head, std::span<const std::byte> frame) {
  return number_at(frame, 8) == head.salt1 && number_at(frame, 12) == head.salt2;
}

bool ends_commit(std::span<const std::byte> frame) { return number_at(frame, 4) != 0; }

// The sums after this frame, if it continues the chain.
std::optional<LogSums> follow(LogSums sums, std::span<const std::byte> frame) {
  sums.add(frame.first(8));
  sums.add(frame.subspan(kFrameHeadBytes));
  if (!sums.are_at(frame, 16)) return {};
  return sums;
}

class LogWalk {
 public:
  LogWalk(const base::File& file, uint64_t bytes, LogSurvey& survey) : file_(&file), bytes_(bytes), survey_(&survey) {}

  Result<> run() {
    std::array<std::byte, kLogHeaderBytes> raw;
    VICINAL_TRY_VOID(file_->read_at(0, raw));
    const auto head = head_in(raw);
    if (!head) {  // nothing of it counts; what lies behind a damaged header cannot be told from old frames
      survey_->commits_behind = (bytes_ - kLogHeaderBytes) / kLogFrameBytes;
      if (survey_->commits_behind > 0) survey_->damaged_at = 0;
      return {};
    }
    head_ = *head;
    return walk();
  }

 private:
  Result<> walk() {
    LogSums sums = head_.sums;
    std::vector<uint32_t> open;
    for (uint64_t at = kLogHeaderBytes; at + kLogFrameBytes <= bytes_; at += kLogFrameBytes) {
      VICINAL_TRY(const std::optional<LogSums> next, frame_at(at, sums));
      if (!next) return judge_break(at);
      sums = *next;
      open.push_back(number_at(frame_, 0));
      if (!ends_commit(frame_)) continue;
      take(open);
    }
    return {};
  }

  void take(std::vector<uint32_t>& open) {
    ++survey_->commits;
    survey_->frames += open.size();
    survey_->pages.insert(survey_->pages.end(), open.begin(), open.end());
    open.clear();
  }

  // A frame that is just being written is whole a moment later.
  Result<std::optional<LogSums>> frame_at(uint64_t at, const LogSums& sums) {
    for (int look = 0; look < kLooks; ++look) {
      if (look > 0) std::this_thread::sleep_for(kBetweenLooks);
      VICINAL_TRY_VOID(file_->read_at(at, frame_));
      if (auto next = follow(sums, frame_); next && is_of(head_, frame_)) return next;
      VICINAL_TRY(const uint64_t behind, commits_behind(at));
      if (behind == 0) break;
    }
    return std::optional<LogSums>();
  }

  Result<> judge_break(uint64_t at) {
    VICINAL_TRY(survey_->commits_behind, commits_behind(at));
    if (survey_->commits_behind > 0) survey_->damaged_at = at;
    return {};
  }

  // Ends of commits of this log at `at` and behind it, by its salts: its sums cannot be followed any more.
  Result<uint64_t> commits_behind(uint64_t at) const {
    uint64_t commits = 0;
    std::array<std::byte, kFrameHeadBytes> head;
    for (; at + kLogFrameBytes <= bytes_; at += kLogFrameBytes) {
      VICINAL_TRY_VOID(file_->read_at(at, head));
      if (is_of(head_, head) && ends_commit(head)) ++commits;
    }
    return commits;
  }

  const base::File* file_;
  uint64_t bytes_;
  LogSurvey* survey_;
  LogHead head_;
  FrameBytes frame_ = {};
};

void sort_pages(std::vector<uint32_t>& pages) {
  std::ranges::sort(pages);
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
}

}  // namespace

Result<LogSurvey> survey_log(const std::string& database_path) {
  LogSurvey survey;
  auto file = base::File::open(database_path + "-wal", base::File::Mode::read);
  if (!file && file.error().code() == Code::not_found) return survey;
  if (!file) return std::move(file).error();
  VICINAL_TRY(survey.bytes, file->size());
  if (survey.bytes < kLogHeaderBytes) return survey;
  auto walked = LogWalk(*file, survey.bytes, survey).run();
  // A read past the end: a writer has emptied the log meanwhile, after all of it went into the database.
  if (!walked && walked.error().code() == Code::corrupt) return LogSurvey{};
  if (!walked) return std::move(walked).error();
  sort_pages(survey.pages);
  return survey;
}

}  // namespace vicinal::index
