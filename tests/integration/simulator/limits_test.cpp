// Every refusal that the documentation of messages and menus names: one case each.
#include "integration/simulator/given.hpp"

namespace wescrm::simulator::tests {
namespace {

struct Refusal {
    char const* name;
    char const* kind;
    std::string content;  ///< the member named like the kind
    int errcode;
};

std::string many(int count, std::string const& item) {
    auto out = std::string{};
    for (auto i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + text::replace_all(item, "#", std::to_string(i));
    return out;
}

std::string repeated(int count, std::string const& text) {
    auto out = std::string{};
    for (auto i = 0; i < count; ++i) out += text;
    return out;
}

/// `card` with one piece of text replaced; the piece must be there.
std::string with(std::string card, std::string const& from, std::string const& to) {
    if (card.find(from) == std::string::npos) throw std::logic_error{"no such piece: " + from};
    return text::replace_all(std::move(card), from, to);
}

std::string const notice = R"({"card_type":"text_notice","main_title":{"title":"新线索"},)"
                           R"("card_action":{"type":1,"url":"https://a.invalid/"}})";
std::string const news_card =
    R"({"card_type":"news_notice","main_title":{"title":"周报"},"card_image":)"
    R"({"url":"https://a.invalid/p.png"},"card_action":{"type":1,"url":"https://a.invalid/"}})";
std::string const buttons = R"({"card_type":"button_interaction","main_title":{"title":"审批"},"task_id":"t-1",)"
                            R"("button_list":[{"text":"同意","key":"agree"},{"text":"拒绝","key":"reject"}]})";
std::string const vote = R"({"card_type":"vote_interaction","main_title":{"title":"哪天"},"task_id":"v-1",)"
                         R"("checkbox":{"question_key":"day","option_list":[{"id":"a","text":"周一"}]},)"
                         R"("submit_button":{"text":"提交","key":"submit"}})";
std::string const selects = R"({"card_type":"multiple_interaction","main_title":{"title":"更新"},"task_id":"m-1",)"
                            R"("select_list":[{"question_key":"q","option_list":[{"id":"a","text":"甲"}]}],)"
                            R"("submit_button":{"text":"提交","key":"submit"}})";
std::string const article = R"({"title":"标题","url":"https://a.invalid/"})";

/// `notice` with further members.
std::string noticed(std::string const& members) {
    return with(notice, R"("card_action")", members + R"(,"card_action")");
}

std::vector<Refusal> simple_refusals() {
    return {
        {"UnknownKind", "postcard", "{}", 40008},
        {"MiniProgramNotice", "miniprogram_notice", "{}", 48002},
        {"TextIsEmpty", "text", R"({"content":""})", 44004},
        {"MarkdownIsEmpty", "markdown", R"({"content":""})", 44004},
        {"MarkdownTooLong", "markdown", "{\"content\":\"" + repeated(683, "中") + "\"}", 45002},
        {"TextcardWithoutTitle", "textcard", R"({"description":"d","url":"https://a.invalid/"})", 40063},
        {"TextcardWithoutDescription", "textcard", R"({"title":"t","url":"https://a.invalid/"})", 41033},
        {"TextcardWithoutUrl", "textcard", R"({"title":"t","description":"d"})", 40063},
        {"TextcardUrlWithoutScheme", "textcard", R"({"title":"t","description":"d","url":"a.invalid"})", 40058},
        {"TextcardUrlTooLong", "textcard",
         R"({"title":"t","description":"d","url":"https://a.invalid/)" + std::string(2031, 'x') + "\"}", 40058},
        {"NewsWithoutArticles", "news", R"({"articles":[]})", 40063},
        {"NewsWithNineArticles", "news", "{\"articles\":[" + many(9, article) + "]}", 45008},
        {"ArticleWithoutTitle", "news", R"({"articles":[{"url":"https://a.invalid/"}]})", 40063},
        {"ArticleWithoutTarget", "news", R"({"articles":[{"title":"t"}]})", 40063},
        {"ArticleWithHalfAMiniProgram", "news", R"({"articles":[{"title":"t","appid":"wx1"}]})", 40063},
        {"MpnewsWithoutPicture", "mpnews", R"({"articles":[{"title":"t","content":"c","thumb_media_id":"none"}]})",
         40007},
        {"MpnewsAuthorTooLong", "mpnews",
         R"({"articles":[{"title":"t","content":"c","author":")" + std::string(65, 'a') + "\"}]}", 45032},
        {"UnknownImage", "image", R"({"media_id":"none"})", 40007},
        {"UnknownFile", "file", R"({"media_id":"none"})", 40007},
    };
}

std::vector<Refusal> card_refusals() {
    auto const menu_of = [](std::string const& actions) {
        return noticed(R"("task_id":"n-1","action_menu":{"action_list":[)" + actions + "]}");
    };
    return {
        {"UnknownCardType", "template_card", with(notice, "text_notice", "poster"), 42031},
        {"NoticeWithoutAnyTitle", "template_card", with(notice, "新线索", ""), 42033},
        {"NoticeWithoutAction", "template_card", with(notice, R"("card_action")", R"("x")"), 42045},
        {"NoticeActionWithoutUrl", "template_card", with(notice, "https://a.invalid/", ""), 42045},
        {"NoticeActionOfUnknownType", "template_card", with(notice, R"("type":1)", R"("type":3)"), 42045},
        {"NewsCardWithoutTitle", "template_card", with(news_card, "周报", ""), 42033},
        {"NewsCardWithoutPicture", "template_card", with(news_card, "card_image", "x"), 42044},
        {"NewsCardPictureWithoutUrl", "template_card", with(news_card, "https://a.invalid/p.png", ""), 42044},
        {"PictureTooFlat", "template_card", with(news_card, "p.png\"", "p.png\",\"aspect_ratio\":2.26"), 40058},
        {"SevenRows", "template_card", noticed("\"horizontal_content_list\":[" + many(7, R"({"keyname":"k"})") + "]"),
         42035},
        {"RowWithoutName", "template_card", noticed(R"("horizontal_content_list":[{"value":"v"}])"), 42027},
        {"RowWithoutUrl", "template_card", noticed(R"("horizontal_content_list":[{"type":1,"keyname":"k"}])"), 42028},
        {"RowWithoutMedia", "template_card", noticed(R"("horizontal_content_list":[{"type":2,"keyname":"k"}])"), 42029},
        {"RowWithoutMember", "template_card", noticed(R"("horizontal_content_list":[{"type":3,"keyname":"k"}])"),
         42050},
        {"FiveBlocks", "template_card",
         with(news_card, R"("card_action")",
              "\"vertical_content_list\":[" + many(5, R"({"title":"t"})") + R"(],"card_action")"),
         42036},
        {"FourJumps", "template_card", noticed("\"jump_list\":[" + many(4, R"({"title":"t"})") + "]"), 42042},
        {"JumpWithoutTitle", "template_card", noticed(R"("jump_list":[{"type":1,"url":"https://a.invalid/"}])"), 42033},
        {"JumpWithoutUrl", "template_card", noticed(R"("jump_list":[{"type":1,"title":"t"}])"), 42028},
        {"QuoteWithoutUrl", "template_card", noticed(R"("quote_area":{"type":1,"title":"t"})"), 42028},
        {"MenuWithoutTaskId", "template_card", noticed(R"("action_menu":{"action_list":[{"text":"t","key":"k"}]})"),
         42014},
        {"MenuWithFourEntries", "template_card", menu_of(many(4, R"({"text":"t","key":"k#"})")), 40058},
        {"MenuKeysClash", "template_card", menu_of(many(2, R"({"text":"t","key":"k"})")), 42051},
        {"MenuEntryWithoutKey", "template_card", menu_of(R"({"text":"t"})"), 42017},
        {"MenuEntryWithoutText", "template_card", menu_of(R"({"key":"k"})"), 42018},
        {"TaskIdMissing", "template_card", with(buttons, "t-1", ""), 42014},
        {"TaskIdWithBlank", "template_card", with(buttons, "t-1", "t 1"), 42014},
        {"TaskIdTooLong", "template_card", with(buttons, "t-1", std::string(129, 't')), 42014},
        {"NoButtons", "template_card",
         with(buttons, R"({"text":"同意","key":"agree"},{"text":"拒绝","key":"reject"})", ""), 42038},
        {"SevenButtons", "template_card",
         with(buttons, R"({"text":"同意","key":"agree"})", many(6, R"({"text":"t","key":"k#"})")), 42038},
        {"ButtonWithoutText", "template_card", with(buttons, "同意", ""), 42038},
        {"ButtonWithoutKey", "template_card", with(buttons, "agree", ""), 42039},
        {"ButtonKeysClash", "template_card", with(buttons, "agree", "reject"), 42039},
        {"ButtonKeyTooLong", "template_card", with(buttons, "agree", std::string(1025, 'k')), 42039},
        {"ButtonWithoutUrl", "template_card",
         with(buttons, R"({"text":"同意","key":"agree"})", R"({"type":1,"text":"详情"})"), 42028},
        {"VoteWithoutQuestion", "template_card", with(vote, "\"day\"", "\"\""), 42043},
        {"VoteWithoutOptions", "template_card", with(vote, R"({"id":"a","text":"周一"})", ""), 42037},
        {"VoteWith21Options", "template_card",
         with(vote, R"({"id":"a","text":"周一"})", many(21, R"({"id":"#","text":"t"})")), 42037},
        {"OptionWithoutId", "template_card", with(vote, R"("id":"a")", R"("id":"")"), 42040},
        {"OptionIdTooLong", "template_card", with(vote, R"("id":"a")", "\"id\":\"" + std::string(129, 'a') + "\""),
         42040},
        {"OptionWithoutText", "template_card", with(vote, "周一", ""), 42041},
        {"SubmitMissing", "template_card", with(vote, "submit_button", "x"), 42046},
        {"SubmitWithoutText", "template_card", with(vote, "提交", ""), 42049},
        {"FourSelects", "template_card",
         with(selects, R"({"question_key":"q","option_list":[{"id":"a","text":"甲"}]})",
              many(4, R"({"question_key":"q#","option_list":[{"id":"a","text":"甲"}]})")),
         42047},
        {"SelectWith11Options", "template_card",
         with(selects, R"({"id":"a","text":"甲"})", many(11, R"({"id":"#","text":"t"})")), 42037},
        {"SelectKeysClash", "template_card",
         with(selects, R"({"question_key":"q","option_list":[{"id":"a","text":"甲"}]})",
              many(2, R"({"question_key":"q","option_list":[{"id":"a","text":"甲"}]})")),
         42043},
    };
}

struct GivenAPayloadBeyondALimit : GivenASimulator, ::testing::WithParamInterface<Refusal> {};

TEST_P(GivenAPayloadBeyondALimit, WhenItIsSentThenItIsRefusedWithTheDocumentedCode) {
    auto const response = send_message(GetParam().kind, GetParam().content);
    EXPECT_EQ(errcode(response), GetParam().errcode) << response.body;
    EXPECT_TRUE(last_message().IsNull()) << "nothing must arrive";
}

std::string name_of(::testing::TestParamInfo<Refusal> const& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Messages, GivenAPayloadBeyondALimit, ::testing::ValuesIn(simple_refusals()), name_of);
INSTANTIATE_TEST_SUITE_P(Cards, GivenAPayloadBeyondALimit, ::testing::ValuesIn(card_refusals()), name_of);

struct GivenTheBaseCards : GivenASimulator {};

// Without this, a table of refusals could be right for the wrong reason.
TEST_F(GivenTheBaseCards, WhenSentUnchangedThenAllAreAccepted) {
    for (auto const& card : {notice, news_card, buttons, vote, selects}) {
        auto const response = send_message("template_card", card);
        EXPECT_EQ(errcode(response), 0) << card << response.body;
        auto const is_interactive = card.find("_interaction") != std::string::npos;
        EXPECT_EQ(!text(response, "response_code").empty(), is_interactive) << card;
    }
}

TEST_F(GivenTheBaseCards, WhenATextIsTooLongThenItIsCutAtACharacter) {
    EXPECT_EQ(errcode(send_message("text", "{\"content\":\"" + repeated(700, "中") + "\"}")), 0);
    auto const message = last_message();
    EXPECT_TRUE(message["was_cut"].GetBool());
    EXPECT_EQ(json::view(message["content"]["content"]).size(), 2046U);
}

TEST_F(GivenTheBaseCards, WhenTextIsEscapedThenItIsRefused) {
    EXPECT_EQ(errcode(send_message("text", R"({"content":"\u4f60\u597d"})")), 40033);
}

struct MenuRefusal {
    char const* name;
    std::string buttons;
    int errcode;
};

struct GivenAMenuBeyondALimit : GivenASimulator, ::testing::WithParamInterface<MenuRefusal> {};

TEST_P(GivenAMenuBeyondALimit, WhenItIsCreatedThenItIsRefusedWithTheDocumentedCode) {
    auto const body = "{\"button\":[" + GetParam().buttons + "]}";
    EXPECT_EQ(errcode(post(api("menu/create", "agentid=1000002"), body)), GetParam().errcode);
    EXPECT_EQ(get(api("menu/get", "agentid=1000002")).body.find("name"), std::string::npos);
}

auto const click = std::string{R"({"type":"click","name":"待办","key":"k"})"};
auto const menu_refusals = std::vector<MenuRefusal>{
    {"Empty", "", 40016},
    {"FourEntries", many(4, click), 40016},
    {"NameTooLong", with(click, "待办", "六个字的名字"), 40018},
    {"NameMissing", with(click, "待办", ""), 40018},
    {"KeyMissing", with(click, "\"k\"", "\"\""), 40019},
    {"KeyTooLong", with(click, "\"k\"", "\"" + std::string(129, 'k') + "\""), 40019},
    {"UnknownType", with(click, "click", "clack"), 40017},
    {"UrlMissing", R"({"type":"view","name":"n"})", 40020},
    {"UrlTooLong", R"({"type":"view","name":"n","url":"http://a.invalid/)" + std::string(1010, 'x') + "\"}", 40020},
    {"UrlWithoutScheme", R"({"type":"view","name":"n","url":"a.invalid"})", 40055},
    {"SixSubEntries", R"({"name":"n","sub_button":[)" + many(6, click) + "]}", 40023},
    {"SubNameTooLong", R"({"name":"n","sub_button":[)" + with(click, "待办", repeated(14, "字")) + "]}", 40025},
    {"SubKeyMissing", R"({"name":"n","sub_button":[)" + with(click, "\"k\"", "\"\"") + "]}", 40026},
    {"SubUrlMissing", R"({"name":"n","sub_button":[{"type":"view","name":"n"}]})", 40027},
    {"SubTypeUnknown", R"({"name":"n","sub_button":[)" + with(click, "click", "clack") + "]}", 40024},
    {"SubUrlWithoutScheme", R"({"name":"n","sub_button":[{"type":"view","name":"n","url":"a.invalid"}]})", 40054},
    {"ThreeLevels", R"({"name":"n","sub_button":[{"name":"m","sub_button":[)" + click + "]}]}", 40022},
};
INSTANTIATE_TEST_SUITE_P(Menus, GivenAMenuBeyondALimit, ::testing::ValuesIn(menu_refusals),
                         [](auto const& info) { return std::string{info.param.name}; });

}  // namespace
}  // namespace wescrm::simulator::tests
