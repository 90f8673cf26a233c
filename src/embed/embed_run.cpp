#include "embed/embed_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

namespace vicinal::embed {
namespace {

constexpr size_t kMostWindows = 3;  // one handed on, one encoded, one tokenized
constexpr size_t kTextsPerPiece = 32;
constexpr size_t kListedCuts = 100;

using Clock = std::chrono::steady_clock;

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Error not_finite() {
  return Error(Code::corrupt,
               "the model makes NaN or infinity of this text: its weights are damaged, or overflow at this precision");
}

/// Micro-batch of the members' ids, end to end.
struct FlatTexts {
  std::vector<int32_t> ids;
  std::vector<uint32_t> offsets{0};

  void add(const PreparedText& text) {
    ids.insert(ids.end(), text.ids.begin(), text.ids.end());
    offsets.push_back(static_cast<uint32_t>(ids.size()));
  }
};

}  // namespace

/// Numbers are guarded by the run's mutex; a piece's own part of the window belongs to the thread that took it.
struct EmbedRun::Work {
  enum class Stage { prepare, plan, encode, done, failed };

  TextWindow window;
  Stage stage = Stage::prepare;
  size_t pieces = 0, taken = 0, finished = 0;  ///< of the stage
  size_t failed_text = SIZE_MAX;
  std::optional<Error> error;  ///< of the text that comes first

  void begin(Stage next, size_t count) {
    stage = next;
    pieces = count;
    taken = finished = 0;
  }
  bool has_piece(Stage wanted) const { return stage == wanted && taken < pieces; }

