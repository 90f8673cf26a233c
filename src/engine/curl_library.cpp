#include "engine/curl_library.h"

#include <dlfcn.h>

#include <mutex>
#include <string>
#include <utility>

namespace vicinal::engine {
namespace {

constexpr const char* kLibraryName = "libcurl.so.4";  // this interface's number since 2006

template <class Function>
bool find_function(void* library, const char* name, Function& out) {
  out = reinterpret_cast<Function>(::dlsym(library, name));
  return out != nullptr;
}

/// An empty error text: all is there.
std::string open_curl(CurlLibrary& out) {
  void* library = ::dlopen(kLibraryName, RTLD_NOW | RTLD_LOCAL);
  const bool whole = library != nullptr && find_function(library, "curl_global_init", out.global_init) &&
                     find_function(library, "curl_easy_init", out.easy_init) &&
                     find_function(library, "curl_easy_cleanup", out.easy_cleanup) &&
                     find_function(library, "curl_easy_setopt", out.easy_setopt) &&
                     find_function(library, "curl_easy_perform", out.easy_perform) &&
                     find_function(library, "curl_easy_getinfo", out.easy_getinfo) &&
                     find_function(library, "curl_easy_strerror", out.easy_strerror) &&
                     find_function(library, "curl_slist_append", out.slist_append) &&
                     find_function(library, "curl_slist_free_all", out.slist_free_all);
  if (whole) return out.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? "" : "it does not start";
  const char* reason = ::dlerror();
  return reason == nullptr ? "it lacks a function" : reason;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static CurlLibrary curl;
  static std::string failure;
  static std::once_flag once;
  std::call_once(once, [] { failure = open_curl(curl); });
  if (failure.empty()) return &std::as_const(curl);
  return Error(Code::network, "downloads need libcurl, which cannot be loaded")
      .with("reason", failure)
      .with("fix", "install it (Debian: apt install libcurl4), or pull from a folder or archive");
}

}  // namespace vicinal::engine
