#include "api/functions.hpp"
#include "api/message_rules.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::simulator::api {
namespace {

constexpr auto message_send_kinds = std::to_array<std::string_view>(
    {"text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown", "template_card"});
constexpr auto response_code_life = hours{72};
constexpr auto recall_time = hours{24};
constexpr auto least_account_limit = std::int64_t{1000};

struct Recipients {
    std::vector<Member const*> members;
    std::vector<std::string> bad_users;
    std::vector<std::string> bad_parties;
    std::vector<std::string> bad_tags;
    std::vector<std::string> unlicensed;
};

std::vector<std::string> names_in(json::Value const& message, std::string_view field) {
    auto found = std::vector<std::string>{};
    for (auto const& part : text::split(json::find_string(message, field).value_or(""), '|')) {
        auto const name = text::trim(part);
        if (!name.empty()) found.emplace_back(name);
    }
    return found;
}

std::optional<DepartmentNumber> message_send_number_in(std::string const& text) {
    auto value = DepartmentNumber{0};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

void add_receiver(Recipients& to, std::set<std::string>& seen, Member const& member) {
    if (!seen.insert(text::to_lower(member.user_id)).second) return;
    if (!member.is_licensed) {
        to.unlicensed.push_back(text::to_lower(member.user_id));
    } else {
        to.members.push_back(&member);
    }
}

bool can_receive(Call const& call, Member const& member) {
    return member.status != 2 && member.status != 5 && call.corp->is_visible(*call.app, member);
}

void add_party(Call const& call, Recipients& to, std::set<std::string>& seen, std::string const& party) {
    auto const id = message_send_number_in(party);
    if (!id || !call.corp->visible_departments(*call.app).contains(*id)) {
        to.bad_parties.push_back(party);
        return;
    }
    for (auto const& key : call.corp->members_of(call.corp->descendants(*id))) {
        auto const& member = call.corp->members.at(key);
        if (can_receive(call, member)) add_receiver(to, seen, member);
    }
}

/// 0, or the errcode for lists that are too long or empty.
int resolve(Call const& call, Recipients& to) {
    auto const users = names_in(call.body, "touser");
    auto const parties = names_in(call.body, "toparty");
    auto const tags = names_in(call.body, "totag");
    auto seen = std::set<std::string>{};
    if (users == std::vector<std::string>{"@all"}) {
        for (auto const& [key, member] : call.corp->members) {
            if (can_receive(call, member)) add_receiver(to, seen, member);
        }
        return 0;
    }
    if (users.size() > 1000) return 40032;
    if (parties.size() > 100) return 82002;
    if (tags.size() > 100) return 82003;
    if (users.empty() && parties.empty() && tags.empty()) return 82001;
    for (auto const& user : users) {
        auto const* member = call.corp->find_member(user);
        if (member == nullptr || !can_receive(call, *member)) {
            to.bad_users.push_back(text::to_lower(user));
        } else {
            add_receiver(to, seen, *member);
        }
    }
    for (auto const& party : parties) add_party(call, to, seen, party);
    to.bad_tags = tags;
    return to.members.empty() && to.unlicensed.empty() ? 81013 : 0;
}

bool has_message_capacity(World& world, Call const& call, std::size_t people) {
    if (world.limits.per_account_day <= 0) return true;
    auto const today = Zone{}.date(world.now());
    auto& [day, count] = world.sent_today[call.corp->corp_id + "/" + std::to_string(call.app->agent_id)];
    if (day != today) {
        day = today;
        count = 0;
    }
    auto const ceiling = call.corp->account_limit > 0
                             ? call.corp->account_limit
                             : std::max<std::int64_t>(least_account_limit, std::ssize(call.corp->members));
    if (count + static_cast<std::int64_t>(people) > ceiling * world.limits.per_account_day) return false;
    count += static_cast<std::int64_t>(people);
    return true;
}

/// False: the member already got as many as WeCom lets through; the message vanishes.
bool passes_receiver_limit(World& world, std::string const& key) {
    auto const now = world.now();
    auto& recent = world.to_member[key];
    while (!recent.empty() && recent.front() <= now - hours{1}) recent.pop_front();
    auto const minute = std::ranges::count_if(recent, [&](Instant at) { return at > now - minutes{1}; });
    auto const per_minute = world.limits.per_member_minute;
    auto const per_hour = world.limits.per_member_hour;
    if ((per_minute > 0 && minute >= per_minute) || (per_hour > 0 && std::ssize(recent) >= per_hour)) return false;
    if (per_minute > 0 || per_hour > 0) recent.push_back(now);
    return true;
}

/// How long the same content counts as a repeat; 0: no check asked for.
seconds repeat_interval(Call const& call) {
    if (json::find_integer(call.body, "enable_duplicate_check").value_or(0) != 1) return seconds{0};
    auto const wanted = json::find_integer(call.body, "duplicate_check_interval").value_or(1800);
    return seconds{std::clamp<std::int64_t>(wanted, 1, 14'400)};
}

std::string repeat_key(Call const& call) { return call.corp->corp_id + "/" + to_hex(sha256(call.request.body)); }

bool is_repeat(World const& world, Call const& call) {
    if (repeat_interval(call) == seconds{0}) return false;
    auto const known = world.duplicates.find(repeat_key(call));
    return known != world.duplicates.end() && known->second > world.now();
}

/// Only what was accepted makes the next one a repeat.
void remember_content(World& world, Call const& call) {
    auto const interval = repeat_interval(call);
    if (interval == seconds{0}) return;
    auto const now = world.now();
    if (world.duplicates.size() >= world.prune_duplicates_at) {
        std::erase_if(world.duplicates, [&](auto const& entry) { return entry.second <= now; });
        world.prune_duplicates_at = 2 * world.duplicates.size() + 10'000;
    }
    world.duplicates[repeat_key(call)] = now + interval;
}

std::string joined(std::vector<std::string> const& names) { return text::join(names, "|"); }

void deliver(World& world, Call const& call, Recipients const& to, std::string const& kind, Content const& content,
             std::string const& msgid) {
    auto& sent = world.sent[msgid];
    sent = SentMessage{call.corp->corp_id, call.app->agent_id, world.now(), content.card_type, {}};
    for (auto const* member : to.members) {
        if (!passes_receiver_limit(world, member_key(call.corp->corp_id, call.app->agent_id, member->user_id))) {
            ++world.dropped_messages;
            continue;
        }
        auto message = ChatMessage{};
        message.corp_id = call.corp->corp_id;
        message.agent_id = call.app->agent_id;
        message.user_id = member->user_id;
        message.kind = kind;
        message.at = world.now();
        message.content = content.json;
        message.msgid = msgid;
        message.card_type = content.card_type;
        message.task_id = content.task_id;
        message.was_cut = content.was_cut;
        auto& kept = world.messages.add(std::move(message));
        sent.entries.push_back(kept.id);
        world.touch(kept);
        world.answered(kept.corp_id, kept.agent_id, kept.user_id, *content.json);
    }
}

std::string new_response_code(World& world, Call const& call, std::string const& msgid) {
    auto const code = random_word(40);
    world.response_codes[code] =
        ResponseCode{call.corp->corp_id, call.app->agent_id, msgid, world.now() + response_code_life, false};
    return code;
}

/// task_id must be new to the app; 0 if it is, and then it is taken.
int take_task(World& world, Call const& call, std::string const& task_id) {
    if (task_id.empty()) return 0;
    auto const key = call.corp->corp_id + "/" + std::to_string(call.app->agent_id) + "/" + task_id;
    return world.used_tasks.insert(key).second ? 0 : 42014;
}

Answer check_sender(Call const& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    auto const agent = json::find_integer(call.body, "agentid");
    if (!agent) return Answer::fail(40056);
    if (*agent != call.app->agent_id) return Answer::fail(301002);
    if (call.request.body.find("\\u") != std::string::npos) {
        // Escapes of characters that could be written as they are; JSON demands them for control characters only.
        for (auto at = call.request.body.find("\\u"); at != std::string::npos;
             at = call.request.body.find("\\u", at + 2)) {
            auto const escaped_backslash = at > 0 && call.request.body[at - 1] == '\\';
            if (!escaped_backslash && call.request.body.substr(at + 2, 2) != "00") return Answer::fail(40033);
        }
    }
    return {};
}

}  // namespace

Answer message_send(World& world, Call& call) {
    if (auto wrong = check_sender(call); wrong.errcode != 0) return wrong;
    auto const kind = json::find_string(call.body, "msgtype").value_or("");
    if (kind == "miniprogram_notice") return Answer::fail(48002, "no mini program is bound");
    if (std::ranges::find(message_send_kinds, kind) == message_send_kinds.end()) return Answer::fail(40008);
    call.detail = kind;
    auto content = Content{};
    if (auto wrong = check_content(world, *call.corp, call.body, kind, content); wrong.errcode != 0) return wrong;
    if (!content.card_type.empty()) call.detail = content.card_type;
    if (content.needs_callback && call.app->credential.token.empty()) return Answer::fail(43012);
    auto to = Recipients{};
    if (auto const wrong = resolve(call, to); wrong != 0) return Answer::fail(wrong);
    if (is_repeat(world, call)) {
        call.detail += " 重复";
        auto out = JsonOut{};
        out.object().text("msgid", random_word(43)).end();
        return Answer::ok(out);
    }
    if (!has_message_capacity(world, call, to.members.size())) return Answer::fail(45009);
    if (auto const wrong = take_task(world, call, content.task_id); wrong != 0) return Answer::fail(wrong);
    remember_content(world, call);
    auto const msgid = random_word(43);
    deliver(world, call, to, kind, content, msgid);
    auto out = JsonOut{};
    out.object();
    if (!to.bad_users.empty()) out.text("invaliduser", joined(to.bad_users));
    if (!to.bad_parties.empty()) out.text("invalidparty", joined(to.bad_parties));
    if (!to.bad_tags.empty()) out.text("invalidtag", joined(to.bad_tags));
    if (!to.unlicensed.empty()) out.text("unlicenseduser", joined(to.unlicensed));
    out.text("msgid", msgid);
    if (content.needs_callback) out.text("response_code", new_response_code(world, call, msgid));
    out.end();
    return Answer::ok(out);
}

Answer message_recall(World& world, Call& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    auto const msgid = call.body.IsObject() ? json::find_string(call.body, "msgid").value_or("") : "";
    auto const at = world.sent.find(msgid);
    if (at == world.sent.end()) return Answer::fail(40058, "msgid");
    if (at->second.corp_id != call.corp->corp_id || at->second.agent_id != call.app->agent_id) {
        return Answer::fail(40058, "another app");
    }
    if (at->second.at + recall_time < world.now()) return Answer::fail(42052);
    for (auto const id : at->second.entries) {
        if (auto* message = world.messages.find(id)) {
            message->is_recalled = true;
            world.touch(*message);
        }
    }
    return {};
}

namespace {

std::size_t list_size(json::Value const& object, std::string_view name) {
    auto const* list = json::find(object, name);
    return list != nullptr && list->IsArray() ? list->Size() : 0;
}

/// The receivers named by an update; nullopt if none is named.
std::optional<std::set<std::string>> update_targets(Call const& call, std::vector<std::string>& named) {
    if (json::find_integer(call.body, "atall").value_or(0) == 1) return std::set<std::string>{"@all"};
    auto targets = std::set<std::string>{};
    auto is_named = false;
    if (auto const* users = json::find(call.body, "userids"); users != nullptr && users->IsArray()) {
        for (auto const& user : users->GetArray()) {
            if (!user.IsString()) continue;
            is_named = true;
            named.push_back(text::to_lower(json::view(user)));
            targets.insert(named.back());
        }
    }
    if (auto const* parties = json::find(call.body, "partyids"); parties != nullptr && parties->IsArray()) {
        for (auto const& party : parties->GetArray()) {
            if (!party.IsInt64()) continue;
            is_named = true;
            for (auto const& key : call.corp->members_of(call.corp->descendants(party.GetInt64()))) targets.insert(key);
        }
    }
    auto const* tags = json::find(call.body, "tagids");
    if (tags != nullptr && tags->IsArray() && !tags->Empty()) is_named = true;
    return is_named ? std::optional{targets} : std::nullopt;
}

struct Change {
    std::string replaced_button;
    std::shared_ptr<std::string const> card;
    std::string card_type;
};

/// What the update says; the errcode of a broken one.
Answer read_change(World& world, Call const& call, SentMessage const& sent, Change& change) {
    if (auto const* card = json::find(call.body, "template_card")) {
        if (!card->IsObject()) return Answer::fail(40058, "template_card");
        if (auto wrong = check_card(world, *call.corp, *card, true); wrong.errcode != 0) return wrong;
        change.card = std::make_shared<std::string const>(json::write(*card));
        change.card_type = json::find_string(*card, "card_type").value_or("");
        return {};
    }
    auto const* button = json::find(call.body, "button");
    change.replaced_button = button == nullptr ? "" : json::find_string(*button, "replace_name").value_or("");
    if (change.replaced_button.empty()) return Answer::fail(42018);
    return sent.card_type.ends_with("_interaction") ? Answer{} : Answer::fail(40058, "card has no buttons");
}

void apply(World& world, ChatMessage& message, Change const& change) {
    if (change.card) {
        message.content = change.card;
        message.card_type = change.card_type;
        message.replaced_button.clear();
    } else {
        message.replaced_button = change.replaced_button;
    }
    ++message.updates;
    message.pressed.clear();
    world.touch(message);
    world.answered(message.corp_id, message.agent_id, message.user_id, *message.content);
}

}  // namespace

Answer update_template_card(World& world, Call& call) {
    if (call.app == nullptr) return Answer::fail(48002);
    if (!call.body.IsObject()) return Answer::fail(40058, "json");
    if (json::find_integer(call.body, "agentid").value_or(-1) != call.app->agent_id) return Answer::fail(42015);
    auto const code = world.response_codes.find(json::find_string(call.body, "response_code").value_or(""));
    if (code == world.response_codes.end()) return Answer::fail(60140);
    if (code->second.agent_id != call.app->agent_id || code->second.corp_id != call.corp->corp_id) {
        return Answer::fail(42015);
    }
    if (code->second.is_used || code->second.expires <= world.now()) return Answer::fail(60140);
    auto named = std::vector<std::string>{};
    auto const targets = update_targets(call, named);
    if (!targets) return Answer::fail(82101);
    if (named.size() > 1000) return Answer::fail(40032);
    if (list_size(call.body, "partyids") > 100) return Answer::fail(82002);
    if (list_size(call.body, "tagids") > 100) return Answer::fail(82003);
    auto const sent = world.sent.find(code->second.msgid);
    if (sent == world.sent.end()) return Answer::fail(42016);
    auto change = Change{};
    if (auto wrong = read_change(world, call, sent->second, change); wrong.errcode != 0) return wrong;

    auto reached = std::set<std::string>{};
    for (auto const id : sent->second.entries) {
        auto* message = world.messages.find(id);
        if (message == nullptr) continue;
        auto const key = text::to_lower(message->user_id);
        if (!targets->contains("@all") && !targets->contains(key)) continue;
        reached.insert(key);
        apply(world, *message, change);
    }
    if (reached.empty()) return Answer::fail(82102);
    code->second.is_used = true;
    call.detail = change.card ? change.card_type : "按钮：" + change.replaced_button;
    auto out = JsonOut{};
    out.object();
    std::erase_if(named, [&](auto const& user) { return reached.contains(user); });
    if (!named.empty()) {
        out.array("invaliduser");
        for (auto const& user : named) out.text(user);
        out.end_array();
    }
    out.end();
    return Answer::ok(out);
}

}  // namespace wescrm::simulator::api
