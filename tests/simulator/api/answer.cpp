#include "api/answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace wescrm::simulator::api {
namespace {

constexpr auto answer_texts = std::to_array<std::pair<int, std::string_view>>({
    {-1, "system error"},
    {40001, "invalid credential"},
    {40003, "invalid userid"},
    {40004, "invalid media type"},
    {40006, "invalid media size"},
    {40007, "invalid media_id"},
    {40008, "invalid message type"},
    {40013, "invalid corpid"},
    {40014, "invalid access_token"},
    {40016, "invalid button size"},
    {40017, "invalid button type"},
    {40018, "invalid button name size"},
    {40019, "invalid button key size"},
    {40020, "invalid button url size"},
    {40022, "invalid sub button level"},
    {40023, "invalid sub button size"},
    {40024, "invalid sub button type"},
    {40025, "invalid sub button name size"},
    {40026, "invalid sub button key size"},
    {40027, "invalid sub button url size"},
    {40029, "invalid code"},
    {40031, "invalid user list"},
    {40032, "invalid user list size"},
    {40033, "invalid charset"},
    {40035, "invalid parameter list"},
    {40054, "invalid sub button url domain"},
    {40055, "invalid button url domain"},
    {40056, "invalid agentid"},
    {40058, "invalid Request Parameter"},
    {40063, "some parameters are empty"},
    {40068, "invalid tagid"},
    {40071, "tag name exist"},
    {40074, "news does not support safe"},
    {40091, "invalid secret"},
    {40096, "invalid external userid"},
    {40126, "corp tag count exceed limit"},
    {41001, "access_token missing"},
    {41002, "corpid missing"},
    {41004, "corpsecret missing"},
    {41005, "media data missing"},
    {41008, "code missing"},
    {41033, "missing description"},
    {42001, "access_token expired"},
    {42003, "oauth_code expired"},
    {42014, "invalid template_card task_id"},
    {42015, "invalid response_code: another app"},
    {42016, "unknown template_card task_id"},
    {42017, "missing button key"},
    {42018, "missing button name"},
    {42022, "oauth_code used"},
    {42027, "missing keyname"},
    {42028, "missing url"},
    {42029, "missing media_id"},
    {42031, "invalid card_type"},
    {42033, "missing title"},
    {42035, "horizontal_content_list exceed max size"},
    {42036, "vertical_content_list exceed max size"},
    {42037, "invalid option_list size"},
    {42038, "missing button text"},
    {42039, "missing button key"},
    {42040, "missing option id"},
    {42041, "missing option text"},
    {42042, "jump_list exceed max size"},
    {42043, "missing question_key"},
    {42044, "missing card_image url"},
    {42045, "invalid card_action"},
    {42046, "missing submit_button key"},
    {42047, "invalid select_list size"},
    {42049, "missing submit_button text"},
    {42050, "missing userid"},
    {42051, "action_menu key conflict"},
    {42052, "msgid expired"},
    {43004, "require subscribe"},
    {43012, "require callback url"},
    {44001, "empty media data"},
    {44004, "text content is empty"},
    {45001, "media size out of limit"},
    {45002, "content size out of limit"},
    {45008, "article size out of limit"},
    {45009, "api freq out of limit"},
    {45029, "response too large"},
    {45032, "author size out of limit"},
    {45033, "api concurrent out of limit"},
    {48002, "api forbidden"},
    {48009, "api forbidden for contacts secret"},
    {50001, "redirect_url domain not match"},
    {50003, "agent closed"},
    {50100, "invalid cursor"},
    {60003, "department not found"},
    {60011, "no privilege to access/modify contact/party/agent"},
    {60020, "not allow to access from your ip"},
    {60111, "userid not found"},
    {60123, "invalid department id"},
    {60140, "invalid response_code"},
    {81012, "no recipients"},
    {81013, "user & party & tag all invalid"},
    {82001, "no users, parties or tags"},
    {82002, "party list too long"},
    {82003, "tag list too long"},
    {82101, "update targets empty"},
    {82102, "update targets invalid"},
    {84061, "not external contact"},
    {84014, "user_ticket expired"},
    {84015, "invalid user_ticket"},
    {84025, "invalid state"},
    {84090, "missing user_ticket"},
    {91040, "unknown ticket type"},
    {92000, "member not in range"},
    {92001, "no permission for sensitive data"},
    {301002, "not allow operate another agent with this accesstoken"},
    {301007, "corp unavailable"},
    {86001, "invalid chatid"},
    {86003, "chatid not exist"},
    {86006, "chat member size out of range"},
    {86008, "chat is not created by the app"},
    {86207, "owner is not a member of the chat"},
    {86215, "chatid exists already"},
    {93000, "invalid webhook url, hint: key"},
});

}  // namespace

std::string_view text_of(int errcode) {
    auto const at = std::ranges::find(answer_texts, errcode, &std::pair<int, std::string_view>::first);
    return at == answer_texts.end() ? "error" : at->second;
}

Answer Answer::fail(int errcode, std::string_view about) {
    auto answer = Answer{.errcode = errcode, .message = std::string{text_of(errcode)}};
    if (!about.empty()) answer.message.append(": ").append(about);
    return answer;
}

std::optional<std::int64_t> query_number(Call const& call, std::string_view name) {
    auto const text = call.query(name);
    auto value = std::int64_t{0};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace wescrm::simulator::api
