#include "message_check.hpp"

#include "checker.hpp"

namespace wescrm::wecom {
namespace {

// An article leads to an address or to a mini program, which needs both of its members.
void check_articles(Checker& check, json::Value& news) {
    check.only(news, {"articles"});
    check.list(news, "articles", 1, 8, [&](json::Value& article) {
        check.only(article, {"title", "description", "url", "picurl", "appid", "pagepath"});
        auto const is_program = json::find(article, "appid") || json::find(article, "pagepath");
        check.text(article, "title", 128, Cut::bytes, true);
        check.text(article, "description", 512, Cut::bytes);
        check.url(article, "url", !is_program);
        check.url(article, "picurl", false);
        check.text(article, "appid", 128, Cut::never, is_program);
        check.text(article, "pagepath", 128, Cut::never, is_program);
    });
}

void check_textcard(Checker& check, json::Value& card) {
    check.only(card, {"title", "description", "url", "btntxt"});
    check.text(card, "title", 128, Cut::bytes, true);
    check.text(card, "description", 512, Cut::bytes, true);
    check.url(card, "url", true);
    check.text(card, "btntxt", 4, Cut::characters);
}

void check_video(Checker& check, json::Value& video) {
    check.only(video, {"media_id", "title", "description"});
    check.text(video, "media_id", 256, Cut::never, true);
    check.text(video, "title", 128, Cut::bytes);
    check.text(video, "description", 512, Cut::bytes);
}

}  // namespace

// https://developer.work.weixin.qq.com/document/path/90236
std::optional<std::string> check_payload(json::Value& payload, json::Allocator& allocator) {
    auto check = Checker{allocator};
    auto const type = json::find_string(payload, "msgtype").value_or("");
    auto* body = payload.IsObject() && !type.empty() ? check.object(payload, type.c_str(), true) : nullptr;
    if (!body) return "msgtype or its object is missing";
    check.only(payload, {"msgtype", type});
    if (type == "text" || type == "markdown") {
        check.only(*body, {"content"});
        check.text(*body, "content", 2'048, Cut::bytes, true);
    } else if (type == "textcard") {
        check_textcard(check, *body);
    } else if (type == "news") {
        check_articles(check, *body);
    } else if (type == "image" || type == "file" || type == "voice") {
        check.only(*body, {"media_id"});
        check.text(*body, "media_id", 256, Cut::never, true);
    } else if (type == "video") {
        check_video(check, *body);
    } else if (type == "template_card") {
        check_card(check, *body);
    } else {
        return "msgtype is unknown";
    }
    return check.problem();
}

}  // namespace wescrm::wecom
