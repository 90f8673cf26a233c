#pragma once
/// A disk that keeps what was synced and may lose, tear and reorder the rest: what a folder may hold after a power
/// loss.
///
/// Calls are replayed onto it in the order in which they were made. An image of it is one of the folders that a machine
/// could find afterwards, as POSIX allows it, which is more than any one file system does: of a file's bytes that
/// were not synced, each sector of 512 bytes is as it was at some moment since the last sync; names that were made,
/// moved or removed without a sync of their folder are there or not, each by itself. After a sync that failed the
/// system takes its pages for clean (as Linux does), so a later sync does not bring them to the disk unless they are
/// written again.

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "durability/file_calls.h"

namespace vicinal::durability {

/// A call with bytes of its own, as it was made.
struct RecordedCall {
  explicit RecordedCall(const FileCall& call, bool failed_sync = false);
  FileCall call;
  std::string bytes;  ///< call.bytes is not to be used
  bool failed_sync = false;
};

class RecordedDisk {
 public:
  explicit RecordedDisk(std::string root);

  void apply(const RecordedCall& recorded);

  enum class Loss {
    nothing,     ///< what a killed process leaves
    everything,  ///< all that was not synced
    latest,      ///< each file and folder is as it was at one moment
    any,         ///< each sector and each name by itself
  };
  /// Writes one possible content of the root into the folder, which is made.
  void write_image(const std::string& folder, Loss loss, std::mt19937_64& random) const;

 private:
  struct Node;
  using NodePtr = std::shared_ptr<Node>;
  using Names = std::map<std::string, NodePtr, std::less<>>;
  struct Place {
    Node* folder = nullptr;
    std::string name;
  };
  struct NameChange {
    FileCall::Kind kind;
    std::string name, to;
    NodePtr node, other;
  };
  struct Write {
    uint64_t offset = 0;
    std::string bytes;
    bool truncates = false;  ///< to `offset`
  };
  struct Node {
    bool is_folder = false;
    Names names, durable_names;
    std::vector<NameChange> name_changes;
    std::string content, durable;
    std::vector<Write> writes;             ///< since the last sync
    std::map<uint64_t, std::string> lost;  ///< sectors of writes whose sync failed: on the disk or not
  };
  class Imager;

  Place place_of(std::string_view path) const;
  Node& node_at(std::string_view path) const;
  void change_name(const RecordedCall& recorded);
  static void apply(Names& names, const NameChange& change);
  static void apply(std::string& content, const Write& write);
  static void sync(Node& file);
  static void fail_sync(Node& file);

  std::string root_;
  NodePtr top_;
};

}  // namespace vicinal::durability
