#pragma once
/// Memory that was freed goes back to the system, where the C library keeps it otherwise.

namespace vicinal::embed {

/// Costs a few milliseconds at most: after opening a model, after a large call. Thread-safe.
void return_memory();

}  // namespace vicinal::embed
