#include "index/folder.h"

#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/digest.h"
#include "base/file.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kDatabase = "collection.db";
constexpr std::string_view kNewDatabase = "collection.db.new";
constexpr std::string_view kLog = "collection.db-wal";
constexpr std::string_view kLock = "writer.lock";
constexpr std::string_view kTail = "tail-";
constexpr std::string_view kSegment = "segment-";
constexpr std::string_view kPostings = "postings-";
constexpr std::string_view kSuffix = ".vec";
constexpr std::string_view kPostingsSuffix = ".lex";
constexpr std::string_view kCodeSuffix = ".i8";
constexpr std::string_view kUnfinished = ".new";

std::string join(const std::string& folder, std::string_view name) { return folder + "/" + std::string(name); }

// The number in "<prefix>N<suffix>", written as we write it: no sign, no leading zero.
std::optional<uint64_t> number_in(std::string_view name, std::string_view prefix, std::string_view suffix = kSuffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return {};
  const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() || digits[0] == '0') return {};
  return number;
}

bool take_codes(std::string_view name, const std::string& path, FolderContent& content) {
  const bool unfinished = name.ends_with(kUnfinished);
  if (unfinished) name.remove_suffix(kUnfinished.size());
  const auto number = number_in(name, kSegment, kCodeSuffix);
  if (number) content.code_files.push_back({unfinished ? std::nullopt : number, path});
  return number.has_value();
}

bool take_postings(std::string_view name, const std::string& path, FolderContent& content) {
  const auto number = number_in(name, kPostings, kPostingsSuffix);
  if (number) content.postings_files.push_back({*number, path});
  return number.has_value();
}

bool is_part_of_database(std::string_view name) { return name.starts_with(kDatabase); }

void take_entry(const std::filesystem::directory_entry& entry, FolderContent& content) {
  const std::string name = entry.path().filename().string();
  std::error_code error;
  const uint64_t bytes = entry.is_regular_file(error) ? entry.file_size(error) : 0;
  const auto tail = number_in(name, kTail);
  const auto segment = number_in(name, kSegment);
  if (tail || segment) {
    const auto kind = tail ? VectorFileKind::tail : VectorFileKind::segment;
    content.vector_files.push_back({kind, tail ? *tail : *segment, entry.path().string(), bytes});
  } else if (!take_codes(name, entry.path().string(), content) &&
             !take_postings(name, entry.path().string(), content) && !is_part_of_database(name) && name != kLock) {
    ++content.foreign;
    return;
  }
  if (name == kDatabase) content.has_database = true;
  if (name == kLog) content.log_bytes = bytes;
  content.unfinished_creation |= name.starts_with(kNewDatabase);
  if (!error) content.bytes += bytes;
}

}  // namespace

std::string vector_file_path(const std::string& folder, VectorFileKind kind, uint64_t number) {
  return join(folder, kind == VectorFileKind::tail ? kTail : kSegment) + std::to_string(number) + std::string(kSuffix);
}

std::string code_file_path(const std::string& folder, uint64_t number) {
  return join(folder, kSegment) + std::to_string(number) + std::string(kCodeSuffix);
}

std::string postings_file_path(const std::string& folder, uint64_t number) {
  return join(folder, kPostings) + std::to_string(number) + std::string(kPostingsSuffix);
}

std::string database_path(const std::string& folder) { return join(folder, kDatabase); }
std::string new_database_path(const std::string& folder) { return join(folder, kNewDatabase); }
std::string lock_path(const std::string& folder) { return join(folder, kLock); }

Result<FolderContent> look_into(const std::string& folder) {
  FolderContent content;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return content;
  if (error) return base::system_error("the collection's folder cannot be read", folder, error.value());
  for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (error) return base::system_error("the collection's folder cannot be read", folder, error.value());
    take_entry(*entries, content);
  }
  return content;
}

namespace {

uint64_t file_identity(uint64_t collection, uint64_t kind, uint64_t number) {
  const uint64_t parts[] = {collection, kind, number};
  return base::xxh3_64(std::as_bytes(std::span(parts)));
}

// Beside the values of VectorFileKind.
constexpr uint64_t kCodesIdentity = 2;
constexpr uint64_t kPostingsIdentity = 3;

}  // namespace

uint64_t vector_file_identity(uint64_t collection, VectorFileKind kind, uint64_t number) {
  return file_identity(collection, static_cast<uint64_t>(kind), number);
}

uint64_t postings_file_identity(uint64_t collection, uint64_t number) {
  return file_identity(collection, kPostingsIdentity, number);
}

uint64_t code_file_identity(uint64_t collection, uint64_t number) {
  return file_identity(collection, kCodesIdentity, number);
}

}  // namespace vicinal::index
