#pragma once
/// Checks for our own bugs: a failed check prints the place and aborts. What a user, a file or a model can
/// get wrong is an Error instead.

#include <sstream>
#include <string>

#include "vicinal/result.h"

namespace vicinal::base {

[[noreturn]] void check_failed(const char* file, int line, const char* expression, const std::string& values);

template <class A, class B>
std::string describe_pair(const A& a, const B& b) {
  std::ostringstream out;
  out << a << " vs " << b;
  return out.str();
}

}  // namespace vicinal::base

#define VICINAL_CHECK(condition)                                                         \
  do {                                                                                   \
    if (!(condition)) ::vicinal::base::check_failed(__FILE__, __LINE__, #condition, {}); \
  } while (false)

#define VICINAL_CHECK_OP_(a, op, b)                                                                                   \
  do {                                                                                                                \
    if (!((a)op(b)))                                                                                                  \
      ::vicinal::base::check_failed(__FILE__, __LINE__, #a " " #op " " #b, ::vicinal::base::describe_pair((a), (b))); \
  } while (false)
#define VICINAL_CHECK_EQ(a, b) VICINAL_CHECK_OP_(a, ==, b)
#define VICINAL_CHECK_LE(a, b) VICINAL_CHECK_OP_(a, <=, b)
#define VICINAL_CHECK_LT(a, b) VICINAL_CHECK_OP_(a, <, b)

#define VICINAL_CONCAT_INNER_(a, b) a##b
#define VICINAL_CONCAT_(a, b) VICINAL_CONCAT_INNER_(a, b)
#define VICINAL_TRY_IMPL_(result, declaration, expression) \
  auto result = (expression);                              \
  if (!result) return std::move(result).error();           \
  declaration = *std::move(result)

/// VICINAL_TRY(auto x, make_x()): x is the value, or the enclosing function returns the error.
#define VICINAL_TRY(declaration, expression) \
  VICINAL_TRY_IMPL_(VICINAL_CONCAT_(vicinal_result_, __LINE__), declaration, expression)

/// For a Result<void>: go on, or return the error.
#define VICINAL_TRY_VOID(expression)                                                                   \
  do {                                                                                                 \
    if (auto vicinal_status = (expression); !vicinal_status) return std::move(vicinal_status).error(); \
  } while (false)
