#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../showing.hpp"

#include <charconv>

// 持有上限: how many customers and leads somebody, or everybody of a department, may hold.
namespace wescrm::pages {
namespace {

constexpr std::string_view caps_path = "/app/high-seas/caps";

json::Value cap_row(json::Value const& cap, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const person = text_of(cap, "user_name");
    json::set(row, "cap_id", text_of(cap, "id"), allocator);
    json::set(row, "cap_version", number_of(cap, "version"), allocator);
    json::set(row, "cap_who", person.empty() ? text_of(cap, "department_name") : person, allocator);
    json::set(row, "cap_kind", person.empty() ? "部门的每位成员" : "个人", allocator);
    json::set(row, "cap_object", text_of(cap, "object") == "lead" ? "线索" : "客户", allocator);
    auto const held = number_of(cap, "held");
    json::set(row, "cap_held", held.empty() ? "—" : held, allocator);
    json::set(row, "cap_number", number_of(cap, "cap"), allocator);
    return row;
}

Result<web::View> list_caps(web::PageCall& call, Error const* problem = nullptr) {
    auto const found = call.perform("holding_cap.list", json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "pool/caps";
    view.title = "持有上限";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& cap : (*found)["items"].GetArray()) items.PushBack(cap_row(cap, allocator), allocator);
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "typed_user", call.value("user_id"), allocator);
    json::set(view.data, "of_leads", json::Value{call.value("object") == "lead"}, allocator);
    json::set(view.data, "typed_cap", problem ? call.value("cap") : "", allocator);
    auto chosen = Texts{};
    if (auto const department = call.value("department_id"); !department.empty()) chosen.insert(department);
    if (auto options = department_options(call, chosen, allocator))
        json::set(view.data, "departments", std::move(*options), allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
    }
    auto const done = call.value("done");
    if (done == "saved") view.toast = "已保存，立即生效";
    if (done == "deleted") view.toast = "已删除，改按部门或公海的上限";
    return view;
}

Result<std::int64_t> typed_cap(web::PageCall& call) {
    auto const typed = call.value("cap");
    auto number = std::int64_t{0};
    auto const [end, wrong] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (wrong != std::errc{} || end != typed.data() + typed.size())
        return invalid_field("cap", "持有上限应为一个整数，例如 200");
    return number;
}

Result<web::View> answer_cap(web::PageCall& call, Result<json::Document> const& done, std::string_view word) {
    if (done) return web::View::to(std::string{caps_path} + "?done=" + std::string{word});
    if (done.error().code == Errc::unavailable || done.error().code == Errc::forbidden) return done.error();
    auto const problem = done.error();
    return list_caps(call, &problem);
}

Result<json::Document> created(web::PageCall& call) {
    auto const cap = typed_cap(call);
    if (!cap) return cap.error();
    auto input = input_of({{"object", call.value("object")}, {"department_id", call.value("department_id")}});
    if (auto const typed = call.value("user_id"); !typed.empty()) {
        auto const user = record::person_from(call, "user_id", typed);
        if (!user) return user.error();
        json::set(input, "user_id", *user, input.GetAllocator());
    }
    json::set(input, "cap", json::Value{*cap}, input.GetAllocator());
    return call.perform("holding_cap.create", input);
}

Result<json::Document> changed(web::PageCall& call) {
    auto const cap = typed_cap(call);
    if (!cap) return cap.error();
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    json::set(input, "cap", json::Value{*cap}, input.GetAllocator());
    return call.perform("holding_cap.change", input);
}

Result<json::Document> deleted(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    return call.perform("holding_cap.delete", input);
}

}  // namespace

void add_holding_caps(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{caps_path};
    auto const* const permission = "high_sea.manage";
    pages.add(web::PageRoute{Method::get, path, permission, [](web::PageCall& call) { return list_caps(call); }});
    pages.add(web::PageRoute{Method::post, path, permission,
                             [](web::PageCall& call) { return answer_cap(call, created(call), "saved"); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}", permission,
                             [](web::PageCall& call) { return answer_cap(call, changed(call), "saved"); }});
    pages.add(web::PageRoute{Method::post, path + "/{id}/delete", permission,
                             [](web::PageCall& call) { return answer_cap(call, deleted(call), "deleted"); }});
}

}  // namespace wescrm::pages
