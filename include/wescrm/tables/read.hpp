#pragma once
#include <wescrm/base/result.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::tables {

using Row = std::vector<std::string>;

/// Enforced while reading: a file that breaks one is refused before it costs memory.
struct Limits {
    std::size_t file_bytes = 20 * 1024 * 1024;
    std::size_t unpacked_bytes = 400 * 1024 * 1024;  ///< of one part of an xlsx
    std::size_t ratio = 200;                         ///< unpacked to packed, of a part beyond 1 MiB
    std::size_t shared_bytes = 64 * 1024 * 1024;     ///< texts that an xlsx keeps apart
    std::size_t rows = 100'000;                      ///< without the first one
    std::size_t columns = 200;
    std::size_t cell_bytes = 32 * 1024;
};

/// Gets one row after another with its number in the file (from 1), empty ones left out; trailing empty cells may be
/// missing. False ends the reading.
using EachRow = std::function<bool(std::int64_t number, Row row)>;

/// The first sheet of an xlsx, or a csv (comma, semicolon or tab; UTF-8, UTF-16 with a mark, or GB18030), told apart by
/// the content. Numbers come as plain_number, days as date_of_serial, formulas as their last value. invalid_input
/// "file" with a sentence for a person that names the row or the limit.
[[nodiscard]] Result<void> read(std::string_view file, Limits const& limits, EachRow const& each);

}  // namespace wescrm::tables
