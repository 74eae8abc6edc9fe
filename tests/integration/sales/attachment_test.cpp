#include "given.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/sales/attachment.hpp>
#include <wescrm/sales/recycle_bin.hpp>

#include <gmock/gmock.h>

namespace wescrm::testing {
namespace {

using sales::AttachmentId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string picture() {
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x40\x00\x00\x00\x30"s + std::string(20, '\0');
}

/// A customer of li's, which his superior sees and wang does not.
struct GivenACustomerWithFiles : SalesTest {
    Result<sales::Attachment> upload(std::string const& user, std::string const& content = picture(),
                                     std::optional<sales::FollowupId> followup = {}) {
        auto input = sales::UploadAttachment{};
        input.target_id = target;
        input.followup_id = followup;
        input.file_name = "../现场.jpg";
        input.content = to_base64(content);
        return as(user, [&](operation::Context& ctx) { return sales::upload_attachment(ctx, input, 1); });
    }
    Result<sales::Attachment> receive(std::optional<sales::RecordId> where = {}) {
        auto input = sales::ReceiveAttachment{};
        input.media_id = "media-7";
        if (where) input.target_type = sales::TargetType::customer;
        input.target_id = where;
        return as("li", [&](operation::Context& ctx) { return sales::receive_attachment(ctx, input); });
    }
    std::optional<std::string> begin(AttachmentId id) {
        auto media = std::optional<std::string>{};
        EXPECT_TRUE(as("system", [&](operation::Context& ctx) -> Result<int> {
            media = sales::begin_fetch(ctx, id);
            return 0;
        }));
        return media;
    }
    void finish(AttachmentId id, std::string const& content) {
        EXPECT_TRUE(as("system", [&](operation::Context& ctx) -> Result<int> {
            sales::finish_fetch(ctx, id, content, "wx.png");
            return 0;
        }));
    }
    std::vector<std::string> listed(std::string const& user) {
        auto input = sales::ListAttachments{};
        input.target_id = target;
        auto names = std::vector<std::string>{};
        auto const page = as(user, [&](operation::Context& ctx) { return sales::list_attachments(ctx, input); });
        if (!page) return {page.error().reason};
        for (auto const& item : page->items) names.push_back(item.state + " " + item.file_name);
        return names;
    }
    Result<sales::AttachmentContent> read(std::string const& user, AttachmentId id) {
        return as(user, [&](operation::Context& ctx) { return sales::read_attachment(ctx, {id}); });
    }
    sales::CustomerId customer = create("li", "宏达科技有限公司").value().id;
    sales::RecordId target{customer.value()};
};

TEST_F(GivenACustomerWithFiles, WhenUploadedThenWhoSeesTheCustomerSeesItAndNobodyElse) {
    auto const made = upload("li");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->file_name, "现场.png");
    EXPECT_EQ(made->content_type, "image/png");
    EXPECT_EQ(made->width, 64);
    EXPECT_THAT(listed("boss"), ElementsAre("stored 现场.png"));
    EXPECT_EQ(from_base64(read("boss", made->id)->content), picture());
    EXPECT_EQ(read("wang", made->id).error().code, Errc::not_found);
    EXPECT_EQ(upload("wang").error().fields.front().field, "target_id");
    EXPECT_THAT(listed("wang"), ElementsAre("invalid_field"));
    EXPECT_EQ(upload("li", "<svg/>").error().fields.front().field, "content");
    EXPECT_EQ(count("audit_log where action = 'attachment.upload' and object = 'customer'"), 1);
}

TEST_F(GivenACustomerWithFiles, WhenItCameInTheChatThenItIsFetchedOnceAndTriedAgainUntilThen) {
    auto const made = receive(target).value();
    EXPECT_EQ(made.state, "waiting");
    EXPECT_EQ(count("timer where kind = 'media_fetch' and state = 0 and due_at = '" +
                    format_rfc3339(clock.now(), Zone{}) + "'"),
              1);
    EXPECT_EQ(begin(made.id), "media-7");
    EXPECT_EQ(count("timer where kind = 'media_fetch' and state = 0"), 1) << "the next try, if this one is lost";
    EXPECT_EQ(read("li", made.id).error().code, Errc::not_found) << "not there yet";
    finish(made.id, picture());
    finish(made.id, "%PDF-1.7");
    EXPECT_EQ(from_base64(read("li", made.id)->content), picture());
    EXPECT_EQ(begin(made.id), std::nullopt);
    EXPECT_EQ(count("timer where kind = 'media_fetch' and state = 0"), 0);
}

TEST_F(GivenACustomerWithFiles, WhenWeComDoesNotGiveItThenTheSenderIsTold) {
    auto const made = receive(target).value();
    for (auto i = 0; i < 8; ++i) EXPECT_EQ(begin(made.id), "media-7") << i;
    EXPECT_EQ(begin(made.id), std::nullopt);
    EXPECT_EQ(count("outbox where kind = 'attachment_failed' and recipient = 'li'"), 1);
    EXPECT_EQ(count("attachment where state = 'failed'"), 1);
    auto const other = receive(target).value();
    ASSERT_TRUE(begin(other.id));
    finish(other.id, "MZ\x90");
    EXPECT_EQ(count("attachment where state = 'failed'"), 2) << "a program is not kept";
    EXPECT_EQ(count("attachment_content"), 0);
}

TEST_F(GivenACustomerWithFiles, WhenItIsNotPlacedThenOnlyItsSenderSeesIt) {
    auto const made = receive().value();
    auto const show = [&](std::string const& user) {
        return as(user, [&](operation::Context& ctx) { return sales::show_attachment(ctx, {made.id}); });
    };
    EXPECT_TRUE(show("li"));
    EXPECT_FALSE(show("boss"));
    auto place = sales::PlaceAttachment{made.id, sales::TargetType::customer, target, std::nullopt};
    EXPECT_FALSE(as("boss", [&](operation::Context& ctx) { return sales::place_attachment(ctx, place); }));
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::place_attachment(ctx, place); }));
    EXPECT_TRUE(show("boss"));
}

