#include <wescrm/http/multipart.hpp>

#include <gtest/gtest.h>

namespace wescrm::http::tests {
namespace {

TEST(MultipartBody, WhenAFileIsAddedThenItLooksAsWeComDocumentsIt) {
    auto body = Multipart{"acebdf13572468"};
    body.add({"media", "wework.txt", "application/octet-stream", "mytext"});
    EXPECT_EQ(body.content_type(), "multipart/form-data; boundary=acebdf13572468");
    EXPECT_EQ(body.body(),
              "--acebdf13572468\r\n"
              "Content-Disposition: form-data; name=\"media\"; filename=\"wework.txt\"; filelength=6\r\n"
              "Content-Type: application/octet-stream\r\n\r\n"
              "mytext\r\n"
              "--acebdf13572468--\r\n");
}

TEST(MultipartBody, WhenReadBackThenThePartsAreTheSame) {
    auto body = Multipart{};
    auto const parts =
        std::vector<Part>{{"note", "", "", ""},
                          {"media", "报价单.xlsx", "application/vnd.ms-excel", std::string{"\0\r\n--x\r\n", 8}},
                          {"more", "a.png", "image/png", "binary"}};
    for (auto const& part : parts) body.add(part);
    auto const read = parse_multipart(body.content_type(), body.body());
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), parts.size());
    for (auto i = std::size_t{0}; i < parts.size(); ++i) {
        EXPECT_EQ((*read)[i].name, parts[i].name);
        EXPECT_EQ((*read)[i].file_name, parts[i].file_name);
        EXPECT_EQ((*read)[i].content_type, parts[i].content_type);
        EXPECT_EQ((*read)[i].content, parts[i].content);
    }
}

TEST(MultipartBody, WhenANameHasQuotesOrLineEndsThenItStaysInItsQuotes) {
    auto body = Multipart{"b"};
    body.add({"media", "a\"; name=\"x\r\nX: y", "text/plain\r\nX: y", "c"});
    auto const read = parse_multipart(body.content_type(), body.body());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->at(0).name, "media");
    EXPECT_EQ(read->at(0).file_name, "a%22; name=%22x%0D%0AX: y");
    EXPECT_EQ(body.body().find("\r\nX: y"), std::string::npos);
}

TEST(MultipartBody, WhenTwoAreMadeThenTheirBoundariesDiffer) {
    EXPECT_NE(Multipart{}.content_type(), Multipart{}.content_type());
}

TEST(MultipartBody, WhenBrokenThenNothing) {
    auto const type = std::string{"multipart/form-data; boundary=b"};
    auto const head = std::string{"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"};
    EXPECT_TRUE(parse_multipart(type, head + "x\r\n--b--"));
    EXPECT_TRUE(parse_multipart("Multipart/Form-Data; charset=utf-8; boundary=\"b\"", head + "x\r\n--b--\r\n"));
    EXPECT_FALSE(parse_multipart("text/plain; boundary=b", head + "x\r\n--b--"));
    EXPECT_FALSE(parse_multipart("multipart/form-data", head + "x\r\n--b--"));
    EXPECT_FALSE(parse_multipart("multipart/form-data; boundary=" + std::string(71, 'b'), ""));
    for (auto const& body :
         {std::string{}, std::string{"--b"}, head, head + "x\r\n--b", head + "x--b--",
          std::string{"--b\r\n\r\nx\r\n--b--"}, std::string{"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"},
          std::string{"--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--b--"}}) {
        EXPECT_FALSE(parse_multipart(type, body)) << body;
    }
    EXPECT_FALSE(parse_multipart(type, head + "x\r\n" + head + "x\r\n--b--", 1)) << "more parts than allowed";
}

}  // namespace
}  // namespace wescrm::http::tests
