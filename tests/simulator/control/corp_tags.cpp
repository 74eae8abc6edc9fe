#include "model/corp_tags.hpp"

#include "control/control.hpp"
#include "protocol/json_out.hpp"
#include "protocol/xml.hpp"

// Tags for customers, as an administrator of WeCom makes, renames and deletes them, with the events of it.
namespace wescrm::simulator::control {
namespace {

/// Every app of the company hears of it.
void tell(Control& control, Corp const& corp, std::string_view change, std::string_view type, std::string const& id) {
    for (auto const& [agent, app] : corp.apps) {
        auto out = XmlOut{};
        out.open("xml").text("ToUserName", corp.corp_id).text("FromUserName", "sys");
        out.number("CreateTime", unix_seconds(control.world.now())).text("MsgType", "event");
        out.text("Event", "change_external_tag").text("Id", id).text("TagType", type).text("ChangeType", change);
        out.close("xml");
        auto delivery = Delivery{};
        delivery.corp_id = corp.corp_id;
        delivery.target = "app/" + std::to_string(agent);
        delivery.kind = "change_external_tag";
        delivery.detail = std::string{change} + " " + std::string{type};
        delivery.xml = std::move(out).take();
        control.deliverer.push(std::move(delivery));
    }
}

http::Response list(Corp const& corp) {
    auto out = JsonOut{};
    out.object().array("groups");
    for (auto const& group : corp.tag_groups) {
        out.object().text("id", group.id).text("name", group.name).number("agent_id", group.agent_id).array("tags");
        for (auto const& tag : in_order(group.tags))
            out.object().text("id", tag.id).text("name", tag.name).number("agent_id", tag.agent_id).end();
        out.end_array().end();
    }
    out.end_array().end();
    return http::Response::json(200, out.take());
}

/// {"group", "name"}: a tag in the group of that name, which is made if there is none.
http::Response make(Control& control, Corp& corp, json::Document const& body) {
    auto const group_name = json::find_string(body, "group").value_or("");
    auto const name = json::find_string(body, "name").value_or("");
    if (!is_tag_name(group_name) || !is_tag_name(name)) return refuse(422, "group、name 应为 1 至 30 个字");
    auto* group = find_tag_group_named(corp, group_name);
    if (group != nullptr && find_tag_named(*group, name) != nullptr) return refuse(409, "已有这个标签");
    if (group == nullptr) {
        group = &make_tag_group(control.world, corp, group_name, 0);
        tell(control, corp, "create", "tag_group", group->id);
    }
    auto const id = make_tag(control.world, *group, name, 0).id;
    tell(control, corp, "create", "tag", id);
    auto out = JsonOut{};
    out.object().text("id", id).text("group_id", group->id).end();
    return http::Response::json(201, out.take());
}

/// {"order"}: another place in the group, as by dragging it.
http::Response put_in_order(Control& control, Corp& corp, std::string const& id, std::int64_t order) {
    auto const [group, tag] = find_tag(corp, id);
    if (tag == nullptr) return refuse(404, "没有这个标签");
    tag->order = order;
    tell(control, corp, "shuffle", "tag_group", group->id);
    return http::Response::text(204, "");
}

http::Response rename(Control& control, Corp& corp, std::string const& id, json::Document const& body) {
    auto const name = json::find_string(body, "name").value_or("");
    if (!is_tag_name(name)) return refuse(422, "name 应为 1 至 30 个字");
    if (auto* group = find_tag_group(corp, id)) {
        group->name = name;
        tell(control, corp, "update", "tag_group", id);
        return http::Response::text(204, "");
    }
    auto* tag = find_tag(corp, id).second;
    if (tag == nullptr) return refuse(404, "没有这个标签");
    tag->name = name;
    tell(control, corp, "update", "tag", id);
    return http::Response::text(204, "");
}

// Deleting a group does not report its tags.
http::Response remove(Control& control, Corp& corp, std::string const& id) {
    auto const is_group = find_tag_group(corp, id) != nullptr;
    if (!is_group && find_tag(corp, id).second == nullptr) return refuse(404, "没有这个标签");
    is_group ? remove_tag_group(corp, id) : remove_tag(corp, id);
    tell(control, corp, "delete", is_group ? "tag_group" : "tag", id);
    return http::Response::text(204, "");
}

using OfCorp = std::function<http::Response(Corp&, http::Request const&, json::Document const&)>;

}  // namespace

void add_corp_tag_routes(http::Router& router, Control& control) {
    using http::Method;
    auto const add = [&](Method method, std::string const& path, OfCorp function) {
        router.add(
            method, "/sim/corps/{corp}/" + path,
            [&control, function = std::move(function)](http::Request& request) -> asio::awaitable<http::Response> {
                auto* corp = control.world.find_corp(request.path_parameters.at("corp"));
                if (corp == nullptr) co_return refuse(404, "没有这家企业");
                auto const body = read_body(request);
                if (!body) co_return refuse(400, "请求体不是 JSON 对象");
                co_return function(*corp, request, *body);
            });
    };
    add(Method::get, "tags", [](Corp& corp, http::Request const&, json::Document const&) { return list(corp); });
    add(Method::post, "tags",
        [&control](Corp& corp, http::Request const&, json::Document const& body) { return make(control, corp, body); });
    add(Method::patch, "tags/{id}", [&control](Corp& corp, http::Request const& request, json::Document const& body) {
        auto const& id = request.path_parameters.at("id");
        if (auto const order = json::find_integer(body, "order")) return put_in_order(control, corp, id, *order);
        return rename(control, corp, id, body);
    });
    add(Method::delete_, "tags/{id}", [&control](Corp& corp, http::Request const& request, json::Document const&) {
        return remove(control, corp, request.path_parameters.at("id"));
    });
}

}  // namespace wescrm::simulator::control