TEST_F(GivenACustomerWithFiles, WhenSomebodyChecksInThenItIsAFollowUpWithAPlaceAndItsPictures) {
    auto input = sales::CheckIn{};
    input.target_id = target;
    input.latitude = 31.2304;
    input.longitude = 121.4737;
    input.address = "人民大道 200 号";
    auto const visit = as("li", [&](operation::Context& ctx) { return sales::check_in(ctx, input); });
    ASSERT_TRUE(visit) << visit.error().message;
    EXPECT_EQ(visit->content, "签到：人民大道 200 号");
    EXPECT_EQ(visit->method, "visit");
    ASSERT_TRUE(upload("li", picture(), visit->id));
    auto const extras = [&](std::string const& user) {
        return as(user, [&](operation::Context& ctx) { return sales::extras_of(ctx, {{visit->id}}); }).value().items;
    };
    ASSERT_EQ(extras("boss").size(), 1U);
    EXPECT_EQ(extras("boss").front().attachments.size(), 1U);
    EXPECT_EQ(extras("boss").front().place->address, "人民大道 200 号");
    EXPECT_TRUE(extras("wang").empty());
    EXPECT_THAT(listed("boss"), ElementsAre("stored 现场.png"));
    input.latitude = 91;
    EXPECT_EQ(
        as("li", [&](operation::Context& ctx) { return sales::check_in(ctx, input); }).error().fields.front().field,
        "latitude");
}

TEST_F(GivenACustomerWithFiles, WhenSomebodyChecksInInWordsThenThereIsNoPlaceOnTheMap) {
    auto input = sales::CheckIn{};
    input.target_id = target;
    input.next_contact_at = clock.now() + hours{48};
    auto const field = [&] {
        auto const done = as("li", [&](operation::Context& ctx) { return sales::check_in(ctx, input); });
        return done ? std::string{} : done.error().fields.front().field;
    };
    EXPECT_EQ(field(), "address");
    input.address = "客户工地门口";
    input.latitude = 31.2;
    EXPECT_EQ(field(), "longitude");
    input.latitude.reset();
    auto const visit = as("li", [&](operation::Context& ctx) { return sales::check_in(ctx, input); });
    ASSERT_TRUE(visit) << visit.error().message;
    EXPECT_EQ(visit->next_contact_at, clock.now() + hours{48});
    auto const extras =
        as("boss", [&](operation::Context& ctx) { return sales::extras_of(ctx, {{visit->id}}); }).value().items;
    EXPECT_EQ(extras.front().place->address, "客户工地门口");
    EXPECT_FALSE(extras.front().place->latitude);
}

TEST_F(GivenACustomerWithFiles, WhenDeletedThenItsContentIsGone) {
    auto const made = upload("li").value();
    auto const remove = [&](std::string const& user) {
        return as(user, [&](operation::Context& ctx) { return sales::delete_attachment(ctx, {made.id}); });
    };
    EXPECT_EQ(remove("wang").error().code, Errc::not_found);
    clock.advance(hours{25});
    EXPECT_EQ(remove("li").error().reason, "attachment_delete") << "after a day only who may delete customers";
    auto const other = upload("li").value();
    ASSERT_TRUE(as("li", [&](operation::Context& ctx) { return sales::delete_attachment(ctx, {other.id}); }));
    EXPECT_EQ(count("attachment_content"), 1);
}

TEST_F(GivenACustomerWithFiles, WhenTheCustomerLeavesTheRecycleBinThenItsFilesGoWithIt) {
    auto input = sales::CheckIn{};
    input.target_id = target;
    input.address = "人民大道";
    auto const visit = as("li", [&](operation::Context& ctx) { return sales::check_in(ctx, input); }).value();
    ASSERT_TRUE(upload("li", picture(), visit.id));
    ASSERT_TRUE(upload("li"));
    in_tenant([&](database::Session& sql) {
        sql.execute("update customer set deleted_at = :at where tenant_id = :t and id = :id",
                    {database::bind("at", clock.now()), database::bind("t", tenant), database::bind("id", customer)});
    });
    clock.advance(days{31});
    auto deleted = 0;
    ASSERT_TRUE(as("system", [&](operation::Context& ctx) -> Result<int> {
        deleted = sales::empty_recycle_bin(ctx, 10);
        return 0;
    }));
    EXPECT_EQ(deleted, 1);
    for (auto const* table : {"attachment", "attachment_content", "followup_place", "followup"})
        EXPECT_EQ(count(table), 0) << table;
}

}  // namespace
}  // namespace wescrm::testing
