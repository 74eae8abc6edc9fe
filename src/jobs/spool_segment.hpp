#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <wescrm/base/encoding.hpp>
#include <wescrm/jobs/spool.hpp>

// One file of the spool: records one after the other, each framed as magic and version (4 bytes), length (4, little endian), CRC-32C of
// length and content (4), content.
namespace wescrm::jobs::segment {

constexpr std::size_t frame_bytes = 12;
constexpr std::size_t longest_record = Spool::longest_record;

void frame(Bytes& out, std::string_view record);

struct Read {
    Bytes record;
    std::uint64_t next = 0;  ///< where the following record begins
};
/// The record that begins at `offset`; nullopt if it is unfinished, damaged or the end.
[[nodiscard]] std::optional<Read> read_at(std::string_view content, std::uint64_t offset);

/// The length of the part of `content` that consists of whole records, and how many they are.
struct Extent {
    std::uint64_t bytes = 0;
    std::uint64_t records = 0;
};
[[nodiscard]] Extent valid_part(std::string_view content, std::uint64_t from = 0);

[[nodiscard]] std::filesystem::path path_of(std::filesystem::path const& folder, std::uint64_t number);
/// nullopt if the name is none of ours.
[[nodiscard]] std::optional<std::uint64_t> number_of(std::filesystem::path const& file);

/// The whole file, or at most `size` bytes from `offset`; empty if it cannot be read.
[[nodiscard]] std::string content_of(std::filesystem::path const& file, std::uint64_t offset = 0, std::uint64_t size = ~std::uint64_t{0});

/// A file being appended to. Throws nothing; a failed write or sync makes it unusable for ever.
class Writer {
public:
    Writer() = default;
    ~Writer();
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    /// Creates the file and syncs the folder.
    [[nodiscard]] bool create(std::filesystem::path const& folder, std::uint64_t number);
    [[nodiscard]] bool append(std::string_view bytes);
    [[nodiscard]] bool sync();
    void close() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return file_ >= 0; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    int file_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace wescrm::jobs::segment
