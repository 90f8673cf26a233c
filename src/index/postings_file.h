#pragma once
/// postings-N.lex: an inverted index over the passages of a range of documents, mapped. Byte tables:
/// docs/formats/postings.md.
///
/// Derived from the texts in the database, and made anew from them where it is damaged. Named by the database as vector
/// files are: an entry covers all documents of its range, ranges of a commit do not overlap and leave nothing out below
/// the last one's end.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/mapped_file.h"
#include "index/manifest.h"
#include "postings/image.h"
#include "postings/image_writer.h"

namespace vicinal::index {

/// A file that is kept mapped, so that it stays readable after it was unlinked; looked into when it is first needed.
class PostingsFile {
 public:
  /// not_found: it is not there.
  static Result<PostingsFile> open(const std::string& folder, const Manifest& manifest, const PostingsEntry& entry);

  const PostingsEntry& entry() const { return entry_; }
  /// corrupt: not this collection's, or a table that cannot be.
  Result<postings::Image*> image();
  std::span<const std::byte> bytes() const { return map_.bytes(); }
  /// The checksum of the whole.
  Result<> verify_frame();
  /// And every list.
  Result<> verify();

 private:
  PostingsFile() = default;
  PostingsEntry entry_;
  uint64_t identity_ = 0;
  base::MappedFile map_;
  std::unique_ptr<postings::Image> image_;
};

/// Writes a new file: `write` is given where its payload goes. The size of the file; on an error nothing is left.
Result<uint64_t> write_postings_file(const std::string& path, uint64_t identity,
                                     const std::function<Result<>(const postings::ByteSink&)>& write);

}  // namespace vicinal::index
