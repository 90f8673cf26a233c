#include "cli/interactive/type_ahead.h"

#include <chrono>
#include <memory>
#include <utility>

#include "base/check.h"
#include "cli/interactive/keys.h"
#include "cli/interactive/latest_search.h"
#include "cli/interactive/screen.h"
#include "cli/interactive/search_view.h"
#include "cli/interactive/terminal.h"

namespace vicinal::cli {
namespace {

constexpr std::chrono::milliseconds kPause{180};        // without a key: the question may be whole
constexpr std::chrono::milliseconds kEscapeDelay{100};  // a sequence that follows Esc has come by then
constexpr std::chrono::milliseconds kPasteDelay{3000};  // its end is lost by then

class Loop {
 public:
  Loop(TypeAhead search, Terminal& terminal)
      : terminal_(terminal), view_(search.query, std::move(search.style)), mode_(search.options.mode) {
    const auto wake = [this] { terminal_.wake(); };
    SearchOptions words = search.options;
    words.mode = SearchMode::lexical;
    if (search.words) words_.emplace(*std::move(search.words), words, std::chrono::milliseconds(0), wake);
    if (search.whole) whole_.emplace(*std::move(search.whole), search.options, kPause, wake);
  }

  std::optional<Hit> run() {
    if (!view_.query().empty()) ask();
    for (;;) {
      draw();
      const Terminal::Events events = terminal_.wait(patience());
      if (events.ended) return std::nullopt;
      if (events.redraw) screen_.forget();
      if (events.woken) take_answers();
      if (events.input && !read_input()) return std::nullopt;
      const bool quiet = !events.input && !events.woken && !events.redraw;
      if (quiet && keys_.waits()) keys_.time_out();
      while (auto key = keys_.next()) {
        if (key->kind == KeyKind::leave) return std::nullopt;
        if (key->kind == KeyKind::enter && view_.selected() != nullptr) return *view_.selected();
        obey(*key);
      }
    }
  }

 private:
  /// With keys that are half there.
  std::optional<std::chrono::milliseconds> patience() const {
    if (!keys_.waits()) return std::nullopt;
    return keys_.is_pasting() ? kPasteDelay : kEscapeDelay;
  }

  void draw() {
    const Terminal::Size size = terminal_.size();
    if (size != size_) screen_.forget();
    size_ = size;
    terminal_.write(screen_.update(view_.draw(size.rows, size.columns)));
  }

  /// False: the terminal hung up.
  bool read_input() {
    const std::string bytes = terminal_.read();
    keys_.add(bytes);
    return !bytes.empty();
  }

  void obey(const Key& key) {
    if (key.kind == KeyKind::suspend) terminal_.suspend();
    if (key.kind == KeyKind::redraw) screen_.forget();
    if (view_.apply(key)) ask();
  }

  void ask() {
    ++number_;
    whole_shown_ = false;
    if (words_) words_->ask(number_, unfinished_query(view_.query()));
    if (whole_) whole_->ask(number_, view_.query());
    if (view_.query().empty()) view_.clear();
  }

  void take_answers() {
    if (auto answer = words_ ? words_->take() : std::nullopt) show_words(*answer);
    if (auto answer = whole_ ? whole_->take() : std::nullopt; answer && answer->number == number_) show(*answer, true);
  }

  /// While somebody types fast, answers to what was typed a moment ago are better than none. An empty one, of a word
  /// that is half typed, does not wipe out what is there where another answer will come.
  void show_words(const LatestSearch::Answer& answer) {
    const bool late = answer.number == number_ ? whole_shown_ : view_.query().empty();
    const bool nothing = answer.result.ok() && answer.result->hits.empty();
    if (late || (nothing && whole_)) return;
    show(answer, false);
  }

  void show(const LatestSearch::Answer& answer, bool whole) {
    whole_shown_ = whole;
    if (!answer.result) return view_.say(answer.result.error().message());
    view_.show(*answer.result, whole ? how() : "words");
  }

  std::string_view how() const { return mode_ == SearchMode::dense ? "meaning" : "words and meaning"; }

  Terminal& terminal_;
  SearchView view_;
  SearchMode mode_;
  Screen screen_;
  Terminal::Size size_;
  KeyReader keys_;
  uint64_t number_ = 0;       ///< of the newest question
  bool whole_shown_ = false;  ///< the answer to it by everything is what is shown
  std::optional<LatestSearch> words_, whole_;
};

}  // namespace

Result<std::optional<Hit>> type_ahead(TypeAhead search) {
  VICINAL_TRY(const std::unique_ptr<Terminal> terminal, Terminal::open());
  Loop loop(std::move(search), *terminal);
  std::optional<Hit> chosen = loop.run();
  terminal->give_back();  // before searches that are under way are waited for
  return chosen;
}

}  // namespace vicinal::cli
