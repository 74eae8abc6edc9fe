#include "trade_given.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/limits.hpp>

#include <gmock/gmock.h>

// What products look like.
namespace wescrm::sales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string picture() {
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x40\x00\x00\x00\x30"s + std::string(20, '\0');
}

struct GivenAProductToShow : wescrm::testing::TradeTest {
    Result<Attachment> upload(std::string const& user, std::string const& name = "正面.png",
                              std::string const& content = picture()) {
        auto input = UploadAttachment{};
        input.target_type = FileTarget::product;
        input.target_id = RecordId{gateway.id.value()};
        input.file_name = name;
        input.content = to_base64(content);
        clock.advance(minutes{1});
        return by(user, [&](operation::Context& ctx) { return upload_attachment(ctx, input, pictures); });
    }
    Product shown(std::string const& user = "li") { return by(user, show_product, {gateway.id, {}}).value(); }
    static RecordId as_record(Attachment const& file) { return RecordId{file.id.value()}; }

    int pictures = Limits{}.product_pictures;
    Product gateway = product("工业网关", 10'000).value();
};

TEST_F(GivenAProductToShow, WhenPicturesAreUploadedThenEverybodySeesThemInTheirOrder) {
    EXPECT_TRUE(shown().image_ids.empty());
    auto const front = upload("admin").value();
    auto const back = upload("admin", "背面.png").value();
    EXPECT_THAT(shown().image_ids, ElementsAre(as_record(front), as_record(back)));
    EXPECT_THAT(by("li", list_products, {})->items.front().image_ids, ElementsAre(as_record(front), as_record(back)));
    EXPECT_TRUE(by("li", read_attachment, {back.id}));
    auto asked = ListAttachments{};
    asked.target_type = FileTarget::product;
    asked.target_id = RecordId{gateway.id.value()};
    EXPECT_EQ(by("li", list_attachments, asked)->items.size(), 2U);
}

TEST_F(GivenAProductToShow, WhenItHasAsManyAsTheConfigurationAllowsThenAnotherOneIsRefused) {
    pictures = 2;
    ASSERT_TRUE(upload("admin") && upload("admin"));
    EXPECT_THAT(upload("admin").error().message, HasSubstr("最多 2 张图片"));
    pictures = 3;
    EXPECT_TRUE(upload("admin"));
}

TEST_F(GivenAProductToShow, WhenAPictureIsPutFirstThenItStandsForTheProduct) {
    auto const front = upload("admin").value();
    auto const back = upload("admin", "背面.png").value();
    auto change = ChangeProduct{};
    change.id = gateway.id;
    change.version = shown().version;
    change.first_image_id = as_record(back);
    EXPECT_THAT(by("admin", change_product, change)->image_ids, ElementsAre(as_record(back), as_record(front)));
    change.version = shown().version;
    change.first_image_id = RecordId{1};
    EXPECT_EQ(by("admin", change_product, change).error().fields.front().field, "first_image_id");
    ASSERT_TRUE(by("admin", delete_attachment, {back.id}));
    EXPECT_THAT(shown().image_ids, ElementsAre(as_record(front)));
}

TEST_F(GivenAProductToShow, WhenSomebodyMayNotEditProductsThenHeChangesNoPictures) {
    auto const front = upload("admin").value();
    EXPECT_EQ(upload("li").error().code, Errc::forbidden);
    EXPECT_EQ(by("li", delete_attachment, {front.id}).error().code, Errc::forbidden);
}

TEST_F(GivenAProductToShow, WhenAFileIsNoPictureThenItIsRefused) {
    auto const refused = upload("admin", "说明.pdf", "%PDF-1.4 text");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().fields.front().message, HasSubstr("只能上传图片"));
}

TEST_F(GivenAProductToShow, WhenItIsDeletedThenItsPicturesGoWithIt) {
    ASSERT_TRUE(upload("admin"));
    ASSERT_TRUE(by("admin", delete_product, {gateway.id, {}}));
    EXPECT_EQ(count("attachment"), 0);
    EXPECT_EQ(count("attachment_content"), 0);
}

}  // namespace
}  // namespace wescrm::sales
