#pragma once
/// Checks that a user can run: is the machine, the model and its arithmetic as it should be?

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/embedder.h"
#include "vicinal/progress.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

struct Finding {
  enum class Status { ok, warning, failed };
  std::string check;  ///< "model", "parity bf16", "cache directory" …
  Status status = Status::ok;
  std::string detail;  ///< what was found, with figures
  std::string fix;     ///< what to do; empty when ok
};

/// Processor, directories, model folder and a known sentence.
std::vector<Finding> check_health(std::string_view model);

/// The model's vectors against reference vectors that ship with the program, at every precision: the smallest
/// cosine over the texts beside its bound. A model without stored references is compared with its own f32.
std::vector<Finding> check_parity(std::string_view model);

/// A place of a collection that is not as it was written.
struct Damage {
  std::string path;   ///< the file
  std::string place;  ///< "page=7, offset=24576"; empty: the file as a whole
  std::string problem;
  std::string fix;
};

/// What verify_collection read, and what it found.
struct Verification {
  uint64_t documents = 0, chunks = 0, vectors = 0;  ///< vectors: of living documents
  uint64_t dead_vectors = 0;                        ///< of replaced and removed documents, until a merge drops them
  uint64_t pages = 0, files = 0, bytes = 0;         ///< pages of the database; files of vectors; bytes of both
  uint64_t damages = 0;
  uint64_t derived_damages = 0;  ///< of them: in files of words, which compact_collection makes anew from the texts
  std::vector<Damage> findings;  ///< the first 1,000
  double seconds = 0;
};

/// Reads all of a collection and checks all of it: every page of the database, every frame of its log, every document,
/// text, passage and index, every block of vectors and the bytes between; that each passage has exactly one vector and
/// each living vector a passage; that vectors are finite. Goes on behind damage. Takes no lock, changes nothing, sees
/// one commit; memory does not grow with the collection but for 8 bytes per replaced document and per page in the log.
/// not_found: no collection. unsupported: a newer format. interrupted.
Result<Verification> verify_collection(const std::string& folder, const Watch& watch = {});

/// A quick look at a collection: format, writer, sizes, dead vectors, log, leftovers, room on the disk.
std::vector<Finding> check_collection(const std::string& folder);

}  // namespace v0
}  // namespace vicinal
