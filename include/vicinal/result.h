#pragma once
/// `Result<T>`: a value or an `Error`. Test it, or call `value()` where failure is a bug of the program.
///
///     auto model = vicinal::Embedder::open("all-MiniLM-L6-v2");
///     if (!model) { std::cerr << model.error().what() << '\n'; return 3; }
///     auto vector = model->embed_query("Swiss river");

#include <cstdio>
#include <cstdlib>
#include <expected>
#include <type_traits>
#include <utility>

#include "vicinal/error.h"

namespace vicinal {
inline namespace v0 {

template <class T = void>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(Error error) : state_(std::unexpected(std::move(error))) {}
  template <class U = T>
    requires(!std::is_void_v<T> && std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : state_(std::in_place, std::forward<U>(value)) {}
  Result()
    requires std::is_void_v<T>
  = default;

  bool ok() const { return state_.has_value(); }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: !ok().
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_).error(); }

  /// The value, or abort with the error's message on stderr. Services test `ok()` instead.
  decltype(auto) value() & {
    require();
    return state_.value();
  }
  decltype(auto) value() const& {
    require();
    return state_.value();
  }
  /// By value, so that `for (auto& hit : docs.search(…).value().hits)` walks over something that lives.
  T value() && {
    require();
    if constexpr (!std::is_void_v<T>) return *std::move(state_);
  }

  /// REQUIRES: ok().
  template <class U = T>
    requires(!std::is_void_v<U>)
  U& operator*() & {
    return *state_;
  }
  template <class U = T>
    requires(!std::is_void_v<U>)
  const U& operator*() const& {
    return *state_;
  }
  template <class U = T>
    requires(!std::is_void_v<U>)
  U operator*() && {
    return *std::move(state_);
  }
  template <class U = T>
    requires(!std::is_void_v<U>)
  U* operator->() {
    return &*state_;
  }
  template <class U = T>
    requires(!std::is_void_v<U>)
  const U* operator->() const {
    return &*state_;
  }

 private:
  void require() const {
    if (ok()) return;
    std::fprintf(stderr, "vicinal: %s\n", error().what().c_str());
    std::abort();
  }

  std::expected<T, Error> state_;
};

}  // namespace v0
}  // namespace vicinal
