#include "engine/hub.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/file.h"
#include "engine/curl_library.h"
#include "engine/model_files.h"

namespace vicinal::engine {
namespace {

constexpr long kConnectSeconds = 30;
constexpr long kStallSeconds = 60;  // slower than a byte a second for so long: given up
constexpr uint64_t kMaxFileBytes = uint64_t{16} << 30;

struct FreeHandle {
  const CurlLibrary* curl;
  void operator()(CURL* handle) const { curl->easy_cleanup(handle); }
};
struct FreeList {
  const CurlLibrary* curl;
  void operator()(curl_slist* list) const { curl->slist_free_all(list); }
};

std::string environment_or(const char* name, std::string fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : std::move(fallback);
}

/// One file on its way to disk.
struct Download {
  base::File file;
  uint64_t bytes = 0;
  std::optional<Error> error;
  const Watch* watch = nullptr;
};

size_t receive(char* data, size_t size, size_t count, void* user) {
  auto& download = *static_cast<Download*>(user);
  const size_t bytes = size * count;
  if (download.bytes + bytes > kMaxFileBytes) {
    download.error = Error(Code::network, "the hub sends more than a model file can hold");
    return 0;
  }
  const auto written = download.file.write_at(download.bytes, std::as_bytes(std::span(data, bytes)));
  if (!written) {
    download.error = written.error();
    return 0;
  }
  download.bytes += bytes;
  return bytes;
}

int watch_progress(void* user, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  const auto& download = *static_cast<Download*>(user);
  if (download.watch->progress)
    download.watch->progress(
        {.stage = "copy", .done = static_cast<size_t>(done), .total = static_cast<size_t>(total), .note = {}});
  return download.watch->stop.stop_requested() ? 1 : 0;
}

void set_options(const CurlLibrary& curl, CURL* handle, const std::string& url, Download& download,
                 curl_slist* headers) {
  curl.easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl.easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl.easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
  curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl.easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl.easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  curl.easy_setopt(handle, CURLOPT_USERAGENT, "vicinal");
  curl.easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  curl.easy_setopt(handle, CURLOPT_WRITEDATA, &download);
  curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch_progress);
  curl.easy_setopt(handle, CURLOPT_XFERINFODATA, &download);
}

/// The HTTP status; 0 for protocols without one. An error for everything that is not an answer of the server.
Result<long> get(const std::string& url, Download& download) {
  VICINAL_TRY(const CurlLibrary* curl, CurlLibrary::load());
  const std::unique_ptr<CURL, FreeHandle> handle(curl->easy_init(), {curl});
  if (handle == nullptr) return Error(Code::network, "the HTTP library does not start");
  const std::string token = environment_or("HF_TOKEN", "");
  std::unique_ptr<curl_slist, FreeList> headers(nullptr, {curl});
  if (!token.empty()) headers.reset(curl->slist_append(nullptr, ("Authorization: Bearer " + token).c_str()));
  set_options(*curl, handle.get(), url, download, headers.get());
  const CURLcode code = curl->easy_perform(handle.get());
  long status = 0;
  curl->easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (download.error) return *std::move(download.error);
  if (code == CURLE_ABORTED_BY_CALLBACK) return Error(Code::interrupted, "stopped");
  if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR) return status;
  return Error(Code::network, "the hub cannot be reached").with("url", url).with("reason", curl->easy_strerror(code));
}

Result<> fetch_file(const std::string& url, const std::string& path, bool required, const Watch& watch) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  Download download{.watch = &watch};
  VICINAL_TRY(download.file, base::File::open(path, base::File::Mode::create_exclusive));
  VICINAL_TRY(const long status, get(url, download));
  if (status < 400) return download.file.sync();
  std::filesystem::remove(path, ignored);
  if (!required && (status == 404 || status == 403)) return {};
  return Error(Code::network, "the hub does not give the file").with("url", url).with("status", status);
}

}  // namespace

Result<> fetch_from_hub(const std::string& repository, const std::string& folder, const Watch& watch) {
  const std::string base = environment_or("HF_ENDPOINT", "https://huggingface.co");
  for (const ModelFile& file : kModelFiles) {
    const std::string name(file.name);
    VICINAL_TRY_VOID(
        fetch_file(base + "/" + repository + "/resolve/main/" + name, folder + "/" + name, file.required, watch));
  }
  return {};
}

}  // namespace vicinal::engine
