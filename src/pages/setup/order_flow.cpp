#include "../choices.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

// 订单状态: what the company calls the states of orders, its own between them, and who may move an order on.
namespace wescrm::pages {
namespace {

constexpr std::string_view flow_path = "/admin/order-flow";
constexpr std::size_t order_flow_blank_rows = 3;
constexpr std::size_t most_flow_rows = 200;

Titles phases() { return {{"in_force", "已生效"}, {"executing", "执行中"}}; }

std::string called(json::Value const& flow, std::string_view status, std::string_view usual) {
    auto const* names = json::find(flow, "names");
    auto const own = names ? text_of(*names, status) : std::string{};
    return own.empty() ? std::string{usual} : own;
}

// The places that a move may go from or to, in the order in which an order meets them.
Titles places_in(json::Value const& flow) {
    auto places = Titles{{"", "—"}};
    for (auto const& [phase, usual] : phases()) {
        places.push_back({phase, called(flow, phase, usual)});
        for (auto const& state : flow["states"].GetArray())
            if (text_of(state, "phase") == phase) places.push_back({text_of(state, "name"), text_of(state, "name")});
    }
    places.push_back({"completed", called(flow, "completed", "已完成")});
    return places;
}

// Who may not look after roles sees none to choose from; what was chosen stays.
Titles roles_for(web::PageCall& call, json::Value const& flow) {
    auto roles = Titles{};
    if (auto const listed = call.perform("role.list", json::Document{rapidjson::kObjectType}))
        for (auto const& role : (*listed)["items"].GetArray())
            roles.push_back({text_of(role, "id"), text_of(role, "name")});
    for (auto const& move : flow["moves"].GetArray())
        for (auto const& id : move["role_ids"].GetArray())
            if (std::ranges::find(roles, json::view(id), &Titles::value_type::first) == roles.end())
                roles.push_back({std::string{json::view(id)}, "其他角色"});
    return roles;
}

std::string name_at(std::string_view list, std::size_t row, std::string_view field) {
    return std::string{list} + "." + std::to_string(row) + "." + std::string{field};
}

json::Value state_rows(json::Value const& flow, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto const& states = flow["states"];
    for (std::size_t row = 0; row < states.Size() + order_flow_blank_rows; ++row) {
        auto const* state = row < states.Size() ? &states[static_cast<rapidjson::SizeType>(row)] : nullptr;
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "s_row", std::to_string(row), allocator);
        json::set(shown, "s_id", state ? text_of(*state, "id") : "", allocator);
        json::set(shown, "s_name", state ? text_of(*state, "name") : "", allocator);
        json::set(shown, "s_phases",
                  options_of_choices(phases(), state ? text_of(*state, "phase") : "executing", allocator), allocator);
        auto const orders = state ? json::find_integer(*state, "orders").value_or(0) : 0;
        json::set(shown, "s_orders", orders > 0 ? std::to_string(orders) + " 张订单" : std::string{}, allocator);
        rows.PushBack(std::move(shown), allocator);
    }
    return rows;
}

bool has_role(json::Value const* move, std::string const& role) {
    if (!move) return false;
    auto const& ids = (*move)["role_ids"];
    return std::any_of(ids.Begin(), ids.End(), [&](auto const& id) { return json::view(id) == role; });
}

json::Value order_flow_role_boxes(json::Value const* move, Titles const& roles, std::string const& name,
                                  json::Allocator& allocator) {
    auto boxes = json::Value{rapidjson::kArrayType};
    for (auto const& [id, title] : roles) {
        auto box = json::Value{rapidjson::kObjectType};
        json::set(box, "r_name", name, allocator);
        json::set(box, "r_id", id, allocator);
        json::set(box, "r_title", title, allocator);
        json::set(box, "r_on", json::Value{has_role(move, id)}, allocator);
        boxes.PushBack(std::move(box), allocator);
    }
    return boxes;
}

json::Value move_rows(json::Value const& flow, Titles const& roles, json::Allocator& allocator) {
    auto rows = json::Value{rapidjson::kArrayType};
    auto const& moves = flow["moves"];
    auto const places = places_in(flow);
    for (std::size_t row = 0; row < moves.Size() + order_flow_blank_rows; ++row) {
        auto const* move = row < moves.Size() ? &moves[static_cast<rapidjson::SizeType>(row)] : nullptr;
        auto shown = json::Value{rapidjson::kObjectType};
        json::set(shown, "m_row", std::to_string(row), allocator);
        json::set(shown, "m_from", options_of_choices(places, move ? text_of(*move, "from") : "", allocator),
                  allocator);
        json::set(shown, "m_to", options_of_choices(places, move ? text_of(*move, "to") : "", allocator), allocator);
        json::set(shown, "m_reason", json::Value{move && json::find_bool(*move, "needs_reason").value_or(false)},
                  allocator);
        auto chosen = std::vector<std::string>{};
        for (auto const& role : roles)
            if (has_role(move, role.first)) chosen.push_back(role.second);
        json::set(shown, "m_who", chosen.empty() ? "能编辑订单的人" : text::join(chosen, "、"), allocator);
        json::set(shown, "m_roles", order_flow_role_boxes(move, roles, name_at("move", row, "roles"), allocator),
                  allocator);
        rows.PushBack(std::move(shown), allocator);
    }
    return rows;
}

Result<web::View> show_order_flow(web::PageCall& call, Error const* problem) {
    auto const flow = call.perform("order_flow.show", json::Document{rapidjson::kObjectType});
    if (!flow) return flow.error();
    auto view = web::View{};
    view.page = "setup/order_flow";
    view.title = "订单状态";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "version", std::to_string(json::find_integer(*flow, "version").value_or(0)), allocator);
    auto const& names = (*flow)["names"];
    for (auto const* status : {"in_force", "executing", "completed"})
        json::set(view.data, std::string{"name_"} + status, text_of(names, status), allocator);
    json::set(view.data, "states", state_rows(*flow, allocator), allocator);
    json::set(view.data, "moves", move_rows(*flow, roles_for(call, *flow), allocator), allocator);
    json::set(view.data, "is_open", json::Value{(*flow)["moves"].Empty()}, allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
    }
    if (call.value("done") == "saved") view.toast = "已保存";
    return view;
}

