#include "file_kind.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t megabyte = 1024 * 1024;
// WeCom's own limits: https://developer.work.weixin.qq.com/document/path/90253
constexpr std::size_t most_image = 10 * megabyte;
constexpr std::size_t most_voice = 2 * megabyte;
constexpr std::size_t most_video = 10 * megabyte;
constexpr std::size_t most_file = 20 * megabyte;
constexpr std::int64_t most_pixels = 64'000'000;
constexpr std::int64_t longest_side = 16'384;
constexpr std::size_t longest_name = 100;
constexpr std::size_t looked_at = 4'096;

unsigned byte_at(std::string_view data, std::size_t at) {
    return at < data.size() ? static_cast<unsigned char>(data[at]) : 0U;
}
std::int64_t big(std::string_view data, std::size_t at, std::size_t bytes) {
    auto number = std::int64_t{0};
    for (std::size_t i = 0; i < bytes; ++i) number = number * 256 + byte_at(data, at + i);
    return number;
}
std::int64_t little(std::string_view data, std::size_t at, std::size_t bytes) {
    auto number = std::int64_t{0};
    for (std::size_t i = bytes; i > 0; --i) number = number * 256 + byte_at(data, at + i - 1);
    return number;
}

FileKind image(std::string type, std::string ending, std::int64_t width, std::int64_t height) {
    return {AttachmentKind::image, std::move(type), std::move(ending), width, height};
}
FileKind other(AttachmentKind kind, std::string type, std::string ending) {
    return {kind, std::move(type), std::move(ending), {}, {}};
}

// The frame header of a JPEG says its size; segments before it are passed over.
FileKind jpeg(std::string_view data) {
    auto at = std::size_t{2};
    while (at + 9 < data.size() && byte_at(data, at) == 0xFF) {
        auto const marker = byte_at(data, at + 1);
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        auto const is_frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (is_frame) return image("image/jpeg", ".jpg", big(data, at + 7, 2), big(data, at + 5, 2));
        at += 2 + static_cast<std::size_t>(std::max<std::int64_t>(big(data, at + 2, 2), 2));
    }
    return image("image/jpeg", ".jpg", 0, 0);
}

FileKind webp(std::string_view data) {
    auto const chunk = data.substr(12, 4);
    if (chunk == "VP8X") return image("image/webp", ".webp", little(data, 24, 3) + 1, little(data, 27, 3) + 1);
    if (chunk == "VP8 ")
        return image("image/webp", ".webp", little(data, 26, 2) & 0x3FFF, little(data, 28, 2) & 0x3FFF);
    auto const packed = little(data, 21, 4);
    return image("image/webp", ".webp", (packed & 0x3FFF) + 1, ((packed >> 14) & 0x3FFF) + 1);
}

std::optional<FileKind> picture(std::string_view data) {
    if (data.starts_with("\x89PNG\r\n\x1a\n"sv)) return image("image/png", ".png", big(data, 16, 4), big(data, 20, 4));
    if (data.starts_with("\xff\xd8\xff"sv)) return jpeg(data);
    if (data.starts_with("GIF87a"sv) || data.starts_with("GIF89a"sv))
        return image("image/gif", ".gif", little(data, 6, 2), little(data, 8, 2));
    if (data.starts_with("RIFF"sv) && data.size() > 30 && data.substr(8, 4) == "WEBP") return webp(data);
    return std::nullopt;
}

std::optional<FileKind> recording(std::string_view data) {
    if (data.starts_with("#!AMR"sv)) return other(AttachmentKind::voice, "audio/amr", ".amr");
    if (data.starts_with("OggS"sv)) return other(AttachmentKind::voice, "audio/ogg", ".ogg");
    if (data.starts_with("ID3"sv) || data.starts_with("\xff\xfb"sv))
        return other(AttachmentKind::voice, "audio/mpeg", ".mp3");
    if (data.size() > 12 && data.substr(4, 4) == "ftyp") return other(AttachmentKind::video, "video/mp4", ".mp4");
    return std::nullopt;
}

std::string ending_of(std::string_view name) {
    auto const dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string{} : text::to_lower(name.substr(dot));
}

