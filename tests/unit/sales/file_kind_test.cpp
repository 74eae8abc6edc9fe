#include "rules/file_kind.hpp"

#include <gtest/gtest.h>

namespace wescrm::sales {
namespace {

using namespace std::string_literals;

std::string big(std::uint32_t number) {
    auto text = std::string{};
    for (auto shift = 24; shift >= 0; shift -= 8) text += static_cast<char>((number >> shift) & 0xFF);
    return text;
}
std::string png(std::uint32_t width, std::uint32_t height) {
    return "\x89PNG\r\n\x1a\n"s + big(13) + "IHDR" + big(width) + big(height) + std::string(20, '\0');
}
std::string jpeg() {
    return "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08\x00\x30\x00\x40\x03"s +
           std::string(20, '\0');
}
std::string seen(std::string const& content, std::string const& name = "x") {
    auto const kind = file_kind(content, name);
    if (!kind) return "refused: " + kind.error().fields.front().message;
    return kind->content_type +
           (kind->width ? " " + std::to_string(*kind->width) + "x" + std::to_string(*kind->height) : std::string{});
}

TEST(FileKind, IsSeenFromTheContentWhateverTheNameSays) {
    EXPECT_EQ(seen(png(640, 480), "rechnung.exe"), "image/png 640x480");
    EXPECT_EQ(seen(jpeg()), "image/jpeg 64x48");
    EXPECT_EQ(seen("GIF89a\x10\x00\x08\x00"s + std::string(10, '\0')), "image/gif 16x8");
    EXPECT_EQ(seen("#!AMR\n\x3c\x91"s), "audio/amr");
    EXPECT_EQ(seen("\x00\x00\x00\x18"
                   "ftypmp42"s +
                   std::string(8, '\0')),
              "video/mp4");
    EXPECT_EQ(seen("%PDF-1.7\n"), "application/pdf");
    EXPECT_EQ(seen("PK\x03\x04..."s, "报价.XLSX"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    EXPECT_EQ(seen("姓名,电话\n", "名单.csv"), "text/csv");
}

TEST(FileKind, WhatIsNoneOfThemOrTooLargeIsRefused) {
    for (auto const& [content, name] :
         {std::pair{"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"s, "a.txt"s}, std::pair{"  <html>"s, "a.txt"s},
          std::pair{"\xef\xbb\xbf<!doctype html>"s, "a.csv"s}, std::pair{"#!/bin/sh\n"s, "a.txt"s},
          std::pair{"MZ\x90\x00"s, "a.png"s}, std::pair{"PK\x03\x04..."s, "a.jar"s}, std::pair{"text"s, "a.html"s},
          std::pair{"\x7f"
                    "ELF\x02\x01"s,
                    "a"s}})
        EXPECT_TRUE(seen(content, name).starts_with("refused: 不支持")) << name << seen(content, name);
    EXPECT_EQ(seen(""), "refused: 文件是空的");
    EXPECT_EQ(seen(png(20'000, 20'000)), "refused: 图片尺寸太大，请压缩后再上传");
    EXPECT_EQ(seen(png(16'000, 16'000)), "refused: 图片尺寸太大，请压缩后再上传");
    EXPECT_EQ(seen(png(0, 10)), "refused: 图片已损坏，请重新选择");
    EXPECT_EQ(seen("\xff\xd8\xff"s), "refused: 图片已损坏，请重新选择");
    EXPECT_EQ(seen("#!AMR"s + std::string(3 * 1024 * 1024, 'x')), "refused: 文件太大，这种文件不能超过 2 MB");
}

TEST(FileKind, ShortContentsAreReadWithinTheirBounds) {
    for (auto const& whole : {png(64, 48), jpeg(), "RIFF\x10\x00\x00\x00WEBPVP8X"s + std::string(20, '\1')})
        for (std::size_t length = 0; length < whole.size(); ++length)
            EXPECT_FALSE(seen(whole.substr(0, length)).empty()) << length;
}

TEST(SafeFileName, HasNoFolderNoControlsAndTheEndingOfTheContent) {
    auto const image = FileKind{AttachmentKind::image, "image/png", ".png", 1, 1};
    EXPECT_EQ(safe_file_name("现场.jpeg", image), "现场.png");
    EXPECT_EQ(safe_file_name("../../etc/passwd", image), "passwd.png");
    EXPECT_EQ(safe_file_name("C:\\temp\\a\r\nb\".png", image), "ab.png");
    EXPECT_EQ(safe_file_name("CON.png", image), "文件.png");
    EXPECT_EQ(safe_file_name("com1", image), "文件.png");
    EXPECT_EQ(safe_file_name("", image), "文件.png");
    EXPECT_EQ(safe_file_name("...", image), "文件.png");
    EXPECT_EQ(safe_file_name("\xff\xfe.png", image), "文件.png");
    EXPECT_LE(safe_file_name(std::string(300, 'x'), image).size(), 110U);
}

}  // namespace
}  // namespace wescrm::sales
