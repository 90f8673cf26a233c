#pragma once
/// How much room text takes on a terminal: columns ("cells"), as characters that a person perceives.
///
/// Escape sequences for colours (ESC [ … letter) take none. Text that is not valid UTF-8 takes a cell a byte.

#include <cstddef>
#include <string_view>

namespace vicinal::cli {

/// What a cursor steps over: a code point with the ones of no width behind it, and what joiners bind to it.
struct Cluster {
  size_t bytes = 0;
  size_t cells = 0;  ///< 0 to 2
};

/// REQUIRES: not empty.
Cluster first_cluster(std::string_view text);
/// The last one of `text`; bytes 0 where it is empty. Takes time linear in the text.
Cluster last_cluster(std::string_view text);

size_t cells_of(std::string_view text);
/// The longest beginning of whole clusters that fits.
std::string_view fitting(std::string_view text, size_t cells);
/// Bytes of the escape sequence that `text` begins with; 0 if it begins with none.
size_t escape_bytes(std::string_view text);

}  // namespace vicinal::cli
