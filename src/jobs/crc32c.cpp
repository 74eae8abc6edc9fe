#include <array>

#include <wescrm/jobs/spool.hpp>

namespace wescrm::jobs {
namespace {

constexpr std::uint32_t castagnoli = 0x82F63B78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
    auto table = std::array<std::uint32_t, 256>{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        auto value = byte;
        for (auto bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? castagnoli : 0U);
        table[byte] = value;
    }
    return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint32_t crc32c(std::string_view data, std::uint32_t seed) noexcept {
    auto crc = ~seed;
    for (auto c : data) crc = (crc >> 8U) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
    return ~crc;
}

}  // namespace wescrm::jobs
