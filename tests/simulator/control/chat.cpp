#include "control/control.hpp"
#include "protocol/crypt.hpp"
#include "protocol/json_out.hpp"
#include "protocol/xml.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace wescrm::simulator::control {
namespace {

constexpr auto chat_code_life = hours{72};
constexpr auto chat_media_life = hours{72};
constexpr auto detail_characters = std::size_t{40};

/// Who acts in which app.
struct Actor {
    Corp* corp = nullptr;
    App* app = nullptr;
    Member* member = nullptr;
};

/// An answer with the reason, or the actor filled in.
std::optional<http::Response> find_actor(Control& control, http::Request const& request, Actor& actor) {
    actor.corp = control.world.find_corp(request.path_parameters.at("corp"));
    if (actor.corp == nullptr) return refuse(404, "没有这家企业");
    for (auto& [id, app] : actor.corp->apps) {
        if (std::to_string(id) == request.path_parameters.at("agent")) actor.app = &app;
    }
    if (actor.app == nullptr) return refuse(404, "没有这个应用");
    actor.member = actor.corp->find_member(request.path_parameters.at("user"));
    if (actor.member == nullptr) return refuse(404, "没有这位员工");
    return std::nullopt;
}

XmlOut begin_xml(World const& world, Actor const& actor, std::string_view kind) {
    auto out = XmlOut{};
    out.open("xml").text("ToUserName", actor.corp->corp_id).text("FromUserName", actor.member->user_id);
    out.number("CreateTime", unix_seconds(world.now())).text("MsgType", kind);
    return out;
}

std::string finish_xml(XmlOut out, Actor const& actor) {
    out.number("AgentID", actor.app->agent_id).close("xml");
    return std::move(out).take();
}

std::string event_xml(World const& world, Actor const& actor, std::string_view event, std::string_view key) {
    auto out = begin_xml(world, actor, "event");
    out.text("Event", event).text("EventKey", key);
    return finish_xml(std::move(out), actor);
}

double chat_number_in(json::Value const& body, std::string_view name, double otherwise) {
    auto const* found = json::find(body, name);
    return found != nullptr && found->IsNumber() ? found->GetDouble() : otherwise;
}

struct Action {
    std::string kind;
    std::string detail;
    std::string xml;
    std::string serial;
    std::string shown_kind;  ///< kind of the line in the chat; empty: none
    std::string shown;       ///< its JSON
};

/// Pushes the callback and shows the line; then waits for the result if the caller asked for it.
asio::awaitable<http::Response> perform_chat(Control& control, Actor actor, Action action, std::int64_t wait_ms) {
    auto& world = control.world;
    auto delivery = Delivery{};
    delivery.corp_id = actor.corp->corp_id;
    delivery.target = "app/" + std::to_string(actor.app->agent_id);
    delivery.user_id = actor.member->user_id;
    delivery.kind = action.kind;
    delivery.detail = text::truncate(action.detail, detail_characters);
    delivery.serial = action.serial;
    delivery.xml = std::move(action.xml);
    auto const delivery_id = control.deliverer.push(std::move(delivery));
    auto message_id = std::uint64_t{0};
    if (!action.shown_kind.empty()) {
        auto message = ChatMessage{};
        message.corp_id = actor.corp->corp_id;
        message.agent_id = actor.app->agent_id;
        message.user_id = actor.member->user_id;
        message.from_app = false;
        message.kind = action.shown_kind;
        message.at = world.now();
        message.content = std::make_shared<std::string const>(std::move(action.shown));
        message.delivery = delivery_id.value_or(0);
        auto& kept = world.messages.add(std::move(message));
        world.touch(kept);
        message_id = kept.id;
    }
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{wait_ms};
    auto const is_done = [&] {
        auto const* known = world.deliveries.find(delivery_id.value_or(0));
        return known == nullptr || (known->state != "waiting" && known->state != "running");
    };
    while (!is_done() && std::chrono::steady_clock::now() < deadline) co_await world.news.wait_until(deadline);
    auto out = JsonOut{};
    out.object().id("message_id", message_id).id("delivery_id", delivery_id.value_or(0));
    if (auto const* known = world.deliveries.find(delivery_id.value_or(0))) out.raw("delivery", to_json(*known));
    out.end();
    co_return http::Response::json(delivery_id ? 200 : 409, out.take());
}

using Act = std::function<std::optional<http::Response>(Control&, Actor&, json::Document const&, Action&)>;

asio::awaitable<http::Response> handle_chat(Control& control, Act const& act, http::Request& request) {
    auto actor = Actor{};
    if (auto refusal = find_actor(control, request, actor)) co_return *refusal;
    auto const body = read_body(request);
    if (!body) co_return refuse(400, "请求体不是 JSON 对象");
    auto action = Action{};
    action.serial = json::find_string(*body, "serial").value_or("");
    if (auto refusal = act(control, actor, *body, action)) co_return *refusal;
    auto const wait = json::find_integer(*body, "wait_ms").value_or(0);
    co_return co_await perform_chat(control, actor, std::move(action), wait);
}

std::optional<http::Response> write_text(Control& control, Actor& actor, json::Document const& body, Action& action) {
    auto const content = json::find_string(body, "content").value_or("");
    if (content.empty()) return refuse(400, "缺少 content");
    auto& world = control.world;
    auto out = begin_xml(world, actor, "text");
    out.text("Content", content).number("MsgId", static_cast<std::int64_t>(world.next_msg_id++));
    action = {"text", content, finish_xml(std::move(out), actor), action.serial, "text", {}};
    auto shown = JsonOut{};
    shown.object().text("content", content).end();
    action.shown = shown.take();
    return std::nullopt;
}

std::string keep_media(World& world, Actor const& actor, std::string type, std::string content, std::string name) {
    auto id = "media-" + random_word(40);
    auto const content_type = content.starts_with("\x89PNG")        ? "image/png"
                              : content.starts_with("\xff\xd8\xff") ? "image/jpeg"
                                                                    : "application/octet-stream";
    world.media[id] = Media{actor.corp->corp_id, std::move(type),    std::move(name),
                            content_type,        std::move(content), world.now() + chat_media_life};
    return id;
}

std::optional<http::Response> write_media(Control& control, Actor& actor, json::Document const& body, Action& action,
                                          std::string const& type) {
    auto& world = control.world;
    auto content = from_base64(json::find_string(body, "base64").value_or(""));
    if (!content || content->empty()) return refuse(400, "缺少 base64");
    auto const name = json::find_string(body, "filename").value_or(type);
    auto const id = keep_media(world, actor, type, std::move(*content), name);
    auto out = begin_xml(world, actor, type);
    if (type == "image") out.text("PicUrl", world.base_url + "/sim/media/" + id);
    out.text("MediaId", id);
    if (type == "voice") out.text("Format", "amr");
    if (type == "video") out.text("ThumbMediaId", id);
    out.number("MsgId", static_cast<std::int64_t>(world.next_msg_id++));
    auto shown = JsonOut{};
    shown.object().text("media_id", id).text("filename", name).end();
    action = {type, name, finish_xml(std::move(out), actor), action.serial, type, shown.take()};
    return std::nullopt;
}

std::optional<http::Response> write_location(Control& control, Actor& actor, json::Document const& body,
                                             Action& action) {
    auto& world = control.world;
    auto const label = json::find_string(body, "label").value_or("");
    auto out = begin_xml(world, actor, "location");
    out.decimal("Location_X", chat_number_in(body, "latitude", 31.230));
    out.decimal("Location_Y", chat_number_in(body, "longitude", 121.474));
    out.number("Scale", 15).text("Label", label).number("MsgId", static_cast<std::int64_t>(world.next_msg_id++));
    out.text("AppType", "wxwork");
    auto shown = JsonOut{};
    shown.object().text("label", label).end();
    action = {"location", label, finish_xml(std::move(out), actor), action.serial, "location", shown.take()};
    return std::nullopt;
}

std::optional<http::Response> write_link(Control& control, Actor& actor, json::Document const& body, Action& action) {
    auto& world = control.world;
    auto const title = json::find_string(body, "title").value_or("");
    auto const url = json::find_string(body, "url").value_or("");
    if (url.empty()) return refuse(400, "缺少 url");
    auto out = begin_xml(world, actor, "link");
    out.text("Title", title).text("Description", json::find_string(body, "description").value_or(""));
    out.text("Url", url).text("PicUrl", json::find_string(body, "pic_url").value_or(""));
    out.number("MsgId", static_cast<std::int64_t>(world.next_msg_id++));
    auto shown = JsonOut{};
    shown.object().text("title", title).text("url", url).end();
    action = {"link", title, finish_xml(std::move(out), actor), action.serial, "link", shown.take()};
    return std::nullopt;
}

/// The menu entry with that key, URL or name; null if there is none.
json::Value const* find_entry(json::Value const& entries, std::string const& wanted) {
    if (!entries.IsArray()) return nullptr;
    for (auto const& entry : entries.GetArray()) {
        auto const* children = json::find(entry, "sub_button");
        if (children != nullptr && children->IsArray() && !children->Empty()) {
            if (auto const* found = find_entry(*children, wanted)) return found;
            continue;
        }
        for (auto const* name : {"key", "name", "url"}) {
            if (json::find_string(entry, name) == wanted) return &entry;
        }
    }
    return nullptr;
}

/// What scanning, pictures and places add to the event; the picture itself is a message of its own.
void write_menu_result(XmlOut& out, std::string const& type, json::Document const& body) {
    if (type.starts_with("scancode_")) {
        out.open("ScanCodeInfo").text("ScanType", "qrcode");
        out.text("ScanResult", json::find_string(body, "scan_result").value_or("")).close("ScanCodeInfo");
    } else if (type.starts_with("pic_")) {
        auto const picture = from_base64(json::find_string(body, "base64").value_or(""));
        auto const has_one = picture && !picture->empty();
        out.open("SendPicsInfo").number("Count", has_one ? 1 : 0).open("PicList");
        if (has_one) out.open("item").text("PicMd5Sum", md5_hex(*picture)).close("item");
        out.close("PicList").close("SendPicsInfo");
    } else if (type == "location_select") {
        out.open("SendLocationInfo").decimal("Location_X", chat_number_in(body, "latitude", 31.230));
        out.decimal("Location_Y", chat_number_in(body, "longitude", 121.474)).number("Scale", 15);
        out.text("Label", json::find_string(body, "label").value_or("")).text("Poiname", "").close("SendLocationInfo");
    }
}

std::optional<http::Response> choose_menu(Control& control, Actor& actor, json::Document const& body, Action& action) {
    auto const wanted = json::find_string(body, "key").value_or(json::find_string(body, "name").value_or(""));
    auto const menu = json::parse(actor.app->menu.empty() ? "{}" : actor.app->menu);
    auto const* buttons = menu ? json::find(*menu, "button") : nullptr;
    auto const* entry = buttons == nullptr ? nullptr : find_entry(*buttons, wanted);
    if (entry == nullptr) return refuse(404, "菜单里没有这一项");
    auto const type = json::find_string(*entry, "type").value_or("click");
    auto const key = json::find_string(*entry, type == "view"               ? "url"
                                               : type == "view_miniprogram" ? "pagepath"
                                                                            : "key");
    auto const name = json::find_string(*entry, "name").value_or("");
    action.kind = type;
    action.detail = name;
    auto out = begin_xml(control.world, actor, "event");
    out.text("Event", type).text("EventKey", key.value_or(""));
    write_menu_result(out, type, body);
    action.xml = finish_xml(std::move(out), actor);
    return std::nullopt;
}

void write_selected(XmlOut& out, json::Value const& selected) {
    out.open("SelectedItems");
    for (auto const& item : selected.GetObject()) {
        out.open("SelectedItem").text("QuestionKey", json::view(item.name)).open("OptionIds");
        if (item.value.IsArray()) {
            for (auto const& id : item.value.GetArray()) {
                if (id.IsString()) out.text("OptionId", json::view(id));
            }
        } else if (item.value.IsString()) {
            out.text("OptionId", json::view(item.value));
        }
        out.close("OptionIds").close("SelectedItem");
    }
    out.close("SelectedItems");
}

bool has_chat_key(json::Value const& card, std::string_view list, std::string const& key) {
    auto const* found = json::find(card, list);
    return found != nullptr && found->IsArray() && std::ranges::any_of(found->GetArray(), [&](json::Value const& item) {
               return json::find_string(item, "key") == key;
           });
}

/// A button of the card, its submit button, or an entry of its menu.
std::string event_of_key(json::Value const& card, std::string const& key) {
    auto const* submit = json::find(card, "submit_button");
    if (has_chat_key(card, "button_list", key)) return "template_card_event";
    if (submit != nullptr && json::find_string(*submit, "key") == key) return "template_card_event";
    auto const* menu = json::find(card, "action_menu");
    if (menu != nullptr && has_chat_key(*menu, "action_list", key)) return "template_card_menu_event";
    return {};
}

std::optional<http::Response> press(Control& control, Actor& actor, json::Document const& body, Action& action) {
    auto& world = control.world;
    auto const id = json::find_string(body, "message_id").value_or("");
    auto* message = world.messages.find(std::strtoull(id.c_str(), nullptr, 10));
    if (message == nullptr || text::to_lower(message->user_id) != text::to_lower(actor.member->user_id)) {
        return refuse(404, "没有这张卡片");
    }
    auto const card = json::parse(*message->content);
    auto const key = json::find_string(body, "key").value_or("");
    auto const event = card ? event_of_key(*card, key) : std::string{};
    if (event.empty()) return refuse(409, "卡片上没有这个按钮");
    auto const is_closed = !message->replaced_button.empty() || json::find(*card, "replace_text") != nullptr;
    if (message->is_recalled || (is_closed && event == "template_card_event")) return refuse(409, "按钮已不可点击");
    auto const code = random_word(40);
    world.response_codes[code] =
        ResponseCode{message->corp_id, message->agent_id, message->msgid, world.now() + chat_code_life, false};
    auto out = begin_xml(world, actor, "event");
    out.text("Event", event).text("EventKey", key).text("TaskId", message->task_id);
    out.text("CardType", message->card_type).text("ResponseCode", code);
    auto const* selected = json::find(body, "selected");
    if (selected != nullptr && selected->IsObject() && event == "template_card_event") write_selected(out, *selected);
    action.kind = event;
    action.detail = key;
    action.xml = finish_xml(std::move(out), actor);
    message->pressed = key;
    world.touch(*message);
    return std::nullopt;
}

std::optional<http::Response> enter(Control& control, Actor& actor, json::Document const&, Action& action) {
    action.kind = "enter_agent";
    action.xml = event_xml(control.world, actor, "enter_agent", "");
    return std::nullopt;
}

std::optional<http::Response> send_event(Control& control, Actor& actor, json::Document const& body, Action& action) {
    auto const event = json::find_string(body, "event").value_or("");
    if (event.empty()) return refuse(400, "缺少 event");
    action.kind = event;
    action.detail = json::find_string(body, "key").value_or("");
    action.xml = event_xml(control.world, actor, event, action.detail);
    return std::nullopt;
}

/// Any decrypted XML, as it comes.
asio::awaitable<http::Response> send_raw(Control& control, http::Request& request) {
    auto actor = Actor{};
    if (auto refusal = find_actor(control, request, actor)) co_return *refusal;
    auto event = element_text(request.body, "Event");
    auto action = Action{};
    action.kind = event.empty() ? element_text(request.body, "MsgType") : std::move(event);
    action.detail = "原始 XML";
    action.xml = request.body;
    co_return co_await perform_chat(control, actor, std::move(action), query_number(request, "wait_ms", 0));
}

http::Response media(Control& control, http::Request const& request) {
    auto const at = control.world.media.find(request.path_parameters.at("id"));
    if (at == control.world.media.end()) return refuse(404, "没有这个素材");
    auto response = http::Response{};
    response.headers.set("Content-Type",
                         at->second.content_type.empty() ? "application/octet-stream" : at->second.content_type);
    response.headers.set("Cache-Control", "private, max-age=3600");
    response.body = at->second.content;
    return response;
}

}  // namespace

void add_chat_routes(http::Router& router, Control& control) {
    auto const base = std::string{"/sim/corps/{corp}/apps/{agent}/users/{user}/"};
    auto const add = [&](std::string const& name, Act act) {
        router.add(http::Method::post, base + name, [&control, act = std::move(act)](http::Request& request) {
            return handle_chat(control, act, request);
        });
    };
    add("text", write_text);
    for (auto const* type : {"image", "voice", "video"}) {
        add(type, [type = std::string{type}](Control& c, Actor& a, json::Document const& b, Action& x) {
            return write_media(c, a, b, x, type);
        });
    }
    add("location", write_location);
    add("link", write_link);
    add("menu", choose_menu);
    add("press", press);
    add("enter", enter);
    add("event", send_event);
    router.add(http::Method::post, base + "raw",
               [&control](http::Request& request) { return send_raw(control, request); });
    router.add(
        http::Method::get, "/sim/media/{id}",
        [&control](http::Request& request) -> asio::awaitable<http::Response> { co_return media(control, request); });
}

}  // namespace wescrm::simulator::control