struct Known {
    std::string_view ending;
    std::string_view type;
};
// Packed documents are told apart by their names only; all of them are downloads.
constexpr auto packed =
    std::array<Known, 4>{{{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
                          {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
                          {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
                          {".zip", "application/zip"}}};
constexpr auto compound = std::array<Known, 4>{{{".doc", "application/msword"},
                                                {".xls", "application/vnd.ms-excel"},
                                                {".ppt", "application/vnd.ms-powerpoint"},
                                                {".wps", "application/octet-stream"}}};

template <class List>
std::optional<FileKind> by_name(List const& list, std::string_view name) {
    auto const ending = ending_of(name);
    for (auto const& known : list)
        if (known.ending == ending)
            return other(AttachmentKind::file, std::string{known.type}, std::string{known.ending});
    return std::nullopt;
}

bool is_plain_text(std::string_view data) {
    auto const head = data.substr(0, looked_at);
    auto const is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    };
    if (std::ranges::any_of(head, is_control)) return false;
    auto const first = text::trim(head.starts_with("\xef\xbb\xbf") ? head.substr(3) : head);
    return !first.starts_with('<') && !first.starts_with("#!");
}

std::optional<FileKind> document(std::string_view data, std::string_view name) {
    if (data.starts_with("%PDF-"sv)) return other(AttachmentKind::file, "application/pdf", ".pdf");
    if (data.starts_with("PK\x03\x04"sv)) return by_name(packed, name);
    if (data.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv)) return by_name(compound, name);
    if (!is_plain_text(data)) return std::nullopt;
    if (ending_of(name) == ".csv") return other(AttachmentKind::file, "text/csv", ".csv");
    if (ending_of(name) == ".txt") return other(AttachmentKind::file, "text/plain", ".txt");
    return std::nullopt;
}

std::size_t most_bytes(AttachmentKind kind) {
    switch (kind) {
        case AttachmentKind::image:
            return most_image;
        case AttachmentKind::voice:
            return most_voice;
        case AttachmentKind::video:
            return most_video;
        case AttachmentKind::file:
            return most_file;
    }
    return most_file;
}

bool is_reserved(std::string_view stem) {
    static constexpr auto names = std::array<std::string_view, 4>{"con", "prn", "aux", "nul"};
    auto const lower = text::to_lower(stem);
    if (std::ranges::find(names, lower) != names.end()) return true;
    return lower.size() == 4 && (lower.starts_with("com") || lower.starts_with("lpt")) && lower[3] >= '0' &&
           lower[3] <= '9';
}

}  // namespace

Result<FileKind> file_kind(std::string_view content, std::string_view file_name) {
    if (content.empty()) return invalid_field("content", "文件是空的");
    auto kind = picture(content);
    if (!kind) kind = recording(content);
    if (!kind) kind = document(content, file_name);
    if (!kind)
        return invalid_field("content", "不支持这种文件，可以上传图片、语音、MP4 视频、PDF、Office 文档、文本和 ZIP");
    if (auto const most = most_bytes(kind->kind); content.size() > most)
        return invalid_field("content", "文件太大，这种文件不能超过 " + std::to_string(most / megabyte) + " MB");
    if (kind->kind == AttachmentKind::image) {
        auto const width = kind->width.value_or(0);
        auto const height = kind->height.value_or(0);
        if (width <= 0 || height <= 0) return invalid_field("content", "图片已损坏，请重新选择");
        if (width > longest_side || height > longest_side || width * height > most_pixels)
            return invalid_field("content", "图片尺寸太大，请压缩后再上传");
    }
    return *kind;
}

std::string safe_file_name(std::string_view name, FileKind const& kind) {
    auto const slash = name.find_last_of("/\\");
    auto base = slash == std::string_view::npos ? name : name.substr(slash + 1);
    if (!text::is_valid_utf8(base)) base = {};
    auto stem = std::string{};
    for (auto const c : base.substr(0, base.rfind('.') == std::string_view::npos ? base.size() : base.rfind('.'))) {
        auto const code = static_cast<unsigned char>(c);
        if (code < 0x20 || code == 0x7F || std::string_view{"<>:\"|?*"}.find(c) != std::string_view::npos) continue;
        stem += c;
    }
    stem = text::truncate(text::trim(stem), longest_name - kind.ending.size());
    while (!stem.empty() && (stem.front() == '.' || stem.front() == ' ')) stem.erase(0, 1);
    while (!stem.empty() && (stem.back() == '.' || stem.back() == ' ')) stem.pop_back();
    if (stem.empty() || is_reserved(stem)) stem = "文件";
    return stem + kind.ending;
}

}  // namespace wescrm::sales
