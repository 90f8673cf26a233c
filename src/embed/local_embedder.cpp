#include "embed/local_embedder.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <system_error>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/user_folders.h"
#include "embed/default_precision.h"
#include "embed/embed_run.h"
#include "embed/remembered_digest.h"
#include "embed/returned_memory.h"
#include "embed/space.h"
#include "embed/window_ends.h"

namespace vicinal::embed {
namespace {

constexpr size_t kMaxTokenizerBytes = size_t{256} << 20;

kernels::WeightType weight_type(Precision precision) {
  switch (precision) {
    case Precision::f32:
      return kernels::WeightType::f32;
    case Precision::bf16:
      return kernels::WeightType::bf16;
    case Precision::int8:
      return kernels::WeightType::int8;
  }
  return kernels::WeightType::f32;
}

struct LoadedTokenizer {
  std::shared_ptr<const text::Tokenizer> tokenizer;
  std::string sha256;
};

Result<LoadedTokenizer> load_tokenizer(const std::string& folder) {
  const std::string path = folder + "/tokenizer.json";
  VICINAL_TRY(const std::string json, base::read_file(path, kMaxTokenizerBytes));
  auto tokenizer = text::Tokenizer::from_json(json);
  if (!tokenizer) return Error(tokenizer.error()).with("path", path);
  return LoadedTokenizer{*std::move(tokenizer), base::sha256_hex(json)};
}

struct Parts {
  LoadedTokenizer tokenizer;
  std::string weights_sha256;
  std::unique_ptr<model::Encoder> encoder;
};

/// Runs `work` on a thread of its own, or here where the system gives none.
std::jthread run_beside(const std::function<void()>& work) {
  try {
    return std::jthread(work);
  } catch (const std::system_error&) {
    work();
    return {};
  }
}

/// The digest of a file of weights: at once where it is remembered, else by a thread of its own.
class WeightsDigest {
 public:
  explicit WeightsDigest(std::string path)
      : path_(std::move(path)), stamp_(stamp()), known_(promise_.get_future().share()) {
    if (is_remembered(path_)) {
      find();
    } else {
      thread_ = run_beside([this] { find(); });
    }
  }

  /// Empty where the file cannot be read.
  const std::shared_future<std::string>& known() const { return known_; }

  /// Called when the weights have been read. busy: the file was replaced meanwhile, so that the digest may not be
  /// theirs; what they left in `packed_folder` under it is removed.
  Result<std::string> join(const std::string& packed_folder) {
    if (thread_.joinable()) thread_.join();
    if (!*found_ || stamp() == stamp_) return *std::move(found_);
    forget_packed(packed_folder, **found_);
    return Error(Code::busy, "the model was replaced while it was opened: run again").with("path", path_);
  }

 private:
  void find() {
    found_ = remembered_sha256(path_);
    promise_.set_value(*found_ ? **found_ : std::string());
  }

  /// Nothing where there is no file.
  std::optional<base::FileStamp> stamp() const {
    auto found = base::stamp_file(path_);
    return found ? std::optional(*found) : std::nullopt;
  }

  static void forget_packed(const std::string& folder, const std::string& digest) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      if (entry.path().filename().string().starts_with(digest)) std::filesystem::remove(entry.path(), error);
    }
  }

  std::string path_;
  std::optional<base::FileStamp> stamp_;
  std::promise<std::string> promise_;
  std::shared_future<std::string> known_;
  std::optional<Result<std::string>> found_;
  std::jthread thread_;
};

/// The three slow parts of opening beside each other: a search from the command line waits for all of them.
Result<Parts> load_parts(const model::ModelFolder& folder, kernels::WeightType type, const kernels::Table& table) {
  std::optional<Result<LoadedTokenizer>> tokenizer;
  std::jthread tokenizer_thread = run_beside([&] { tokenizer = load_tokenizer(folder.path); });
  const std::string packed_folder = base::cache_folder() + "/packed";
  WeightsDigest digest(folder.path + "/model.safetensors");
  auto encoder = model::Encoder::load(folder, type, table, {packed_folder, digest.known()});
  if (tokenizer_thread.joinable()) tokenizer_thread.join();
  auto found = digest.join(packed_folder);
  if (!encoder) return std::move(encoder).error();
  VICINAL_TRY(LoadedTokenizer loaded, *std::move(tokenizer));
  VICINAL_TRY(std::string sha256, std::move(found));
  return Parts{std::move(loaded), std::move(sha256), *std::move(encoder)};
}

