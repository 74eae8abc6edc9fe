#include "bot/conversation.hpp"

#include <filesystem>

namespace wescrm::bot {
namespace {

bool is_of_the_chat(std::string const& kind) {
    for (auto const* prefix : {"ask_", "reply_", "confirm_", "help", "menu", "customer_card"})
        if (kind.starts_with(prefix)) return true;
    return false;
}

std::vector<std::string> kinds() {
    auto all = std::vector<std::string>{};
    for (auto const& entry : std::filesystem::directory_iterator{WESCRM_SOURCE_DIR "/templates/cards"})
        if (is_of_the_chat(entry.path().stem().string())) all.push_back(entry.path().stem().string());
    return all;
}

// Everything at once, so that every branch of every template is taken.
Data full() {
    auto data = Data{};
    for (auto const* name : {"name",
                             "words",
                             "customer_or_name",
                             "customer",
                             "title",
                             "content",
                             "no",
                             "level",
                             "source",
                             "phone",
                             "owner",
                             "next_contact_at",
                             "last_follow_at",
                             "app_name",
                             "id",
                             "what",
                             "message",
                             "remind_at",
                             "due_at",
                             "at",
                             "date",
                             "method",
                             "followed_at"})
        data.set(name, "宏达");
    for (auto const* name :
         {"is_repeated", "is_stuck", "has_more", "is_again", "is_duplicate", "is_forbidden", "is_mine", "is_created"})
        data.flag(name);
    auto items = std::vector<Data>{};
    for (auto i = 1; i <= 5; ++i) {
        auto item = Data{{"title", "绿源环保工程有限公司"},
                         {"name", "绿源"},
                         {"message", "手机号应为 11 位"},
                         {"content", "已寄样品"}};
        item.set("no", std::int64_t{i});
        items.push_back(std::move(item));
    }
    for (auto const* name : {"items", "choices", "fields", "tasks", "contacts", "followups"}) data.set(name, items);
    return data;
}

// Only what is never absent: what a card's buttons are made of.
Data least() { return Data{{"id", "7"}, {"name", "宏达"}, {"no", "KH-7"}, {"app_name", "CRM"}}; }

TEST(Templates, EveryOneOfTheChatRendersWithAllAndWithLittle) {
    ASSERT_GT(kinds().size(), 40U);
    for (auto const& kind : kinds()) {
        auto const all = seen(kind, full());
        EXPECT_FALSE(all.empty()) << kind;
        EXPECT_EQ(all.find('{') != std::string::npos, kind == "customer_card") << kind << ": " << all;
        EXPECT_FALSE(seen(kind, least()).empty()) << kind;
    }
}

}  // namespace
}  // namespace wescrm::bot