  void offer_error(size_t text, Error found) {
    if (text >= failed_text) return;
    failed_text = text;
    error = std::move(found);
  }
};

EmbedRun::EmbedRun(const EmbedEngine& engine, Job job, const Watch& watch)
    : engine_(engine), job_(std::move(job)), watch_(watch), progress_(watch, job_.total) {}
EmbedRun::~EmbedRun() = default;

Result<EmbedReport> EmbedRun::run() {
  const size_t workers = std::clamp<size_t>(job_.pieces, 1, engine_.plan.threads);
  engine_.pool->run(workers, [this](size_t, size_t) { work(); });
  if (failure_) return *std::move(failure_);
  if (source_failure_) return *std::move(source_failure_);
  progress_.finish();
  return std::move(report_);
}

/// One thread's part of the run.
void EmbedRun::work() {
  Lock lock(mutex_);
  while (!is_over()) {
    if (watch_.stop.stop_requested()) {
      fail(interrupted());
    } else if (!do_something(lock)) {
      const Clock::time_point start = Clock::now();
      const bool counts = !waits_for_input_;
      ++waiting_;
      changed_.wait(lock);
      --waiting_;
      if (counts) report_.idle_seconds += std::chrono::duration<double>(Clock::now() - start).count();
    }
  }
}

bool EmbedRun::is_over() const { return failure_ || done_ || (ended_ && windows_.empty()); }

/// False when there is nothing for this thread now.
bool EmbedRun::do_something(Lock& lock) {
  return hand_on(lock) || read_next(lock, false) || prepare_some(lock) || encode_some(lock) || read_next(lock, true);
}

void EmbedRun::wake() {
  if (waiting_ > 0) changed_.notify_all();
}

void EmbedRun::fail(Error error) {
  if (!failure_) failure_ = std::move(error);
  wake();
}

bool EmbedRun::hand_on(Lock& lock) {
  if (handing_on_ || windows_.empty()) return false;
  Work& oldest = *windows_.front();
  if (oldest.stage == Work::Stage::failed) {
    fail(std::move(*oldest.error).with("index", oldest.window.begin + oldest.failed_text));
    return true;
  }
  if (oldest.stage != Work::Stage::done) return false;
  if (job_.sink != nullptr) {
    handing_on_ = true;
    lock.unlock();
    auto wanted = job_.sink->take(oldest.window);
    lock.lock();
    handing_on_ = false;
    if (!wanted) {
      fail(std::move(wanted).error());
      return true;
    }
    done_ |= !*wanted;
  }
  windows_.pop_front();
  wake();
  return true;
}

/// A window ahead of the one that is encoded, so that its end leaves nobody without work.
bool EmbedRun::read_next(Lock& lock, bool may_wait) {
  if (reading_ || ended_ || windows_.size() >= kMostWindows) return false;
  if (!windows_.empty() && windows_.back()->stage < Work::Stage::encode) return false;
  auto next = std::make_unique<Work>();
  next->window.begin = next_begin_;
  reading_ = true;
  waits_for_input_ = may_wait;
  lock.unlock();
  auto got = job_.source->next(next->window, may_wait);
  const bool has_texts = got && *got == WindowSource::Got::window;
  if (has_texts) next->window.distinct = find_distinct(next->window.texts);
  lock.lock();
  reading_ = waits_for_input_ = false;
  if (!got) source_failure_ = std::move(got).error();
  ended_ |= !got || *got == WindowSource::Got::end;
  if (has_texts) {
    const size_t distinct = next->window.distinct.distinct.size();
    next_begin_ += next->window.texts.size();
    next->window.prepared.resize(distinct);
    next->begin(Work::Stage::prepare, (distinct + kTextsPerPiece - 1) / kTextsPerPiece);
    windows_.push_back(std::move(next));
  }
  if (has_texts || ended_) wake();
  return has_texts || ended_ || may_wait;
}

bool EmbedRun::prepare_some(Lock& lock) {
  const auto found = std::ranges::find_if(windows_, [](const auto& w) { return w->has_piece(Work::Stage::prepare); });
  if (found == windows_.end()) return false;
  Work& work = **found;
  const size_t piece = work.taken++;
  lock.unlock();
  const double start = thread_cpu_seconds();
  prepare_texts(work, piece);
  const double seconds = thread_cpu_seconds() - start;
  lock.lock();
  report_.prepare_seconds += seconds;
  if (++work.finished == work.pieces) plan(work, lock);
  return true;
}

/// After a failure the texts behind it are tokenized all the same: the pieces run in any order.
void EmbedRun::prepare_texts(Work& work, size_t piece) {
  TextWindow& window = work.window;
  const std::vector<size_t>& distinct = window.distinct.distinct;
  const size_t end = std::min((piece + 1) * kTextsPerPiece, distinct.size());
  for (size_t i = piece * kTextsPerPiece; i < end; ++i) {
    if (watch_.stop.stop_requested()) return;
    auto prepared = prepare(window.texts[distinct[i]], job_.prepare);
    if (prepared) {
      window.prepared[i] = *std::move(prepared);
    } else {
      const Lock lock(mutex_);
      return work.offer_error(distinct[i], std::move(prepared).error());
    }
  }
}

void EmbedRun::plan(Work& work, Lock& lock) {
  if (watch_.stop.stop_requested()) return fail(interrupted());
  if (work.error) {
    work.stage = Work::Stage::failed;
    ended_ = true;  // nothing behind it is wanted
    return wake();
  }
  work.stage = Work::Stage::plan;
  lock.unlock();
  std::vector<size_t> lengths;
  for (const PreparedText& text : work.window.prepared) lengths.push_back(text.ids.size());
  work.window.batches = cut_batches(lengths, {.tokens = engine_.plan.batch_tokens, .threads = engine_.plan.threads});
  lock.lock();
  count(work);
  work.begin(Work::Stage::encode, work.window.batches.size());
  wake();
}

void EmbedRun::count(const Work& work) {
  const TextWindow& window = work.window;
  report_.texts += window.texts.size();
  report_.repeated += window.texts.size() - window.distinct.distinct.size();
  for (const PreparedText& text : window.prepared) report_.tokens += text.ids.size();
  for (size_t t = 0; t < window.texts.size(); ++t) {
    if (!window.prepared[window.distinct.slot[t]].cut) continue;
    ++report_.cut;
    if (report_.cut_texts.size() < kListedCuts) report_.cut_texts.push_back(window.begin + t);
  }
}

bool EmbedRun::encode_some(Lock& lock) {
  const auto found = std::ranges::find_if(windows_, [](const auto& w) { return w->has_piece(Work::Stage::encode); });
  if (found == windows_.end()) return false;
  Work& work = **found;
  const size_t piece = work.taken++;
  lock.unlock();
  const double start = thread_cpu_seconds();
  const std::optional<size_t> bad = encode_batch(work, piece);
  const double seconds = thread_cpu_seconds() - start;
  lock.lock();
  report_.encode_seconds += seconds;
  if (bad) work.offer_error(*bad, not_finite());
  if (++work.finished < work.pieces) return true;
  lock.unlock();
  copy_repeated(work.window);
  lock.lock();
  work.stage = work.error ? Work::Stage::failed : Work::Stage::done;
  ended_ |= work.error.has_value();
  wake();
  return true;
}

std::optional<size_t> EmbedRun::encode_batch(Work& work, size_t piece) {
  TextWindow& window = work.window;
  const std::vector<size_t>& members = window.batches[piece];
  FlatTexts flat;
  for (const size_t i : members) flat.add(window.prepared[i]);
  const size_t width = window.out.cols;
  std::vector<float> vectors(members.size() * width);
  Workspaces::Lease workspace(*engine_.workspaces);
  engine_.encoder->encode({flat.ids, flat.offsets}, engine_.pooling, *workspace,
                          {vectors.data(), members.size(), width, width});
  std::optional<size_t> bad;
  for (size_t i = 0; i < members.size(); ++i) {
    const size_t text = window.distinct.distinct[members[i]];
    const std::span<const float> vector(vectors.data() + i * width, width);
    if (!std::ranges::all_of(vector, [](float x) { return std::isfinite(x); }))
      bad = std::min(bad.value_or(text), text);
    std::ranges::copy(vector, window.out.row(text).begin());
  }
  progress_.add(members.size());
  return bad;
}

void EmbedRun::copy_repeated(const TextWindow& window) {
  const DistinctTexts& found = window.distinct;
  for (size_t t = 0; t < window.texts.size(); ++t) {
    const size_t first = found.distinct[found.slot[t]];
    if (first != t) std::ranges::copy(window.out.row(first), window.out.row(t).begin());
  }
  progress_.add(window.texts.size() - found.distinct.size());
}

Error EmbedRun::interrupted() const {
  return Error(Code::interrupted, "embedding was stopped").with("done", progress_.done());
}

}  // namespace vicinal::embed
