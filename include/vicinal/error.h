#pragma once
/// An error as a value: a stable code, one sentence, and the data that a person needs to fix it.
///
/// Libraries return errors; they never print and never exit. `message()` says what is wrong in one
/// sentence, `data()` carries the particulars (paths, sizes, versions) in the order they were added, and
/// `what()` joins both:
///
///     corrupt: weights header is cut short (path=m.safetensors, bytes=12, need=64)

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace vicinal {
inline namespace v0 {

/// What the caller should do about it. The names (see `code_name`) are stable and appear in JSON output.
enum class Code {
  invalid_argument,  ///< bad use or bad input: change the call
  empty_input,       ///< a text without content where a vector was asked for
  too_long,          ///< a text over the model's limit while `OnLong::error` is set
  not_found,         ///< a file, model, document or collection that is not there
  corrupt,           ///< bytes that break their format: restore or rebuild the file
  unsupported,       ///< well-formed, but not something this version handles (also: a newer format)
  io,                ///< the operating system refused a read or write
  busy,              ///< another process holds the lock
  space_mismatch,    ///< vectors of two spaces would meet
  network,           ///< a hub or provider failed, or the network is forbidden
  budget,            ///< a limit set by the user was reached; the work can be resumed
  interrupted,       ///< cancelled by the caller; what was acknowledged is kept
};

/// The stable name of a code, for example "space_mismatch".
std::string_view code_name(Code code);

class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  /// Adds one particular. Numbers are written in decimal.
  template <class Value>
  Error&& with(std::string key, const Value& value) && {
    add(std::move(key), value);
    return std::move(*this);
  }
  template <class Value>
  Error& with(std::string key, const Value& value) & {
    add(std::move(key), value);
    return *this;
  }

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::vector<std::pair<std::string, std::string>>& data() const { return data_; }

  /// "code: message (key=value, …)", one line.
  std::string what() const;

 private:
  template <class Value>
  void add(std::string key, const Value& value) {
    if constexpr (std::is_arithmetic_v<Value>) {
      data_.emplace_back(std::move(key), std::to_string(value));
    } else {
      data_.emplace_back(std::move(key), std::string(value));
    }
  }

  Code code_;
  std::string message_;
  std::vector<std::pair<std::string, std::string>> data_;
};

}  // namespace v0
}  // namespace vicinal
