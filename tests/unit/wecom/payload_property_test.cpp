#include "unit/wecom/payloads.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/wecom/card_template.hpp>

#include <api/message_rules.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <set>

// Whatever we are willing to send is taken by the simulator, whose rules were written apart from ours.
namespace wescrm::wecom {
namespace {

constexpr auto chances = 4'000;

class Random {
public:
    explicit Random(unsigned seed) : engine_{seed} {}
    std::size_t below(std::size_t limit) { return engine_() % limit; }
    bool once_in(std::size_t times) { return below(times) == 0; }

    /// Mostly short, sometimes far too long, with everything that people and attackers write.
    std::string text() {
        static constexpr auto pieces =
            std::array{"宏达", "a",  "\"",   "\\",   "\n", "😀", "{name}", "{{",  "}",    "<a href='x'>", "[x](y)", "**",
                       "`",    "\t", "\x01", "\x7f", "，", "é", "​",    "‮", "&#0;", "</xml>",       "'; --"};
        auto const many = once_in(10) ? below(4'000) : once_in(3) ? below(60) : below(6);
        auto all = std::string{"字"};
        for (std::size_t i = 0; i < many; ++i) all += pieces[below(pieces.size())];
        return all;
    }

private:
    std::minstd_rand engine_;
};

/// What the simulator says about a request body; 0 if it takes it as it is.
int errcode_of(std::string const& body, bool is_update) {
    auto world = simulator::World{};
    auto const corp = simulator::Corp{};
    auto document = parse(body);
    if (is_update) return simulator::api::check_card(world, corp, document["template_card"], true).errcode;
    auto const kind = json::find_string(document, "msgtype").value();
    for (auto const* media : {"image", "voice", "video", "file"})
        if (kind == media) return 0;  // the simulator asks whether it has the media
    auto content = simulator::api::Content{};
    auto const answer = simulator::api::check_content(world, corp, document, kind, content);
    EXPECT_FALSE(content.was_cut) << body;
    return answer.errcode;
}

void expect_taken(Message const& message, std::string const& what) {
    auto const update = json::find(message.payload(), "template_card");
    auto body = std::string{};
    auto is_update = false;
    try {
        body = message.to_send({UserId{"zhangsan"}, 1, "task-1", 1'800});
    } catch (std::logic_error const&) {
        ASSERT_TRUE(update) << what;
        body = message.to_update(UserId{"zhangsan"}, 1, "CODE");
        is_update = true;
    }
    EXPECT_EQ(errcode_of(body, is_update), 0) << what << ": " << body;
    EXPECT_TRUE(text::is_valid_utf8(body)) << what;
    auto escapes = body;
    escapes = text::replace_all(escapes, "\\\\", "");
    EXPECT_EQ(escapes.find("\\u"), std::string::npos) << what << ": " << body;
}

// ---- random payloads --------------------------------------------------------------------------------------------

json::Value random_value(Random& random, int depth, json::Allocator& allocator);

/// An object with some of the members that any payload knows, mostly of the right type.
json::Value random_object(Random& random, int depth, json::Allocator& allocator) {
    static constexpr auto texts =
        std::array{"title", "desc",           "content",    "description", "btntxt",      "keyname",
                   "value", "sub_title_text", "quote_text", "text",        "replace_text"};
    static constexpr auto words =
        std::array{"key", "question_key", "id", "media_id", "userid", "appid", "pagepath", "selected_id"};
    static constexpr auto addresses = std::array{"url", "icon_url", "image_url", "picurl"};
    auto object = json::Value{rapidjson::kObjectType};
    for (auto const* name : texts)
        if (random.once_in(3)) json::set(object, name, random.text(), allocator);
    for (auto const* name : words)
        if (random.once_in(2)) json::set(object, name, "w" + std::to_string(random.below(9)), allocator);
    for (auto const* name : addresses)
        if (random.once_in(2))
            json::set(object, name, random.once_in(9) ? "ftp://x" : "https://example.invalid/x", allocator);
    if (random.once_in(2)) json::set(object, "type", json::Value{static_cast<int>(random.below(4))}, allocator);
    if (random.once_in(4)) json::set(object, "style", json::Value{static_cast<int>(random.below(6))}, allocator);
    if (random.once_in(9)) json::set(object, "title", random_value(random, depth + 1, allocator), allocator);
    return object;
}

json::Value random_value(Random& random, int depth, json::Allocator& allocator) {
    if (random.once_in(3) || depth > 3) return json::make_string(random.text(), allocator);
    if (random.once_in(2)) return json::Value{static_cast<int>(random.below(5))};
    return random_object(random, depth, allocator);
}

// Only these may stand where the name says; so that a random payload is often good.
std::string const skeletons[] = {
    R"({"msgtype":"text","text":{"content":"T"}})",
    R"({"msgtype":"markdown","markdown":{"content":"T"}})",
    R"({"msgtype":"textcard","textcard":{"title":"T","description":"T","url":"U","btntxt":"T"}})",
    R"({"msgtype":"news","news":{"articles":[{"title":"T","description":"T","url":"U","picurl":"U"},{"title":"T","url":"U"}]}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"text_notice","source":{"icon_url":"U","desc":"T","desc_color":1},
       "action_menu":{"desc":"T","action_list":[{"text":"T","key":"K"},{"text":"T","key":"K"}]},"main_title":{"title":"T","desc":"T"},
       "quote_area":{"type":1,"url":"U","title":"T","quote_text":"T"},"emphasis_content":{"title":"T","desc":"T"},"sub_title_text":"T",
       "horizontal_content_list":[{"keyname":"T","value":"T"},{"type":1,"keyname":"T","value":"T","url":"U"},{"type":3,"keyname":"T","userid":"K"}],
       "jump_list":[{"type":1,"title":"T","url":"U"}],"card_action":{"type":1,"url":"U"}}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"news_notice","main_title":{"title":"T","desc":"T"},
       "card_image":{"url":"U","aspect_ratio":1.3},"image_text_area":{"type":1,"url":"U","title":"T","desc":"T","image_url":"U"},
       "vertical_content_list":[{"title":"T","desc":"T"}],"horizontal_content_list":[],"jump_list":[],"card_action":{"type":2,"appid":"K"}}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"T"},
       "button_selection":{"question_key":"K","title":"T","option_list":[{"id":"K","text":"T"},{"id":"K","text":"T"}],"selected_id":"K"},
       "button_list":[{"text":"T","style":1,"key":"K"},{"type":1,"text":"T","url":"U"}],"replace_text":"T"}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"button_interaction","main_title":{"title":"T","desc":"T"},"sub_title_text":"T",
       "horizontal_content_list":[{"keyname":"T","value":"T"}],"button_list":[{"text":"T","key":"K"},{"text":"T","key":"K"}]}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"vote_interaction","main_title":{"title":"T","desc":"T"},
       "checkbox":{"question_key":"K","mode":1,"option_list":[{"id":"K","text":"T"},{"id":"K","text":"T","is_checked":true}]},
       "submit_button":{"text":"T","key":"K"}}})",
    R"({"msgtype":"template_card","template_card":{"card_type":"multiple_interaction","main_title":{"title":"T"},
       "select_list":[{"question_key":"K","title":"T","option_list":[{"id":"K","text":"T"}]},{"question_key":"K","option_list":[{"id":"K","text":"T"}]}],
       "submit_button":{"text":"T","key":"K"}}})",
};

