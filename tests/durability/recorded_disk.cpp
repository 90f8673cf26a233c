#include "durability/recorded_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/check.h"

namespace vicinal::durability {

namespace {

constexpr uint64_t kSector = 512;
constexpr uint64_t kPage = 4096;

void copy_range(const std::string& from, std::string& to, uint64_t begin, uint64_t end) {
  end = std::min<uint64_t>({end, from.size(), to.size()});
  if (begin < end) from.copy(to.data() + begin, end - begin, begin);
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  VICINAL_CHECK(out.good());
}

}  // namespace

RecordedCall::RecordedCall(const FileCall& made, bool failed) : call(made), failed_sync(failed) {
  bytes.assign(reinterpret_cast<const char*>(made.bytes.data()), made.bytes.size());
  call.bytes = {};
}

/// Chooses what of the unsynced reached the disk, and writes it down.
class RecordedDisk::Imager {
 public:
  Imager(Loss loss, std::mt19937_64& random) : loss_(loss), random_(&random) {}

  void write(const Node& node, const std::string& path) {
    if (!node.is_folder) return write_file(path, content_of(node));
    std::filesystem::create_directory(path);
    for (const auto& [name, child] : names_of(node)) write(*child, path + "/" + name);
  }

 private:
  // How many of `count` changes, in order, reached the disk.
  size_t moment(size_t count) {
    if (loss_ == Loss::nothing) return count;
    return loss_ == Loss::everything ? 0 : (*random_)() % (count + 1);
  }
  bool coin() { return loss_ == Loss::nothing || (loss_ != Loss::everything && (*random_)() % 2 == 0); }

  Names names_of(const Node& folder) {
    Names names = folder.durable_names;
    const size_t until = moment(folder.name_changes.size());
    for (size_t i = 0; i < folder.name_changes.size(); ++i)
      if (loss_ == Loss::any ? coin() : i < until) apply(names, folder.name_changes[i]);
    return names;
  }

  std::string content_of(const Node& file) {
    std::string content = file.durable;
    for (const auto& [sector, bytes] : file.lost)
      if (sector * kSector < content.size() && coin())
        bytes.copy(content.data() + sector * kSector, std::min(bytes.size(), content.size() - sector * kSector));
    const size_t until = moment(file.writes.size());
    if (loss_ == Loss::any) return torn(file, std::move(content), until);
    for (size_t i = 0; i < until; ++i) apply(content, file.writes[i]);
    return content;
  }

  // The size is that of one moment; each sector is as it was at a moment of its own. A truncation is whole and in
  // order, as every journalling file system makes it.
  std::string torn(const Node& file, std::string content, size_t until) {
    size_t i = 0;
    const auto last_truncation = std::find_if(file.writes.rend() - static_cast<ptrdiff_t>(until), file.writes.rend(),
                                              [](const Write& write) { return write.truncates; });
    for (; i < static_cast<size_t>(file.writes.rend() - last_truncation); ++i) apply(content, file.writes[i]);
    std::vector<std::string> moments = {content};
    size_t size = content.size();
    for (; i < file.writes.size() && !file.writes[i].truncates; ++i) {
      apply(content, file.writes[i]);
      moments.push_back(content);
      if (i < until) size = content.size();
    }
    content.assign(size, '\0');
    for (uint64_t at = 0; at < size; at += kSector)
      copy_range(moments[(*random_)() % moments.size()], content, at, at + kSector);
    return content;
  }

  Loss loss_;
  std::mt19937_64* random_;
};

RecordedDisk::RecordedDisk(std::string root) : root_(std::move(root)), top_(std::make_shared<Node>()) {
  top_->is_folder = true;
}

RecordedDisk::Place RecordedDisk::place_of(std::string_view path) const {
  VICINAL_CHECK(path.starts_with(root_) && path.size() > root_.size());
  path.remove_prefix(root_.size() + 1);
  Place place = {top_.get(), {}};
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    place.folder = place.folder->names.at(std::string(path.substr(0, slash))).get();
    path.remove_prefix(slash + 1);
  }
  place.name = path;
  return place;
}

