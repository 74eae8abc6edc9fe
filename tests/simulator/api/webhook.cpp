#include "api/functions.hpp"
#include "api/message_rules.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/http/multipart.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>

// Messages to a group by the key of its webhook: https://developer.work.weixin.qq.com/document/path/99110.
namespace wescrm::simulator::api {
namespace {

constexpr auto webhook_kinds = std::to_array<std::string_view>(
    {"text", "markdown", "markdown_v2", "image", "news", "file", "voice", "template_card"});
constexpr std::size_t webhook_text_bytes = 2'048;
constexpr std::size_t markdown_bytes = 4'096;
constexpr std::size_t webhook_mebibyte = 1024 * 1024;
constexpr std::size_t picture_bytes = 2 * webhook_mebibyte;
constexpr std::size_t file_bytes = 20 * webhook_mebibyte;
constexpr std::size_t voice_bytes = 2 * webhook_mebibyte;
constexpr auto webhook_media_life = hours{72};

std::string webhook_text_in(json::Value const& object, std::string_view name) {
    return json::find_string(object, name).value_or("");
}

Webhook* find_webhook(World& world, Call const& call) {
    auto const at = world.webhooks.find(call.query("key"));
    return at == world.webhooks.end() ? nullptr : &at->second;
}

bool has_webhook_capacity(World& world, Webhook& webhook) {
    auto const now = world.now();
    while (!webhook.recent.empty() && webhook.recent.front() <= now - minutes{1}) webhook.recent.pop_front();
    if (world.limits.webhook_per_minute > 0 && std::ssize(webhook.recent) >= world.limits.webhook_per_minute)
        return false;
    webhook.recent.push_back(now);
    return true;
}

std::string md5_of(std::string_view content) {
    auto digest = std::string(16, '\0');
    auto size = std::size_t{0};
    EVP_Q_digest(nullptr, "MD5", nullptr, content.data(), content.size(),
                 reinterpret_cast<unsigned char*>(digest.data()), &size);
    return to_hex(digest);
}

Answer check_length(json::Value const& part, std::size_t most) {
    auto const content = webhook_text_in(part, "content");
    if (content.empty()) return Answer::fail(44004);
    return content.size() > most ? Answer::fail(45002) : Answer{};
}

Answer check_webhook_picture(json::Value& part, json::Allocator& allocator) {
    auto const content = from_base64(webhook_text_in(part, "base64"));
    if (!content || content->empty()) return Answer::fail(40058, "base64");
    if (content->size() > picture_bytes) return Answer::fail(45001);
    if (!content->starts_with("\x89PNG") && !content->starts_with("\xff\xd8\xff")) return Answer::fail(40004);
    if (text::to_lower(webhook_text_in(part, "md5")) != md5_of(*content)) return Answer::fail(40058, "md5");
    json::set(part, "bytes", json::Value{static_cast<std::int64_t>(content->size())}, allocator);
    return {};
}

Answer check_card_of_webhook(World& world, Corp const& corp, json::Value const& card) {
    auto const type = webhook_text_in(card, "card_type");
    if (type != "text_notice" && type != "news_notice") return Answer::fail(42031);
    if (json::find(card, "action_menu") || json::find(card, "task_id")) return Answer::fail(40058, "action_menu");
    auto const* title = json::find(card, "main_title");
    if (title == nullptr || !title->IsObject()) return Answer::fail(40063, "main_title");
    if (type == "news_notice" && json::find(card, "card_image") == nullptr) return Answer::fail(40063, "card_image");
    return check_card(world, corp, card, false);
}

bool has_own_media(World& world, std::string const& key, std::string const& id, std::string const& type) {
    auto const at = world.media.find(id);
    return at != world.media.end() && at->second.corp_id == "webhook " + key && at->second.type == type &&
           at->second.expires > world.now();
}

}  // namespace

Answer check_webhook_content(World& world, Corp const& corp, std::string const& key, json::Document& message,
                             std::string const& kind, Content& content) {
    auto const* found = json::find(message, kind);
    if (found == nullptr || !found->IsObject()) return Answer::fail(40063, kind);
    auto& part = message[kind.c_str()];
    auto answer = Answer{};
    if (kind == "text") answer = check_length(part, webhook_text_bytes);
    if (kind == "markdown" || kind == "markdown_v2") answer = check_length(part, markdown_bytes);
    if (kind == "image") answer = check_webhook_picture(part, message.GetAllocator());
    if (kind == "news") return check_content(world, corp, message, kind, content);
    if ((kind == "file" || kind == "voice") && !has_own_media(world, key, webhook_text_in(part, "media_id"), kind))
        answer = Answer::fail(40007);
    if (kind == "template_card") {
        answer = check_card_of_webhook(world, corp, part);
        content.card_type = webhook_text_in(part, "card_type");
    }
    if (kind == "image") json::set(part, "base64", "", message.GetAllocator());  // not kept
    if (answer.errcode == 0) content.json = std::make_shared<std::string const>(json::write(part));
    return answer;
}

Answer webhook_send(World& world, Call& call) {
    auto* webhook = find_webhook(world, call);
    if (webhook == nullptr) return Answer::fail(93000);
    auto const* corp = world.find_corp(webhook->corp_id);
    if (corp == nullptr) return Answer::fail(93000);
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    auto const kind = json::find_string(call.body, "msgtype").value_or("");
    if (std::ranges::find(webhook_kinds, kind) == webhook_kinds.end()) return Answer::fail(40008);
    call.detail = webhook->name + " " + kind;
    if (!has_webhook_capacity(world, *webhook)) return Answer::fail(45009);
    auto content = Content{};
    if (auto wrong = check_webhook_content(world, *corp, webhook->key, call.body, kind, content); wrong.errcode != 0)
        return wrong;
    call.detail += " " + text::truncate(text::one_line(*content.json), 40);
    world.group_messages.add(
        {0, world.now(), webhook->corp_id, {}, webhook->name, kind, content.json, {}, content.was_cut});
    world.news.raise();
    return {};
}

Answer webhook_upload_media(World& world, Call& call) {
    auto const* webhook = find_webhook(world, call);
    if (webhook == nullptr) return Answer::fail(93000);
    auto const type = call.query("type");
    if (type != "file" && type != "voice") return Answer::fail(40004);
    auto parts = http::parse_multipart(call.request.headers.find("Content-Type").value_or(""), call.request.body);
    if (!parts) return Answer::fail(41005);
    for (auto& part : *parts) {
        if (part.name != "media") continue;
        if (part.content.empty()) return Answer::fail(44001);
        if (part.content.size() <= 5) return Answer::fail(40006);
        if (part.content.size() > (type == "file" ? file_bytes : voice_bytes)) return Answer::fail(45001);
        if (type == "voice" && !part.content.starts_with("#!AMR")) return Answer::fail(40004);
        auto const id = "media-" + random_word(40);
        auto const now = world.now();
        call.detail = webhook->name + " " + type + " " + part.file_name;
        world.media[id] = Media{"webhook " + webhook->key, type,
                                std::move(part.file_name), std::move(part.content_type),
                                std::move(part.content),   now + webhook_media_life};
        auto out = JsonOut{};
        out.object()
            .text("type", type)
            .text("media_id", id)
            .text("created_at", std::to_string(unix_seconds(now)))
            .end();
        return Answer::ok(out);
    }
    return Answer::fail(41005);
}

}  // namespace wescrm::simulator::api