void vary(json::Value& value, Random& random, json::Allocator& allocator) {
    if (value.IsString()) {
        auto const pattern = std::string{json::view(value)};
        if (pattern == "T") value = json::make_string(random.text(), allocator);
        if (pattern == "K") value = json::make_string("k" + std::to_string(random.below(50)), allocator);
        if (pattern == "U")
            value = json::make_string("https://example.invalid/" + std::string(random.once_in(20) ? 2'100 : 5, 'u'),
                                      allocator);
        return;
    }
    if (value.IsArray()) {
        for (auto& entry : value.GetArray()) vary(entry, random, allocator);
        while (!value.Empty() && random.once_in(4) && value.Size() < 25)
            value.PushBack(json::Value{value[0], allocator}, allocator);
        if (random.once_in(40)) value.Clear();
        return;
    }
    if (!value.IsObject()) return;
    for (auto& member : value.GetObject()) {
        if (random.once_in(60))
            member.value = random_value(random, 0, allocator);
        else
            vary(member.value, random, allocator);
    }
    if (random.once_in(25) && value.MemberCount() > 0)
        value.EraseMember(value.MemberBegin() + static_cast<long>(random.below(value.MemberCount())));
}

TEST(Payloads, WhateverPassesTheCheckIsTakenByTheSimulator) {
    auto random = Random{20'261'127};
    auto accepted = std::map<std::string, int>{};
    for (auto i = 0; i < chances; ++i) {
        auto payload = parse(skeletons[random.below(std::size(skeletons))]);
        vary(payload, random, payload.GetAllocator());
        auto const message = Message::from(payload);
        if (!message) continue;
        expect_taken(*message, json::write(payload));
        auto const* card = json::find(payload, "template_card");
        ++accepted[card ? json::find_string(*card, "card_type").value() : std::string{message->type()}];
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_EQ(accepted.size(), 9U) << "every kind was accepted now and then";
    for (auto const& [kind, times] : accepted) EXPECT_GE(times, 10) << kind;
}

// ---- our own templates ------------------------------------------------------------------------------------------

std::string read(std::filesystem::path const& path) {
    auto stream = std::ifstream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::set<std::string> matches(std::string const& in, char const* pattern) {
    auto const expression = std::regex{pattern};
    auto found = std::set<std::string>{};
    for (auto at = std::sregex_iterator{in.begin(), in.end(), expression}; at != std::sregex_iterator{}; ++at)
        found.insert((*at)[1]);
    return found;
}

void set_path(json::Value& object, std::string const& path, std::string const& value, json::Allocator& allocator) {
    auto const dot = path.find('.');
    if (dot == std::string::npos) return json::set(object, path, value, allocator);
    auto const name = path.substr(0, dot);
    if (!json::find(object, name)) json::set(object, name, json::Value{rapidjson::kObjectType}, allocator);
    set_path(object[name.c_str()], path.substr(dot + 1), value, allocator);
}

/// Data for everything that the template names: ids are ids, kinds are words of ours, all else is anything.
json::Document data_for(std::string const& source, Random& random) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    auto const value_of = [&](std::string const& path) {
        auto const is_word = path == "id" || path.ends_with("_id") || path.ends_with(".id") ||
                             path.ends_with(".kind") || path.ends_with("url");
        return is_word ? std::to_string(random.below(1'000'000)) : random.text();
    };
    auto const lists = matches(source, R"re("\$each"\s*:\s*"([^"]+)")re");
    auto const used = matches(source, R"re(\{([A-Za-z_][A-Za-z0-9_.]*)\})re");
    for (auto const& path : used)
        if (!path.starts_with("item.")) set_path(data, path, value_of(path), allocator);
    for (auto const& path : matches(source, R"re("\$if"\s*:\s*"!?([^"]+)")re"))
        if (!path.starts_with("item.") && !used.contains(path) && !lists.contains(path) && random.once_in(2))
            set_path(data, path, "1", allocator);
    // A card has 1 to 6 buttons: who makes them of a list gives so many.
    auto const buttons = matches(source, R"re("button_list"\s*:\s*\[\s*\{\s*"\$each"\s*:\s*"([^"]+)")re");
    for (auto const& path : lists) {
        auto items = json::Value{rapidjson::kArrayType};
        for (auto n = buttons.contains(path) ? 1 + random.below(6) : random.below(9); n > 0; --n) {
            auto item = json::Value{rapidjson::kObjectType};
            for (auto const& member : used)
                if (member.starts_with("item.")) set_path(item, member.substr(5), value_of(member), allocator);
            items.PushBack(item, allocator);
        }
        json::set(data, path, std::move(items), allocator);
    }
    return data;
}

TEST(Payloads, WhateverOurTemplatesMakeOfAnyDataIsTakenByTheSimulator) {
    auto const folder = std::string{WESCRM_SOURCE_DIR "/templates/cards"};
    auto const templates = CardTemplates::load(folder).value();
    auto random = Random{7};
    auto rendered = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        auto const source = read(entry.path());
        auto const kind = entry.path().stem().string();
        for (auto i = 0; i < 40; ++i) {
            auto const data = data_for(source, random);
            expect_taken(templates.render(kind, data), kind);
            ++rendered;
        }
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GE(rendered, 1'000);
}

}  // namespace
}  // namespace wescrm::wecom
