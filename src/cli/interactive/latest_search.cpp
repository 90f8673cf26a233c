#include "cli/interactive/latest_search.h"

#include <utility>

namespace vicinal::cli {

LatestSearch::LatestSearch(Collection collection, SearchOptions options, std::chrono::milliseconds pause,
                           std::function<void()> ready)
    : collection_(std::move(collection)),
      options_(std::move(options)),
      pause_(pause),
      ready_(std::move(ready)),
      thread_([this] { run(); }) {}

LatestSearch::~LatestSearch() {
  {
    std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LatestSearch::ask(uint64_t number, std::string query) {
  {
    std::scoped_lock lock(mutex_);
    waiting_ = Question{number, std::move(query)};
  }
  changed_.notify_all();
}

std::optional<LatestSearch::Answer> LatestSearch::take() {
  std::scoped_lock lock(mutex_);
  return std::exchange(answer_, std::nullopt);
}

/// The newest question, once it has been that for the pause; nothing at the end.
std::optional<LatestSearch::Question> LatestSearch::next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || waiting_; });
    if (ended_) return std::nullopt;
    const uint64_t number = waiting_->number;
    const auto overtaken = [&] { return ended_ || waiting_->number != number; };
    if (pause_.count() > 0 && changed_.wait_for(lock, pause_, overtaken)) continue;
    Question question = *std::exchange(waiting_, std::nullopt);
    if (!question.query.empty()) return question;
  }
}

void LatestSearch::run() {
  while (const auto question = next()) {
    Answer answer{question->number, collection_.search(question->query, options_)};
    {
      std::scoped_lock lock(mutex_);
      answer_ = std::move(answer);
    }
    ready_();
  }
}

}  // namespace vicinal::cli
