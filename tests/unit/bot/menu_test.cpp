#include <wescrm/bot/menu.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace wescrm::bot {
namespace {

TEST(Menu, TheOneInConfigIsWhatWeComTakes) {
    auto file = std::ifstream{WESCRM_SOURCE_DIR "/config/menu.json"};
    auto const body = menu_body(std::string{std::istreambuf_iterator<char>{file}, {}}, "https://crm.example.com");
    ASSERT_TRUE(body) << body.error().message;
    auto const& groups = *json::find(*body, "button");
    ASSERT_EQ(groups.Size(), 3U);
    EXPECT_EQ(json::find_string(groups[0], "name"), "我的");
    EXPECT_EQ(json::write((*json::find(groups[0], "sub_button"))[0]),
              R"({"type":"click","name":"我的客户","key":"customer.list"})");
    EXPECT_EQ(json::find_string((*json::find(groups[0], "sub_button"))[3], "url"), "https://crm.example.com/app/");
}

TEST(Menu, ALinkNamesTheCompany) {
    auto const menu =
        R"({"groups":[{"name":"a","items":[{"name":"b","path":"/app/"},{"name":"c","path":"/app/x?y=1"}]}]})";
    auto const body = menu_body(menu, "https://crm.example.com", "wwlinhai").value();
    auto const& items = *json::find((*json::find(body, "button"))[0], "sub_button");
    EXPECT_EQ(json::find_string(items[0], "url"), "https://crm.example.com/app/?corp=wwlinhai");
    EXPECT_EQ(json::find_string(items[1], "url"), "https://crm.example.com/app/x?y=1&corp=wwlinhai");
}

TEST(Menu, WhatWeComWouldRefuseIsNamed) {
    auto const item = std::string{R"({"name":"a","intent":"help"})"};
    auto const group = [&](std::string const& name, std::string const& items) {
        return R"({"name":")" + name + R"(","items":[)" + items + "]}";
    };
    for (auto const& [menu, where] : {
             std::pair{std::string{R"({})"}, "groups"},
             std::pair{R"({"groups":[)" + group("六个字的名称", item) + "]}", "groups[0]"},
             std::pair{R"({"groups":[)" + group("a", "") + "]}", "groups[0]"},
             std::pair{R"({"groups":[)" +
                           group("a", item + "," + item + "," + item + "," + item + "," + item + "," + item) + "]}",
                       "groups[0]"},
             std::pair{R"({"groups":[)" + group("a", R"({"name":"b"})") + "]}", "groups[0].items[0]"},
             std::pair{R"({"groups":[)" + group("a", R"({"name":"b","path":"app"})") + "]}", "groups[0].items[0]"},
         }) {
        auto const body = menu_body(menu, "https://crm.example.com");
        ASSERT_FALSE(body) << menu;
        EXPECT_TRUE(body.error().message.starts_with(where)) << body.error().message;
    }
}

}  // namespace
}  // namespace wescrm::bot
