#include "index/postings_file.h"

#include <unistd.h>

#include "base/framed_file.h"
#include "index/folder.h"

namespace vicinal::index {

namespace {

constexpr std::string_view kPostingsKind = "postings";
constexpr base::FrameVersions kPostingsVersions = {1, 1};

Error foreign(const std::string& path, std::string_view what) {
  return Error(Code::corrupt, "the postings are damaged")
      .with("path", path)
      .with("what", what)
      .with("fix", postings::kHowToMend);
}

}  // namespace

Result<PostingsFile> PostingsFile::open(const std::string& folder, const Manifest& manifest,
                                        const PostingsEntry& entry) {
  PostingsFile file;
  file.entry_ = entry;
  file.identity_ = postings_file_identity(manifest.collection, entry.number);
  VICINAL_TRY(file.map_, base::MappedFile::open(postings_file_path(folder, entry.number)));
  return file;
}

Result<postings::Image*> PostingsFile::image() {
  if (image_) return image_.get();
  base::FrameHeader header;
  auto payload = base::framed_payload(map_, kPostingsKind, kPostingsVersions, base::Verify::header_only, &header);
  if (!payload) return foreign(map_.path(), payload.error().message());
  if (header.identity != identity_) return foreign(map_.path(), "the file is another collection's");
  VICINAL_TRY(auto image, postings::Image::open(*payload, map_.path(), postings::Image::Trust::verify));
  const auto documents = image->documents();
  const bool in_range = documents.empty() || (documents.front() >= entry_.first && documents.back() <= entry_.last);
  if (image->rows() != entry_.rows || !in_range) return foreign(map_.path(), "the database says otherwise");
  image_ = std::move(image);
  return image_.get();
}

Result<> PostingsFile::verify_frame() {
  const auto payload = base::framed_payload(map_, kPostingsKind, kPostingsVersions, base::Verify::everything);
  if (!payload) return foreign(map_.path(), payload.error().message());
  return {};
}

Result<> PostingsFile::verify() {
  VICINAL_TRY(postings::Image* const opened, image());
  VICINAL_TRY_VOID(verify_frame());
  return opened->verify();
}

Result<uint64_t> write_postings_file(const std::string& path, uint64_t identity,
                                     const std::function<Result<>(const postings::ByteSink&)>& write) {
  ::unlink(path.c_str());  // a number that was never committed: what lies there is left of a run that failed
  VICINAL_TRY(base::FrameWriter frame, base::FrameWriter::create(path, {std::string(kPostingsKind), 1, 0, identity}));
  VICINAL_TRY_VOID(write([&](std::span<const std::byte> bytes) { return frame.append(bytes); }));
  const uint64_t bytes = base::kFrameHeaderBytes + frame.payload_bytes() + base::kFrameFooterBytes;
  VICINAL_TRY_VOID(frame.finish());
  return bytes;
}

}  // namespace vicinal::index
