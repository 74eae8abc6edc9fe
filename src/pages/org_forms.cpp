#include "org_forms.hpp"

#include <cstdlib>

namespace wescrm::pages {
json::Document input_of(std::initializer_list<std::pair<char const*, std::string>> members) {
    auto input = json::Document{rapidjson::kObjectType};
    for (auto const& [name, value] : members)
        if (!value.empty()) json::set(input, name, value, input.GetAllocator());
    return input;
}

void add_version(web::PageCall& call, json::Document& input) {
    auto const version = static_cast<std::int64_t>(std::atoll(call.value("version").c_str()));
    json::set(input, "version", json::Value{version}, input.GetAllocator());
}

Result<json::Value> department_options(web::PageCall& call, Texts const& chosen, json::Allocator& allocator) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "counted", json::Value{false}, input.GetAllocator());
    auto const tree = call.perform("department.tree", input);
    if (!tree) return tree.error();
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& node : (*tree)["items"].GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        auto const id = json::find_string(node, "id").value_or("");
        auto label = std::string{};
        for (auto level = json::find_integer(node, "depth").value_or(0); level > 0; --level) label += "　";
        label += json::find_string(node, "name").value_or("");
        json::set(option, "id", id, allocator);
        json::set(option, "label", label, allocator);
        json::set(option, "chosen", json::Value{chosen.contains(id)}, allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

Result<json::Value> people_options(web::PageCall& call, json::Allocator& allocator, std::string const& words,
                                   int most) {
    auto input = input_of({{"status", "active"}, {"q", words}});
    json::set(input, "limit", json::Value{most}, input.GetAllocator());
    auto const people = call.perform("employee.list", input);
    if (!people) return people.error();
    auto options = json::Value{rapidjson::kArrayType};
    for (auto const& person : (*people)["items"].GetArray()) {
        auto option = json::Value{rapidjson::kObjectType};
        json::set(option, "option_user", json::find_string(person, "user_id").value_or(""), allocator);
        json::set(option, "option_name", json::find_string(person, "name").value_or(""), allocator);
        options.PushBack(std::move(option), allocator);
    }
    return options;
}

std::string user_of(web::PageCall& call, std::string const& typed) {
    if (typed.empty() || call.perform("employee.get", input_of({{"user_id", typed}}))) return typed;
    auto const found = call.perform("employee.list", input_of({{"status", "active"}, {"q", typed}}));
    if (!found) return typed;
    auto user = std::string{};
    for (auto const& person : (*found)["items"].GetArray()) {
        if (json::find_string(person, "name") != typed) continue;
        if (!user.empty()) return typed;
        user = json::find_string(person, "user_id").value_or("");
    }
    return user.empty() ? typed : user;
}

Texts ticked(web::PageCall const& call, std::string_view prefix) {
    auto found = Texts{};
    for (auto const& [name, value] : call.form)
        if (name.starts_with(prefix)) found.insert(name.substr(prefix.size()));
    return found;
}

void show_error(web::View& view, Error const& error) {
    view.status = error.code == Errc::invalid_input ? 422 : 409;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "problem", error.message, allocator);
    for (auto const& field : error.fields) {
        auto const name = field.field.substr(0, field.field.find('['));
        json::set(view.data, name + "_error", field.message, allocator);
    }
}

web::View back_to_list(std::string const& department, std::string_view done) {
    auto query = http::Parameters{};
    if (!department.empty()) query.add("department", department);
    query.add("done", std::string{done});
    return web::View::to("/admin/employees?" + query.encoded());
}

std::string sentence_for(std::string_view done) {
    if (done == "saved") return "已保存";
    if (done == "created") return "已添加";
    if (done == "deleted") return "已删除";
    if (done == "invited") return "已发送邀请";
    if (done == "handed") return "已完成交接，并已通知接收人";
    return {};
}

}  // namespace wescrm::pages
