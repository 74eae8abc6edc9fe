#include "model/corp_tags.hpp"

#include "api/functions.hpp"

#include <algorithm>

// https://developer.work.weixin.qq.com/document/path/92117
namespace wescrm::simulator::api {
namespace {

constexpr int invalid_tag = 40068;
constexpr int name_taken = 40071;
constexpr int too_many_tags = 40126;
constexpr int others_tag = 301002;  // an app changes only what it has made

std::vector<std::string> ids_in(json::Value const& body, char const* name) {
    auto ids = std::vector<std::string>{};
    auto const* list = body.IsObject() ? json::find(body, name) : nullptr;
    if (list != nullptr && list->IsArray())
        for (auto const& id : list->GetArray()) ids.emplace_back(json::view(id));
    return ids;
}

bool has(std::vector<std::string> const& ids, std::string const& id) { return std::ranges::find(ids, id) != ids.end(); }

void write_tag(JsonOut& out, CorpTag const& tag) {
    out.object().text("id", tag.id).text("name", tag.name).number("create_time", tag.created);
    out.number("order", tag.order).end();
}

void write_head(JsonOut& out, CorpTagGroup const& group) {
    out.text("group_id", group.id).text("group_name", group.name).number("create_time", group.created);
    out.number("order", group.order);
}

std::optional<Answer> refuse_secret(Call const& call) {
    // Since 2023-12-01 the secret of the built-in app is refused for new corps.
    return call.app == nullptr ? std::optional{Answer::fail(48002)} : std::nullopt;
}

std::int64_t order_in(json::Value const& body) { return json::find_integer(body, "order").value_or(0); }

/// The order that is asked for a new tag.
std::int64_t order_of(json::Value const& body, std::string const& name) {
    for (auto const& tag : body["tag"].GetArray())
        if (json::find_string(tag, "name") == name) return order_in(tag);
    return 0;
}

/// The names of the new tags, each once.
std::optional<std::vector<std::string>> names_in(json::Value const& body) {
    auto names = std::vector<std::string>{};
    auto const* list = body.IsObject() ? json::find(body, "tag") : nullptr;
    if (list == nullptr || !list->IsArray() || list->Empty()) return std::nullopt;
    for (auto const& tag : list->GetArray()) {
        auto name = json::find_string(tag, "name").value_or("");
        if (!is_tag_name(name)) return std::nullopt;
        if (!has(names, name)) names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

Answer get_corp_tag_list(World&, Call& call) {
    if (auto refusal = refuse_secret(call)) return *refusal;
    auto const tags = ids_in(call.body, "tag_id");
    auto const groups = ids_in(call.body, "group_id");
    auto out = JsonOut{};
    out.object().array("tag_group");
    for (auto const& group : call.corp->tag_groups) {
        auto const is_asked = [&](CorpTag const& tag) { return tags.empty() || has(tags, tag.id); };
        if (tags.empty() ? !groups.empty() && !has(groups, group.id) : !std::ranges::any_of(group.tags, is_asked))
            continue;
        out.object();
        write_head(out, group);
        out.array("tag");
        for (auto const& tag : group.tags)
            if (is_asked(tag)) write_tag(out, tag);
        out.end_array().end();
    }
    out.end_array().end();
    return Answer::ok(out);
}

Answer add_corp_tag(World& world, Call& call) {
    if (auto refusal = refuse_secret(call)) return *refusal;
    auto const names = names_in(call.body);
    if (!names) return Answer::fail(40058, "tag");
    auto& corp = *call.corp;
    auto const id = json::find_string(call.body, "group_id").value_or("");
    auto const group_name = json::find_string(call.body, "group_name").value_or("");
    if (!id.empty() && find_tag_group(corp, id) == nullptr) return Answer::fail(invalid_tag, "group_id");
    if (id.empty() && !is_tag_name(group_name)) return Answer::fail(40058, "group_name");
    auto* group = id.empty() ? find_tag_group_named(corp, group_name) : find_tag_group(corp, id);
    if (group != nullptr &&
        std::ranges::any_of(*names, [group](auto const& name) { return find_tag_named(*group, name) != nullptr; }))
        return Answer::fail(name_taken);
    if (count_tags(corp) + std::ssize(*names) > world.limits.corp_tags && world.limits.corp_tags > 0)
        return Answer::fail(too_many_tags);
    if (group == nullptr) group = &make_tag_group(world, corp, group_name, call.app->agent_id);
    auto out = JsonOut{};
    out.object().object("tag_group");
    write_head(out, *group);
    out.array("tag");
    for (auto const& name : *names)
        write_tag(out, make_tag(world, *group, name, call.app->agent_id, order_of(call.body, name)));
    out.end_array().end().end();
    call.detail = group->name;
    return Answer::ok(out);
}

Answer edit_corp_tag(World&, Call& call) {
    if (auto refusal = refuse_secret(call)) return *refusal;
    auto const id = call.body.IsObject() ? json::find_string(call.body, "id").value_or("") : "";
    auto const name = json::find_string(call.body, "name");
    if (id.empty() || (name && !is_tag_name(*name))) return Answer::fail(40058);
    if (auto* group = find_tag_group(*call.corp, id)) {
        if (group->agent_id != call.app->agent_id) return Answer::fail(others_tag);
        auto const* other = name ? find_tag_group_named(*call.corp, *name) : nullptr;
        if (other != nullptr && other != group) return Answer::fail(name_taken);
        if (name) group->name = *name;
        return {};
    }
    auto const [group, tag] = find_tag(*call.corp, id);
    if (tag == nullptr) return Answer::fail(invalid_tag);
    if (tag->agent_id != call.app->agent_id) return Answer::fail(others_tag);
    auto const* other = name ? find_tag_named(*group, *name) : nullptr;
    if (other != nullptr && other != tag) return Answer::fail(name_taken);
    if (name) tag->name = *name;
    if (json::find_integer(call.body, "order")) tag->order = order_in(call.body);
    return {};
}

Answer del_corp_tag(World&, Call& call) {
    if (auto refusal = refuse_secret(call)) return *refusal;
    auto const tags = ids_in(call.body, "tag_id");
    auto const groups = ids_in(call.body, "group_id");
    if (tags.empty() && groups.empty()) return Answer::fail(40058);
    for (auto const& id : tags) {
        auto const* tag = find_tag(*call.corp, id).second;
        if (tag == nullptr) return Answer::fail(invalid_tag);
        if (tag->agent_id != call.app->agent_id) return Answer::fail(others_tag);
    }
    for (auto const& id : groups) {
        auto const* group = find_tag_group(*call.corp, id);
        if (group == nullptr) return Answer::fail(invalid_tag);
        if (group->agent_id != call.app->agent_id) return Answer::fail(others_tag);
    }
    for (auto const& id : tags) remove_tag(*call.corp, id);
    for (auto const& id : groups) remove_tag_group(*call.corp, id);
    return {};
}

}  // namespace wescrm::simulator::api