RecordedDisk::Node& RecordedDisk::node_at(std::string_view path) const {
  if (path == root_) return *top_;
  const Place place = place_of(path);
  return *place.folder->names.at(place.name);
}

void RecordedDisk::apply(const RecordedCall& recorded) {
  using Kind = FileCall::Kind;
  const FileCall& call = recorded.call;
  switch (call.kind) {
    case Kind::open:
    case Kind::map:
      return;
    case Kind::write:
    case Kind::truncate: {
      Node& file = node_at(call.path);
      const bool truncates = call.kind == Kind::truncate;
      file.writes.push_back({truncates ? call.size : call.offset, recorded.bytes, truncates});
      return apply(file.content, file.writes.back());
    }
    case Kind::sync:
      return recorded.failed_sync ? fail_sync(node_at(call.path)) : sync(node_at(call.path));
    case Kind::sync_folder: {
      Node& folder = node_at(call.path);
      if (recorded.failed_sync) return;
      folder.durable_names = folder.names;
      return folder.name_changes.clear();
    }
    default:
      return change_name(recorded);
  }
}

void RecordedDisk::change_name(const RecordedCall& recorded) {
  using Kind = FileCall::Kind;
  const FileCall& call = recorded.call;
  const Place place = place_of(call.path);
  NameChange change = {call.kind, place.name, {}, {}, {}};
  if (call.kind == Kind::create || call.kind == Kind::make_folder) {
    change.node = std::make_shared<Node>();
    change.node->is_folder = call.kind == Kind::make_folder;
  } else {
    change.node = place.folder->names.at(place.name);
  }
  if (!call.to.empty()) {
    const Place to = place_of(call.to);
    VICINAL_CHECK(to.folder == place.folder);  // nothing moves between folders
    change.to = to.name;
    if (call.kind == Kind::exchange) change.other = place.folder->names.at(to.name);
  }
  apply(place.folder->names, change);
  place.folder->name_changes.push_back(std::move(change));
}

void RecordedDisk::apply(Names& names, const NameChange& change) {
  using Kind = FileCall::Kind;
  if (change.kind == Kind::create || change.kind == Kind::make_folder) {
    names[change.name] = change.node;
  } else if (change.kind == Kind::exchange) {
    names[change.name] = change.other;
    names[change.to] = change.node;
  } else {
    names.erase(change.name);
    if (change.kind == Kind::rename) names[change.to] = change.node;
  }
}

void RecordedDisk::apply(std::string& content, const Write& write) {
  if (write.truncates) return content.resize(write.offset);
  if (content.size() < write.offset + write.bytes.size()) content.resize(write.offset + write.bytes.size());
  content.replace(write.offset, write.bytes.size(), write.bytes);
}

// Pages that were written since reach the disk as they are now, and with them what an earlier sync lost of them.
void RecordedDisk::sync(Node& file) {
  for (const Write& write : file.writes) {
    if (write.truncates) file.durable.resize(std::min<uint64_t>(write.offset, file.durable.size()));
  }
  file.durable.resize(file.content.size());
  for (const Write& write : file.writes) {
    if (write.truncates) continue;
    const uint64_t begin = write.offset / kPage * kPage;
    const uint64_t end = (write.offset + write.bytes.size() + kPage - 1) / kPage * kPage;
    copy_range(file.content, file.durable, begin, end);
    file.lost.erase(file.lost.lower_bound(begin / kSector), file.lost.lower_bound(end / kSector));
  }
  file.writes.clear();
}

void RecordedDisk::fail_sync(Node& file) {
  file.durable.resize(file.content.size());
  for (const Write& write : file.writes) {
    if (write.truncates) continue;
    const uint64_t end = std::min<uint64_t>(write.offset + write.bytes.size(), file.content.size());
    for (uint64_t sector = write.offset / kSector; sector * kSector < end; ++sector)
      file.lost[sector] = file.content.substr(sector * kSector, kSector);
  }
  file.writes.clear();
}

void RecordedDisk::write_image(const std::string& folder, Loss loss, std::mt19937_64& random) const {
  Imager(loss, random).write(*top_, folder);
}

}  // namespace vicinal::durability