/// sentence-transformers lower-cases the text itself where the folder says so; BERT tokenizers do it anyway.
Result<> check_lower_case(const model::ModelFolder& folder, const text::Tokenizer& tokenizer) {
  constexpr std::string_view kUpper = "A B C D E X Y Z", kLower = "a b c d e x y z";
  const auto ids = [&](std::string_view letters) { return tokenizer.encode(letters, {}).ids; };
  if (!folder.lower_case || ids(kUpper) == ids(kLower)) return {};
  return Error(Code::unsupported, "the model wants its texts in lower case, and its tokenizer keeps the case")
      .with("path", folder.path + "/sentence_bert_config.json");
}

Result<> check_threads(size_t threads) {
  if (threads <= base::ThreadPool::kMaxThreads) return {};
  return Error(Code::invalid_argument, "too many threads")
      .with("threads", threads)
      .with("most", base::ThreadPool::kMaxThreads);
}

struct LimitParts {
  size_t asked, own, positions;
  size_t least;  ///< special tokens, the longer prompt, one token of text
};

Result<size_t> choose_limit(const LimitParts& parts) {
  const size_t limit = std::min(parts.asked == 0 ? parts.own : parts.asked, parts.positions);
  if (limit >= parts.least) return limit;
  return Error(Code::invalid_argument, "the token limit leaves no room for text beside special tokens and prompt")
      .with("max_tokens", limit)
      .with("least", parts.least);
}

}  // namespace

struct LocalEmbedder::Impl {
  Impl(model::ModelFolder model_folder, Parts parts, const EmbedderOptions& embedder_options)
      : folder(std::move(model_folder)),
        tokenizer(std::move(parts.tokenizer.tokenizer)),
        encoder(std::move(parts.encoder)),
        options(embedder_options),
        pool(options.threads),
        workspaces(pool.threads()) {}

  EmbedEngine engine() const { return {encoder.get(), pooling, &pool, &workspaces, plan}; }

  PrepareOptions prepare_options(Role role) const {
    return {.tokenizer = tokenizer.get(),
            .prompt = prompts.of(role),
            .max_tokens = max_tokens,
            .on_long = options.on_long,
            .encoder = encoder.get()};
  }

  size_t prompt_tokens(Role role) const {
    const std::string& prompt = prompts.of(role);
    return prompt.empty() ? 0 : tokenizer->count(prompt);
  }

  /// What the limit must hold besides the text's first token.
  size_t fixed_tokens() const {
    return tokenizer->special_tokens() + std::max(prompt_tokens(Role::query), prompt_tokens(Role::document));
  }

  Result<> run(EmbedRun::Job job, EmbedReport* report, const Watch& watch) const {
    const EmbedEngine shared = engine();
    VICINAL_TRY(EmbedReport done, EmbedRun(shared, std::move(job), watch).run());
    if (done.texts >= plan.window.texts) return_memory();
    if (report != nullptr) *report = std::move(done);
    return {};
  }

  /// Activations of a micro-batch, bounded from above (model/arch/post_norm_activations.h): x in f32; its operand, qkv
  /// and context in f32 or bf16; the pooled vectors; a block's sum and inner rows.
  MemoryNeeds memory_needs(const kernels::Table& table) const {
    constexpr size_t kRowPadding = 5 * base::kVectorAlignment, kBlockRows = 256;
    const model::EncoderConfig& config = folder.encoder;
    const size_t per_value = precision == Precision::f32 ? 22 : 17;
    const size_t weight_size = precision == Precision::f32 ? 4 : precision == Precision::bf16 ? 2 : 1;
    const size_t matrices = 4 * config.hidden * config.hidden + 2 * config.hidden * config.intermediate;
    return {.resident = resident_bytes() + config.vocabulary * config.hidden * sizeof(float),
            .weights = config.layers * matrices * weight_size,
            .token_bytes = config.hidden * per_value + kRowPadding,
            .batch_bytes = kBlockRows * 2 * sizeof(float) * (config.hidden + config.intermediate) +
                           table.attention_scratch_bytes(max_tokens, config.heads, config.hidden / config.heads),
            .vector_bytes = config.hidden * sizeof(float),
            .max_tokens = max_tokens,
            .threads = pool.threads()};
  }

  model::ModelFolder folder;
  std::string name;
  Prompts prompts;
  std::shared_ptr<const text::Tokenizer> tokenizer;
  std::unique_ptr<model::Encoder> encoder;
  model::PoolingSpec pooling;
  EmbedderOptions options;
  size_t max_tokens = 0;
  std::string space_json, space;
  std::string level;
  Precision precision = Precision::f32;
  MemoryPlan plan;
  mutable base::ThreadPool pool;
  mutable Workspaces workspaces;
};

