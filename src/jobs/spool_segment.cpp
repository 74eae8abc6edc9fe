#include "spool_segment.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>


namespace wescrm::jobs::segment {
namespace {

constexpr std::string_view magic{"WSP1", 4};

void put(Bytes& out, std::uint32_t value) {
    for (auto shift = 0U; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xFFU);
}

std::uint32_t get(std::string_view in) {
    auto value = std::uint32_t{0};
    for (std::size_t i = 4; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(in[i]);
    return value;
}

bool sync_folder(std::filesystem::path const& folder) {
    auto const handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return false;
    auto const done = ::fsync(handle) == 0;
    ::close(handle);
    return done;
}

}  // namespace

void frame(Bytes& out, std::string_view record) {
    out += magic;
    put(out, static_cast<std::uint32_t>(record.size()));
    put(out, crc32c(record, crc32c(std::string_view{out}.substr(out.size() - 4))));
    out += record;
}

std::optional<Read> read_at(std::string_view content, std::uint64_t offset) {
    if (offset > content.size() || content.size() - offset < frame_bytes) return std::nullopt;
    auto const head = content.substr(offset, frame_bytes);
    auto const length = get(head.substr(4));
    if (!head.starts_with(magic) || length > longest_record) return std::nullopt;
    if (content.size() - offset - frame_bytes < length) return std::nullopt;
    auto const record = content.substr(offset + frame_bytes, length);
    if (crc32c(record, crc32c(head.substr(4, 4))) != get(head.substr(8))) return std::nullopt;
    return Read{Bytes{record}, offset + frame_bytes + length};
}

Extent valid_part(std::string_view content, std::uint64_t from) {
    auto extent = Extent{from, 0};
    while (auto const read = read_at(content, extent.bytes)) {
        extent.bytes = read->next;
        ++extent.records;
    }
    return extent;
}

std::filesystem::path path_of(std::filesystem::path const& folder, std::uint64_t number) {
    auto const digits = std::to_string(number);
    return folder / (std::string(20 - digits.size(), '0') + digits + ".spool");
}

std::optional<std::uint64_t> number_of(std::filesystem::path const& file) {
    auto const stem = file.stem().string();
    if (file.extension() != ".spool" || stem.size() != 20 || stem.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoull(stem);
}

std::string content_of(std::filesystem::path const& file, std::uint64_t offset, std::uint64_t size) {
    auto failure = std::error_code{};
    auto const whole = std::filesystem::file_size(file, failure);
    if (failure || offset >= whole) return {};
    auto stream = std::ifstream{file, std::ios::binary};
    stream.seekg(static_cast<std::streamoff>(offset));
    auto content = std::string(std::min(size, whole - offset), '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(stream.gcount()));
    return content;
}

Writer::~Writer() { close(); }

void Writer::close() noexcept {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
    size_ = 0;
}

bool Writer::create(std::filesystem::path const& folder, std::uint64_t number) {
    close();
    file_ = ::open(path_of(folder, number).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (file_ >= 0 && sync_folder(folder)) return true;
    close();
    return false;
}

bool Writer::append(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
    return true;
}

bool Writer::sync() { return ::fdatasync(file_) == 0; }

}  // namespace wescrm::jobs::segment
