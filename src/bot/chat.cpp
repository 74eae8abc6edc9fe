#include "engine.hpp"
#include "media_commands.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/bot/chat.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/operation/savepoint.hpp>
#include <wescrm/wecom/callback.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace wescrm::bot {
namespace {

using database::bind;

// Leaves the handler when the transaction must be tried again later.
struct TryAgain : std::exception {
    explicit TryAgain(Error why) : error{std::move(why)} {}
    Error error;
};

bool is_passing(Error const& error) { return error.code == Errc::unavailable || error.code == Errc::timed_out; }

Invoke invoke_as(Chat const& chat, operation::Context& ctx) {
    return [&chat, &ctx](std::string_view name, json::Value const& input) -> Result<json::Document> {
        auto const* entry = chat.catalogue.find(name);
        if (!entry) return Error{Errc::not_found, "operation", "这项功能还没有开通"};
        auto outcome = operation::invoke_within(*entry, ctx, input);
        if (!outcome && is_passing(outcome.error())) throw TryAgain{outcome.error()};
        return outcome;
    };
}

Permitted permitted_to(Chat const& chat, operation::Context& ctx) {
    return [&chat, &ctx](std::string_view name) -> Result<void> {
        auto const* entry = chat.catalogue.find(name);
        if (!entry) return Error{Errc::not_found, "operation", "这项功能还没有开通"};
        // Who administers a high sea may call some operations that others need a permission of the same name for.
        if (operation::find_permission(name) && !ctx.may(name)) return operation::no_permission(ctx.actor(), name);
        if (entry->permission == "self" || ctx.may(entry->permission)) return {};
        return operation::no_permission(ctx.actor(), entry->permission);
    };
}

Dialogue load_dialogue(operation::Context& ctx) {
    auto const& me = ctx.actor();
    auto const is_first = ctx.sql().execute(
        "insert into dialogue (tenant_id, employee_id, updated_at) values (:tenant, :me, :now) on conflict do nothing",
        {bind("tenant", me.tenant), bind("me", me.employee), bind("now", ctx.now())});
    // Whoever writes uses the CRM, though he may never have opened a page.
    if (is_first > 0)
        ctx.sql().execute(
            "update employee set activated_at = :now where tenant_id = :tenant and id = :me and activated_at is null",
            {bind("tenant", me.tenant), bind("me", me.employee), bind("now", ctx.now())});
    auto const state = ctx.sql().value<std::string>(
        "select state::text from dialogue where tenant_id = :tenant and employee_id = :me for update",
        {bind("tenant", me.tenant), bind("me", me.employee)});
    return read_dialogue(state.value_or("{}"));
}

void store_dialogue(operation::Context& ctx, Dialogue const& dialogue) {
    ctx.sql().execute(
        "update dialogue set state = :state::jsonb, updated_at = :now, version = version + 1 where tenant_id = :tenant "
        "and employee_id = :me",
        {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("now", ctx.now()),
         bind("state", write_dialogue(dialogue))});
}

void tell(operation::Context& ctx, EmployeeId to, std::string effect_key, std::string kind, json::Document data) {
    auto notice = operation::Notice{};
    notice.effect_key = std::move(effect_key);
    notice.to = to;
    notice.kind = std::move(kind);
    notice.data = std::move(data);
    notice.priority = operation::Priority::waiting;
    ctx.outbox().tell(notice);
}

void send_replies(operation::Context& ctx, jobs::InboxItem const& item, Turn const& turn) {
    auto number = 0;
    for (auto const& reply : turn.replies) {
        auto key = "reply:" + item.effect_prefix() + (number > 0 ? ":" + std::to_string(number) : "");
        ++number;
        tell(ctx, ctx.actor().employee, std::move(key), reply.kind, reply.data.document());
    }
}

void update_pressed_card(operation::Context& ctx, jobs::InboxItem const& item, wecom::CardPress const& press,
                         CardAnswer const& answer) {
    if (press.response_code.empty()) return;
    auto update = operation::CardUpdate{};
    update.effect_key = "card:" + item.effect_prefix();
    update.to = ctx.actor().employee;
    update.response_code = press.response_code;
    update.kind = answer.kind;
    update.data = answer.data.document();
    update.replace_button_text = answer.button_text;
    ctx.outbox().update_card(update);
}

void take_turn(Turn& turn, wecom::Callback const& callback) {
    if (auto const* text = std::get_if<wecom::Text>(&callback.content)) return hear(turn, text->content);
    if (auto const* menu = std::get_if<wecom::MenuPress>(&callback.content)) return press_menu(turn, menu->key);
    if (auto const* card = std::get_if<wecom::CardPress>(&callback.content)) return press_button(turn, card->key);
    if (std::holds_alternative<wecom::EnterApp>(callback.content)) return enter(turn);
    if (auto const* image = std::get_if<wecom::Image>(&callback.content))
        return take_media(turn, "image", image->media_id);
    if (auto const* voice = std::get_if<wecom::Voice>(&callback.content))
        return take_media(turn, "voice", voice->media_id);
    if (auto const* video = std::get_if<wecom::Video>(&callback.content))
        return take_media(turn, "video", video->media_id);
    if (auto const* place = std::get_if<wecom::Location>(&callback.content))
        return take_place(turn, place->latitude, place->longitude, place->place + place->label);
    turn.say("reply_text_only");
}

Result<void> answer(Chat const& chat, operation::Context& ctx, jobs::InboxItem const& item,
                    wecom::Callback const& callback) {
    auto const crm = Crm{invoke_as(chat, ctx), permitted_to(chat, ctx)};
    auto const person = Person{ctx.actor().name, ctx.actor().user_id.value()};
    auto dialogue = load_dialogue(ctx);
    auto const sent_at = callback.created > Instant{} ? callback.created : item.received_at;
    auto const understand = chat.understand_in ? chat.understand_in(ctx) : chat.understand;
    auto turn = Turn{crm, understand, chat.config, person, ctx.zone(), ctx.now(), sent_at, dialogue};
    auto const began = std::chrono::steady_clock::now();
    try {
        take_turn(turn, callback);
    } catch (TryAgain const& later) {
        return later.error;
    }
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (chat.observe) chat.observe(turn.intent, turn.was_refused ? "refused" : "ok", took);
    store_dialogue(ctx, dialogue);
    send_replies(ctx, item, turn);
    auto const* press = std::get_if<wecom::CardPress>(&callback.content);
    if (press && turn.card) update_pressed_card(ctx, item, *press, *turn.card);
    return {};
}

// Somebody whom we do not serve gets one sentence, if the directory knows him at all.
void turn_away(operation::Context& ctx, jobs::InboxItem const& item, wecom::Callback const& callback) {
    auto const employee =
        ctx.sql().value<EmployeeId>("select id from employee where tenant_id = :tenant and user_id = :user",
                                    {bind("tenant", item.tenant), bind("user", callback.from)});
    if (!employee || std::holds_alternative<wecom::EnterApp>(callback.content)) return;
    tell(ctx, *employee, "reply:" + item.effect_prefix(), "reply_not_served", json::Document{rapidjson::kObjectType});
}

Result<void> handle(Chat const& chat, operation::Context& system, jobs::InboxItem const& item) {
    auto const callback = wecom::parse_callback(item.message);
    if (!callback) return callback.error();
    auto actor = operation::load_actor(system.sql(), item.tenant, UserId{callback->from}, operation::Channel::chat);
    if (!actor) {
        if (is_passing(actor.error())) return actor.error();
        turn_away(system, item, *callback);
        return {};
    }
    actor->request_id = "inbox:" + item.effect_prefix();
    actor->client = callback->message_id;
    auto ctx = operation::Context{system.sql(), std::move(*actor), system.now(), chat.services};
    return answer(chat, ctx, item, *callback);
}

void apologise(operation::Context& ctx, jobs::InboxItem const& item) {
    auto const callback = wecom::parse_callback(item.message);
    if (!callback || std::holds_alternative<wecom::EnterApp>(callback->content)) return;
    auto const employee = ctx.sql().value<EmployeeId>(
        "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
        {bind("tenant", item.tenant), bind("user", callback->from)});
    if (!employee) return;
    auto data = json::Document{rapidjson::kObjectType};
    if (auto const* said = std::get_if<wecom::Text>(&callback->content))
        json::set(data, "words", text::truncate(text::one_line(said->content), 30), data.GetAllocator());
    tell(ctx, *employee, "sorry:" + item.effect_prefix(), "reply_sorry", std::move(data));
}

}  // namespace

jobs::InboxHandlers chat_handlers(Chat chat) {
    auto const shared = std::make_shared<Chat const>(std::move(chat));
    auto handler = jobs::InboxHandler{};
    handler.handle = [shared](operation::Context& ctx, jobs::InboxItem const& item) {
        return handle(*shared, ctx, item);
    };
    handler.give_up = apologise;
    handler.someone_waits = true;
    auto handlers = jobs::InboxHandlers{};
    for (auto const* kind : {"text", "image", "voice", "video", "location", "link", "event.click",
                             "event.template_card_event", "event.template_card_menu_event", "event.enter_agent"})
        handlers.emplace(kind, handler);
    return handlers;
}

}  // namespace wescrm::bot
