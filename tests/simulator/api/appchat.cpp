#include "api/functions.hpp"
#include "api/message_rules.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

// Group chats made by an app: https://developer.work.weixin.qq.com/document/path/90244, 90245, 98913, 98914.
namespace wescrm::simulator::api {
namespace {

constexpr auto appchat_kinds = std::to_array<std::string_view>(
    {"text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown"});
constexpr std::size_t name_characters = 50;
constexpr std::size_t fewest_members = 2;
constexpr std::size_t most_members = 2'000;
constexpr std::size_t chatid_characters = 32;
constexpr DepartmentNumber appchat_root = 1;

std::string key_of(Call const& call, std::string const& chatid) { return call.corp->corp_id + "/" + chatid; }

bool is_chatid(std::string const& chatid) {
    auto const is_good = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !chatid.empty() && chatid.size() <= chatid_characters && std::ranges::all_of(chatid, is_good);
}

/// Counts `times` uses. False: there would be more than `most` within `period`.
bool may_use_chat(World& world, std::string const& what, hours period, std::int64_t most, std::int64_t times = 1) {
    if (most <= 0) return true;
    auto& uses = world.group_uses[what];
    auto const now = world.now();
    while (!uses.empty() && uses.front() <= now - period) uses.pop_front();
    if (std::ssize(uses) + times > most) return false;
    uses.insert(uses.end(), static_cast<std::size_t>(times), now);
    return true;
}

std::int64_t recent(std::deque<Instant> const& uses, Instant since) {
    return std::ranges::count_if(uses, [since](Instant at) { return at > since; });
}

/// Only an app that everybody sees may.
std::optional<Answer> refuse_app(Call const& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    if (!call.corp->visible_departments(*call.app).contains(appchat_root)) return Answer::fail(48002, "visible range");
    return std::nullopt;
}

std::vector<std::string> appchat_list_in(json::Value const& body, std::string_view name) {
    auto found = std::vector<std::string>{};
    auto const* list = json::find(body, name);
    if (list == nullptr || !list->IsArray()) return found;
    for (auto const& item : list->GetArray())
        if (item.IsString() && std::ranges::find(found, json::view(item)) == found.end())
            found.emplace_back(json::view(item));
    return found;
}

bool are_members(Call const& call, std::vector<std::string> const& users) {
    return std::ranges::all_of(users, [&](std::string const& user) { return call.corp->find_member(user) != nullptr; });
}

bool contains(std::vector<std::string> const& users, std::string const& user) {
    return std::ranges::find(users, user) != users.end();
}

/// The group of the call, made by the calling app; or the refusal.
std::pair<Group*, Answer> find_group(World& world, Call const& call, std::string const& chatid) {
    if (!is_chatid(chatid)) return {nullptr, Answer::fail(86001)};
    auto const at = world.groups.find(key_of(call, chatid));
    if (at == world.groups.end()) return {nullptr, Answer::fail(86003)};
    if (at->second.agent_id != call.app->agent_id) return {nullptr, Answer::fail(86008)};
    return {&at->second, Answer{}};
}

/// False: the member got as many as WeCom lets through from this app.
bool passes_chat_member_limit(World& world, Call const& call, std::string const& user) {
    auto& uses = world.group_uses["member " + member_key(call.corp->corp_id, call.app->agent_id, user)];
    auto const now = world.now();
    while (!uses.empty() && uses.front() <= now - hours{24}) uses.pop_front();
    auto const& limits = world.limits;
    if (limits.group_member_day > 0 && std::ssize(uses) >= limits.group_member_day) return false;
    if (limits.group_member_minute > 0 && recent(uses, now - minutes{1}) >= limits.group_member_minute) return false;
    uses.push_back(now);
    return true;
}

/// Person-times of the corp; both limits together, so that a refused message counts for none.
bool passes_corp_limit(World& world, Call const& call, std::int64_t people) {
    auto const what = "people " + call.corp->corp_id;
    auto const per_minute = world.limits.group_people_per_minute;
    if (per_minute > 0 && recent(world.group_uses[what], world.now() - minutes{1}) + people > per_minute) return false;
    return may_use_chat(world, what, hours{1}, world.limits.group_people_per_hour, people);
}

std::string excerpt(std::string const& content) { return text::truncate(text::one_line(content), 40); }

}  // namespace

Answer appchat_create(World& world, Call& call) {
    if (auto refusal = refuse_app(call)) return *refusal;
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    auto group = Group{};
    group.corp_id = call.corp->corp_id;
    group.agent_id = call.app->agent_id;
    group.name = text::truncate(json::find_string(call.body, "name").value_or("群聊"), name_characters);
    group.members = appchat_list_in(call.body, "userlist");
    group.owner = json::find_string(call.body, "owner").value_or("");
    group.chatid = json::find_string(call.body, "chatid").value_or("");
    if (group.members.size() < fewest_members || group.members.size() > most_members) return Answer::fail(86006);
    if (!are_members(call, group.members)) return Answer::fail(60111);
    if (group.owner.empty()) group.owner = group.members.front();
    if (!contains(group.members, group.owner)) return Answer::fail(86207);
    if (group.chatid.empty()) group.chatid = random_word(chatid_characters);
    if (!is_chatid(group.chatid)) return Answer::fail(86001);
    if (world.groups.contains(key_of(call, group.chatid))) return Answer::fail(86215);
    if (!may_use_chat(world, "create " + group.corp_id, hours{24}, world.limits.groups_per_day))
        return Answer::fail(45009);
    call.detail = group.name;
    auto out = JsonOut{};
    out.object().text("chatid", group.chatid).end();
    world.groups.emplace(key_of(call, group.chatid), std::move(group));
    return Answer::ok(out);
}

Answer appchat_update(World& world, Call& call) {
    if (auto refusal = refuse_app(call)) return *refusal;
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    auto const [group, refusal] = find_group(world, call, json::find_string(call.body, "chatid").value_or(""));
    if (group == nullptr) return refusal;
    auto changed = *group;
    auto const added = appchat_list_in(call.body, "add_user_list");
    auto const gone = appchat_list_in(call.body, "del_user_list");
    if (!are_members(call, added)) return Answer::fail(60111);
    std::erase_if(changed.members, [&](std::string const& user) { return contains(gone, user); });
    for (auto const& user : added)
        if (!contains(changed.members, user)) changed.members.push_back(user);
    if (auto const name = json::find_string(call.body, "name")) changed.name = text::truncate(*name, name_characters);
    if (auto const owner = json::find_string(call.body, "owner")) changed.owner = *owner;
    if (changed.members.size() < fewest_members || changed.members.size() > most_members) return Answer::fail(86006);
    if (!contains(changed.members, changed.owner)) return Answer::fail(86207);
    if (!may_use_chat(world, "change " + group->corp_id, hours{1}, world.limits.group_changes_per_hour))
        return Answer::fail(45009);
    call.detail = changed.name;
    *group = std::move(changed);
    return {};
}

Answer appchat_get(World& world, Call& call) {
    if (auto refusal = refuse_app(call)) return *refusal;
    auto const [group, refusal] = find_group(world, call, call.query("chatid"));
    if (group == nullptr) return refusal;
    auto out = JsonOut{};
    out.object().object("chat_info").text("chatid", group->chatid).text("name", group->name);
    out.text("owner", group->owner).array("userlist");
    for (auto const& user : group->members) out.text(user);
    out.end_array().number("chat_type", 0).end().end();
    return Answer::ok(out);
}

Answer appchat_send(World& world, Call& call) {
    if (auto refusal = refuse_app(call)) return *refusal;
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    auto const [group, refusal] = find_group(world, call, json::find_string(call.body, "chatid").value_or(""));
    if (group == nullptr) return refusal;
    auto const kind = json::find_string(call.body, "msgtype").value_or("");
    if (std::ranges::find(appchat_kinds, kind) == appchat_kinds.end()) return Answer::fail(40008);
    auto const safe = json::find_integer(call.body, "safe").value_or(0);
    if (safe == 2 || (safe == 1 && (kind == "voice" || kind == "markdown"))) return Answer::fail(40058, "safe");
    auto content = Content{};
    if (auto wrong = check_content(world, *call.corp, call.body, kind, content); wrong.errcode != 0) return wrong;
    if (!passes_corp_limit(world, call, std::ssize(group->members))) return Answer::fail(45009);
    auto message =
        GroupMessage{0, world.now(), group->corp_id, group->chatid, {}, kind, content.json, {}, content.was_cut};
    for (auto const& user : group->members)
        if (passes_chat_member_limit(world, call, user)) message.receivers.push_back(user);
    call.detail = group->name + " " + kind + " " + excerpt(*content.json);
    world.group_messages.add(std::move(message));
    world.news.raise();
    return {};
}

}  // namespace wescrm::simulator::api
