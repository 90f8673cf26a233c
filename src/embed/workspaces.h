#pragma once
/// Workspaces that are not in use, so that several calls at once share their memory.

#include <mutex>
#include <utility>
#include <vector>

#include "model/encoder.h"

namespace vicinal::embed {

/// Thread-safe.
class Workspaces {
 public:
  /// `keep`: how many idle ones are worth their memory.
  explicit Workspaces(size_t keep) : keep_(keep) {}

  /// An idle workspace keeps no more than this: what a large batch took goes back to the system. Before first use.
  void set_kept_bytes(size_t bytes) { kept_bytes_ = bytes; }

  /// A workspace for one piece of work; goes back when it dies.
  class Lease {
   public:
    explicit Lease(Workspaces& owner) : owner_(owner), workspace_(owner.take()) {}
    ~Lease() { owner_.give_back(std::move(workspace_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    model::Workspace& operator*() { return workspace_; }

   private:
    Workspaces& owner_;
    model::Workspace workspace_;
  };

 private:
  model::Workspace take();
  void give_back(model::Workspace workspace);

  const size_t keep_;
  size_t kept_bytes_ = size_t{64} << 20;
  std::mutex mutex_;
  std::vector<model::Workspace> idle_;  ///< guarded by mutex_
};

}  // namespace vicinal::embed
