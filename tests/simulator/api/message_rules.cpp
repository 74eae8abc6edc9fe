#include "api/message_rules.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::simulator::api {
namespace {

constexpr auto message_text_bytes = std::size_t{2048};
constexpr auto title_bytes = std::size_t{128};
constexpr auto description_bytes = std::size_t{512};
constexpr auto url_bytes = std::size_t{2048};
constexpr auto mpnews_bytes = std::size_t{666} * 1024;

std::string message_text_in(json::Value const& object, std::string_view name) {
    return json::find_string(object, name).value_or("");
}

bool is_url(std::string const& url) { return url.starts_with("http://") || url.starts_with("https://"); }

/// Cuts at a byte, as WeCom does, but not within a character.
void cut(json::Value& object, std::string_view name, std::size_t bytes, json::Allocator& allocator, Content& content) {
    auto value = message_text_in(object, name);
    if (value.size() <= bytes) return;
    auto end = bytes;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
    value.resize(end);
    json::set(object, name, value, allocator);
    content.was_cut = true;
}

void cut_characters(json::Value& object, std::string_view name, std::size_t count, json::Allocator& allocator,
                    Content& content) {
    auto const value = message_text_in(object, name);
    if (text::length(value) <= count) return;
    json::set(object, name, text::truncate(value, count), allocator);
    content.was_cut = true;
}

Answer check_text(json::Value& text, json::Allocator& allocator, Content& content) {
    if (message_text_in(text, "content").empty()) return Answer::fail(44004);
    cut(text, "content", message_text_bytes, allocator, content);
    return {};
}

Answer check_markdown(json::Value const& markdown) {
    auto const content = message_text_in(markdown, "content");
    if (content.empty()) return Answer::fail(44004);
    return content.size() > message_text_bytes ? Answer::fail(45002) : Answer{};
}

Answer check_textcard(json::Value& card, json::Allocator& allocator, Content& content) {
    if (message_text_in(card, "title").empty()) return Answer::fail(40063, "title");
    if (message_text_in(card, "description").empty()) return Answer::fail(41033);
    auto const url = message_text_in(card, "url");
    if (url.empty()) return Answer::fail(40063, "url");
    if (url.size() > url_bytes || !is_url(url)) return Answer::fail(40058, "url");
    cut(card, "title", title_bytes, allocator, content);
    cut(card, "description", description_bytes, allocator, content);
    cut_characters(card, "btntxt", 4, allocator, content);
    return {};
}

Answer check_article(json::Value& article, json::Allocator& allocator, Content& content) {
    if (message_text_in(article, "title").empty()) return Answer::fail(40063, "title");
    auto const url = message_text_in(article, "url");
    auto const appid = message_text_in(article, "appid");
    auto const pagepath = message_text_in(article, "pagepath");
    if (appid.empty() != pagepath.empty()) return Answer::fail(40063, "appid, pagepath");
    if (appid.empty() && url.empty()) return Answer::fail(40063, "url");
    if (appid.empty() && (url.size() > url_bytes || !is_url(url))) return Answer::fail(40058, "url");
    if (message_text_in(article, "picurl").size() > url_bytes) return Answer::fail(40058, "picurl");
    cut(article, "title", title_bytes, allocator, content);
    cut(article, "description", description_bytes, allocator, content);
    return {};
}

Answer check_news(json::Value& news, json::Allocator& allocator, Content& content) {
    auto const* found = json::find(news, "articles");
    if (found == nullptr || !found->IsArray() || found->Empty()) return Answer::fail(40063, "articles");
    if (found->Size() > 8) return Answer::fail(45008);
    for (auto& article : news["articles"].GetArray()) {
        if (auto wrong = check_article(article, allocator, content); wrong.errcode != 0) return wrong;
    }
    return {};
}

Answer check_mpnews(World& world, Corp const& corp, json::Value& news, json::Allocator& allocator, Content& content) {
    auto const* found = json::find(news, "articles");
    if (found == nullptr || !found->IsArray() || found->Empty()) return Answer::fail(40063, "articles");
    if (found->Size() > 8) return Answer::fail(45008);
    for (auto& article : news["articles"].GetArray()) {
        if (message_text_in(article, "title").empty()) return Answer::fail(40063, "title");
        if (message_text_in(article, "content").empty()) return Answer::fail(40063, "content");
        if (message_text_in(article, "content").size() > mpnews_bytes) return Answer::fail(45002);
        if (message_text_in(article, "author").size() > 64) return Answer::fail(45032);
        if (!has_media(world, corp, message_text_in(article, "thumb_media_id"), "image")) return Answer::fail(40007);
        cut(article, "title", title_bytes, allocator, content);
        cut(article, "digest", description_bytes, allocator, content);
    }
    return {};
}

Answer check_media(World& world, Corp const& corp, json::Value& media, std::string const& kind,
                   json::Allocator& allocator, Content& content) {
    auto const id = message_text_in(media, "media_id");
    if (!has_media(world, corp, id, kind)) return Answer::fail(40007);
    // What the receiver sees of it comes from the upload.
    auto const& uploaded = world.media.at(id);
    json::set(media, "filename", uploaded.file_name, allocator);
    json::set(media, "bytes", json::Value{static_cast<std::int64_t>(uploaded.content.size())}, allocator);
    if (kind != "video") return {};
    cut(media, "title", title_bytes, allocator, content);
    cut(media, "description", description_bytes, allocator, content);
    return {};
}

Answer check_safe(json::Value const& message, std::string const& kind) {
    auto const safe = json::find_integer(message, "safe").value_or(0);
    if (safe != 0 && kind == "news") return Answer::fail(40074);
    if (safe < 0 || safe > 2 || (safe == 2 && kind != "mpnews")) return Answer::fail(40058, "safe");
    return {};
}

}  // namespace

bool has_media(World& world, Corp const& corp, std::string const& media_id, std::string_view type) {
    auto const at = world.media.find(media_id);
    if (at == world.media.end() || at->second.corp_id != corp.corp_id) return false;
    return at->second.expires > world.now() && (type.empty() || at->second.type == type);
}

Answer check_content(World& world, Corp const& corp, json::Document& message, std::string const& kind,
                     Content& content) {
    auto& allocator = message.GetAllocator();
    if (auto wrong = check_safe(message, kind); wrong.errcode != 0) return wrong;
    auto const* found = json::find(message, kind);
    if (found == nullptr || !found->IsObject()) return Answer::fail(40063, kind);
    auto& part = message[kind.c_str()];
    auto answer = Answer{};
    if (kind == "text") answer = check_text(part, allocator, content);
    if (kind == "markdown") answer = check_markdown(part);
    if (kind == "textcard") answer = check_textcard(part, allocator, content);
    if (kind == "news") answer = check_news(part, allocator, content);
    if (kind == "mpnews") answer = check_mpnews(world, corp, part, allocator, content);
    if (kind == "image" || kind == "voice" || kind == "video" || kind == "file") {
        answer = check_media(world, corp, part, kind, allocator, content);
    }
    if (kind == "template_card") {
        answer = check_card(world, corp, part, false);
        content.card_type = message_text_in(part, "card_type");
        content.task_id = message_text_in(part, "task_id");
        content.needs_callback = is_interactive(part);
    }
    if (answer.errcode == 0) content.json = std::make_shared<std::string const>(json::write(part));
    return answer;
}

}  // namespace wescrm::simulator::api