Result<web::View> finish_order_flow(web::PageCall& call, json::Document& input) {
    add_version(call, input);
    auto const saved = call.perform("order_flow.change", input);
    if (saved) return web::View::to(std::string{flow_path} + "?done=saved");
    auto const problem = saved.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::forbidden) return problem;
    return show_order_flow(call, &problem);
}

// A row whose name was emptied is left out.
Result<web::View> save_states(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto names = json::Value{rapidjson::kObjectType};
    for (auto const* status : {"in_force", "executing", "completed"})
        if (auto const name = std::string{text::trim(call.value(std::string{"name_"} + status))}; !name.empty())
            json::set(names, status, name, allocator);
    auto states = json::Value{rapidjson::kArrayType};
    for (std::size_t row = 0; row < most_flow_rows; ++row) {
        auto const name = std::string{text::trim(call.value(name_at("state", row, "name")))};
        if (name.empty()) continue;
        auto state = json::Value{rapidjson::kObjectType};
        if (auto const id = call.value(name_at("state", row, "id")); !id.empty()) json::set(state, "id", id, allocator);
        json::set(state, "name", name, allocator);
        json::set(state, "phase", call.value(name_at("state", row, "phase")), allocator);
        states.PushBack(std::move(state), allocator);
    }
    json::set(input, "names", std::move(names), allocator);
    json::set(input, "states", std::move(states), allocator);
    return finish_order_flow(call, input);
}

Result<web::View> save_moves(web::PageCall& call) {
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    auto moves = json::Value{rapidjson::kArrayType};
    for (std::size_t row = 0; row < most_flow_rows; ++row) {
        auto const from = call.value(name_at("move", row, "from"));
        auto const to = call.value(name_at("move", row, "to"));
        if (from.empty() || to.empty()) continue;
        auto roles = json::Value{rapidjson::kArrayType};
        for (auto const& [name, value] : call.form)
            if (name == name_at("move", row, "roles")) roles.PushBack(json::make_string(value, allocator), allocator);
        auto move = json::Value{rapidjson::kObjectType};
        json::set(move, "from", from, allocator);
        json::set(move, "to", to, allocator);
        json::set(move, "role_ids", std::move(roles), allocator);
        json::set(move, "needs_reason", json::Value{call.value(name_at("move", row, "reason")) == "on"}, allocator);
        moves.PushBack(std::move(move), allocator);
    }
    json::set(input, "moves", std::move(moves), allocator);
    return finish_order_flow(call, input);
}

}  // namespace

void add_order_flow(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{flow_path};
    pages.add(web::PageRoute{Method::get, path, "company.edit",
                             [](web::PageCall& call) { return show_order_flow(call, nullptr); }});
    pages.add(web::PageRoute{Method::post, path + "/states", "company.edit", save_states});
    pages.add(web::PageRoute{Method::post, path + "/moves", "company.edit", save_moves});
}

}  // namespace wescrm::pages