LocalEmbedder::LocalEmbedder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LocalEmbedder::~LocalEmbedder() = default;

Result<std::unique_ptr<LocalEmbedder>> LocalEmbedder::open(const std::string& path, const EmbedderOptions& options,
                                                           const Fallback& fallback) {
  VICINAL_TRY_VOID(check_threads(options.threads));
  VICINAL_TRY(const kernels::Table* table, kernels::choose());
  const Precision precision = options.precision.value_or(default_precision(*table).precision);
  VICINAL_TRY(model::ModelFolder folder, model::ModelFolder::open(path));
  VICINAL_TRY(Parts parts, load_parts(folder, weight_type(precision), *table));
  VICINAL_TRY_VOID(check_lower_case(folder, *parts.tokenizer.tokenizer));
  SpaceParts space{.weights_sha256 = parts.weights_sha256,
                   .tokenizer_sha256 = parts.tokenizer.sha256,
                   .encoder = folder.encoder,
                   .pooling = {folder.pooling, folder.normalise},
                   .prompts = choose_prompts(folder, {fallback.query_prompt, fallback.document_prompt}),
                   .max_tokens = 0};
  auto impl = std::make_unique<Impl>(std::move(folder), std::move(parts), options);
  impl->name = fallback.name.empty() ? impl->folder.name : fallback.name;
  impl->prompts = space.prompts;
  impl->pooling = space.pooling;
  impl->level = table->level;
  impl->precision = precision;
  VICINAL_TRY(impl->max_tokens, choose_limit({.asked = options.max_tokens,
                                              .own = impl->folder.max_tokens,
                                              .positions = impl->folder.encoder.positions,
                                              .least = impl->fixed_tokens() + 1}));
  space.max_tokens = impl->max_tokens;
  impl->space_json = describe_space(space);
  impl->space = base::sha256_hex(impl->space_json);
  return_memory();  // what reading tokenizer.json and packing weights has left behind
  const MemoryNeeds needs = impl->memory_needs(*table);
  VICINAL_TRY(impl->plan, plan_memory(options.max_memory, needs));
  impl->workspaces.set_kept_bytes(impl->plan.batch_tokens * needs.token_bytes + needs.batch_bytes);
  return std::unique_ptr<LocalEmbedder>(new LocalEmbedder(std::move(impl)));
}

Result<> LocalEmbedder::embed(std::span<const std::string_view> texts, Role role, base::MutableMatrixView out,
                              EmbedReport* report, const Watch& watch) const {
  VICINAL_CHECK_EQ(out.rows, texts.size());
  VICINAL_CHECK_EQ(out.cols, dimensions());
  SpanSource source(texts, out, impl_->plan.window);
  EmbedRun::Job job{.prepare = impl_->prepare_options(role),
                    .source = &source,
                    .sink = nullptr,
                    .total = texts.size(),
                    .pieces = texts.size()};
  return impl_->run(std::move(job), report, watch);
}

Result<> LocalEmbedder::embed_stream(TextStream& stream, Role role, EmbedReport* report, const Watch& watch) const {
  StreamEnds ends(stream, dimensions());
  EmbedRun::Job job{.prepare = impl_->prepare_options(role), .source = &ends, .sink = &ends};
  return impl_->run(std::move(job), report, watch);
}

WindowSize LocalEmbedder::window_size() const { return {impl_->plan.window.texts, impl_->plan.window.bytes}; }

const text::Tokenizer& LocalEmbedder::tokenizer() const { return *impl_->tokenizer; }
const model::ModelFolder& LocalEmbedder::folder() const { return impl_->folder; }
const std::string& LocalEmbedder::name() const { return impl_->name; }
const std::string& LocalEmbedder::prompt(Role role) const { return impl_->prompts.of(role); }
size_t LocalEmbedder::dimensions() const { return impl_->folder.encoder.hidden; }
size_t LocalEmbedder::max_tokens() const { return impl_->max_tokens; }
size_t LocalEmbedder::document_budget() const {
  return impl_->max_tokens - impl_->tokenizer->special_tokens() - impl_->prompt_tokens(Role::document);
}
const std::string& LocalEmbedder::space_json() const { return impl_->space_json; }
const std::string& LocalEmbedder::space() const { return impl_->space; }
Precision LocalEmbedder::precision() const { return impl_->precision; }
std::string_view LocalEmbedder::level() const { return impl_->level; }
size_t LocalEmbedder::threads() const { return impl_->pool.threads(); }

}  // namespace vicinal::embed
