#pragma once
/// Numbers as a person reads them.

#include <cstddef>
#include <string>

namespace vicinal::cli {

std::string grouped(size_t value);     ///< 3,904
std::string compact(double value);     ///< 950, 12.3 k, 1.2 M
std::string duration(double seconds);  ///< 12 ms, 3.4 s, 35 s, 2 min 10 s, 1 h 5 min
std::string byte_size(size_t bytes);   ///< 812 B, 1.5 MB (powers of 1000)
std::string counted(size_t count, const char* singular, const char* plural);  ///< "1 file", "3,904 files"

}  // namespace vicinal::cli
