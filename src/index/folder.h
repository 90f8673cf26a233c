#pragma once
/// The names of a collection's files, and what lies in the folder.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"

namespace vicinal::index {

enum class VectorFileKind : uint8_t { tail = 0, segment = 1 };

/// "<folder>/tail-7.vec", "<folder>/segment-7.vec".
std::string vector_file_path(const std::string& folder, VectorFileKind kind, uint64_t number);
/// "<folder>/segment-7.i8": codes of a segment (code_file.h).
std::string code_file_path(const std::string& folder, uint64_t number);
/// "<folder>/postings-7.lex": an inverted index over passages (postings_file.h).
std::string postings_file_path(const std::string& folder, uint64_t number);
std::string database_path(const std::string& folder);      ///< collection.db
std::string new_database_path(const std::string& folder);  ///< what a creation that was cut short leaves
std::string lock_path(const std::string& folder);          ///< writer.lock

struct FolderContent {
  struct VectorFile {
    VectorFileKind kind = VectorFileKind::tail;
    uint64_t number = 0;
    std::string path;
    uint64_t bytes = 0;
  };
  struct CodeFile {
    std::optional<uint64_t> number;  ///< of its segment; nothing for one that was not finished
    std::string path;
  };
  struct PostingsFile {
    uint64_t number = 0;
    std::string path;
  };
  bool has_database = false;
  std::vector<VectorFile> vector_files;
  std::vector<CodeFile> code_files;
  std::vector<PostingsFile> postings_files;
  size_t foreign = 0;                ///< entries that are no part of a collection
  uint64_t bytes = 0;                ///< of all files of the collection
  uint64_t log_bytes = 0;            ///< of SQLite's write-ahead log
  bool unfinished_creation = false;  ///< what a creation that was cut short leaves
};

/// A folder that is not there is no error: it is empty.
Result<FolderContent> look_into(const std::string& folder);

/// Identity in the header of a vector file: a file of another collection or with another number is found out.
uint64_t vector_file_identity(uint64_t collection, VectorFileKind kind, uint64_t number);
uint64_t postings_file_identity(uint64_t collection, uint64_t number);
uint64_t code_file_identity(uint64_t collection, uint64_t number);

}  // namespace vicinal::index
