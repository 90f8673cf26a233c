#pragma once
/// How long work reports and how it is stopped. The library never prints: it calls the sink.

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

namespace vicinal {
inline namespace v0 {

/// One report. Counts are inputs of the stage (documents while indexing, texts while embedding, bytes
/// while copying a model).
struct Progress {
  std::string stage;        ///< "scan", "embed", "merge", "copy" …
  size_t done = 0;          ///< inputs finished
  size_t total = 0;         ///< inputs in all; 0 while unknown
  size_t acknowledged = 0;  ///< the first this-many inputs are durable (0 where nothing is stored)
  double seconds = 0;       ///< since the work began
  std::string note;         ///< not empty: one line that a person should read once
};

/// Called from the working thread, at most a few times a second, and once at the end of a stage; must not throw.
using ProgressSink = std::function<void(const Progress&)>;

/// What long calls take besides their input. Both members may be left empty.
struct Watch {
  ProgressSink progress;
  std::stop_token stop;  ///< request stop: the call ends soon with Code::interrupted, acknowledged work kept
};

}  // namespace v0
}  // namespace vicinal
