#pragma once
/// libcurl, loaded when a download begins and not before: with it come some thirty libraries (TLS, Kerberos, LDAP …),
/// whose relocation alone would be half of a short run of the program.

#include <curl/curl.h>

#include "base/check.h"

namespace vicinal::engine {

/// The functions of libcurl that the program uses, under their names without "curl_".
struct CurlLibrary {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;

  /// Loaded and initialised on first use, kept until the process ends. network: it is not installed. Thread-safe.
  static Result<const CurlLibrary*> load();
};

}  // namespace vicinal::engine
