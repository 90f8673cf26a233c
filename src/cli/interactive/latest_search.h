#pragma once
/// Searches on a thread of their own, of which only the newest matters: a question that is overtaken while it waits is
/// not asked, and an answer that is overtaken can be told by its number.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "vicinal/collection.h"

namespace vicinal::cli {

class LatestSearch {
 public:
  struct Answer {
    uint64_t number = 0;  ///< of the question
    Result<SearchResult> result;
  };

  /// `pause`: for how long a question has to be the newest before it is asked. `ready` is called on the thread when an
  /// answer can be taken; it must stay callable as long as this lives.
  LatestSearch(Collection collection, SearchOptions options, std::chrono::milliseconds pause,
               std::function<void()> ready);
  /// Waits for a search that is under way.
  ~LatestSearch();
  LatestSearch(const LatestSearch&) = delete;
  LatestSearch& operator=(const LatestSearch&) = delete;

  /// Takes the place of a question that was not asked yet. An empty query only takes its place.
  void ask(uint64_t number, std::string query);
  /// The newest answer that was not taken.
  std::optional<Answer> take();

 private:
  struct Question {
    uint64_t number = 0;
    std::string query;
  };
  void run();
  std::optional<Question> next();

  Collection collection_;
  SearchOptions options_;
  std::chrono::milliseconds pause_;
  std::function<void()> ready_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Question> waiting_;
  std::optional<Answer> answer_;
  bool ended_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace vicinal::cli
