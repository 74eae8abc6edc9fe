#include "model/organisation.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::simulator {
namespace {

constexpr auto org_file_root = DepartmentNumber{1};

std::string text_of(json::Value const& object, std::string_view name) {
    return json::find_string(object, name).value_or(std::string{});
}

std::vector<std::string> org_file_texts(json::Value const& object, std::string_view name) {
    auto found = std::vector<std::string>{};
    auto const* list = json::find(object, name);
    if (list == nullptr || !list->IsArray()) return found;
    for (auto const& item : list->GetArray()) {
        if (item.IsString()) found.emplace_back(json::view(item));
    }
    return found;
}

std::vector<std::int64_t> numbers(json::Value const& object, std::string_view name) {
    auto found = std::vector<std::int64_t>{};
    auto const* list = json::find(object, name);
    if (list == nullptr || !list->IsArray()) return found;
    for (auto const& item : list->GetArray()) {
        if (item.IsInt64()) found.push_back(item.GetInt64());
        if (item.IsBool()) found.push_back(item.GetBool() ? 1 : 0);
    }
    return found;
}

Credential read_credential(json::Value const* value) {
    if (value == nullptr) return {};
    return {text_of(*value, "secret"), text_of(*value, "token"), text_of(*value, "aes_key")};
}

Result<App> read_app(json::Value const& value) {
    auto app = App{};
    auto const id = json::find_integer(value, "agent_id");
    if (!id) return Error{Errc::invalid_input, "org", "an app needs agent_id (a number)"};
    app.agent_id = *id;
    app.name = text_of(value, "name");
    app.description = text_of(value, "description");
    app.credential = read_credential(&value);
    if (app.credential.secret.empty()) return Error{Errc::invalid_input, "org", "an app needs a secret"};
    app.home_url = text_of(value, "home_url");
    app.trusted_domain = text_of(value, "trusted_domain");
    auto const* visible = json::find(value, "visible");
    if (visible == nullptr) {
        app.visible_departments = {org_file_root};
    } else {
        app.visible_users = org_file_texts(*visible, "users");
        app.visible_departments = numbers(*visible, "departments");
    }
    if (auto const* menu = json::find(value, "menu"); menu != nullptr && menu->IsObject())
        app.menu = json::write(*menu);
    app.is_closed = json::find_bool(value, "closed").value_or(false);
    app.sensitive_fields = json::find(value, "sensitive_fields") == nullptr
                               ? std::vector<std::string>{"gender", "avatar", "mobile", "email"}
                               : org_file_texts(value, "sensitive_fields");
    return app;
}

template <class Read>
Result<void> each(json::Value const& corp, std::string_view name, Read read) {
    auto const* list = json::find(corp, name);
    if (list == nullptr) return {};
    if (!list->IsArray()) return Error{Errc::invalid_input, "org", std::string{name} + " is no list"};
    for (auto const& item : list->GetArray()) {
        auto const done = read(item);
        if (!done) return done.error();
    }
    return {};
}

Result<Corp> read_corp(json::Value const& value) {
    auto corp = Corp{};
    corp.corp_id = text_of(value, "corp_id");
    if (corp.corp_id.empty()) return Error{Errc::invalid_input, "org", "a corp needs corp_id"};
    corp.name = text_of(value, "name");
    corp.contacts = read_credential(json::find(value, "contacts"));
    corp.external = read_credential(json::find(value, "external"));
    corp.trusted_ips = org_file_texts(value, "trusted_ips");
    corp.account_limit = json::find_integer(value, "account_limit").value_or(0);

    auto read = each(value, "apps", [&](json::Value const& item) -> Result<void> {
        auto app = read_app(item);
        if (!app) return app.error();
        corp.apps.emplace(app->agent_id, std::move(*app));
        return {};
    });
    if (!read) return read.error();
    read = each(value, "departments", [&](json::Value const& item) -> Result<void> {
        auto department = read_department(item);
        if (!department) return department.error();
        corp.departments.emplace(department->id, std::move(*department));
        return {};
    });
    if (!read) return read.error();
    corp.departments.try_emplace(org_file_root, Department{org_file_root, 0, corp.name, 0, {}});
    read = each(value, "members", [&](json::Value const& item) -> Result<void> {
        auto member = read_member(item);
        if (!member) return member.error();
        corp.members.emplace(text::to_lower(member->user_id), std::move(*member));
        return {};
    });
    if (!read) return read.error();
    read = each(value, "external_contacts", [&](json::Value const& item) -> Result<void> {
        auto const* contact = json::find(item, "external_contact");
        auto const id = contact == nullptr ? std::nullopt : json::find_string(*contact, "external_userid");
        if (!id) return Error{Errc::invalid_input, "org", "an external contact needs external_contact.external_userid"};
        corp.external_contacts.emplace(*id, json::write(item));
        return {};
    });
    if (!read) return read.error();
    return corp;
}

}  // namespace

Result<Department> read_department(json::Value const& value) {
    auto department = Department{};
    auto const id = json::find_integer(value, "id");
    if (!id || *id < 1) return Error{Errc::invalid_input, "org", "a department needs id (a number from 1)"};
    department.id = *id;
    department.parent_id = json::find_integer(value, "parent_id").value_or(*id == org_file_root ? 0 : org_file_root);
    department.name = text_of(value, "name");
    department.order = json::find_integer(value, "order").value_or(0);
    department.leaders = org_file_texts(value, "leaders");
    return department;
}

Result<Member> read_member(json::Value const& value) {
    auto member = Member{};
    member.user_id = text_of(value, "user_id");
    if (member.user_id.empty()) member.user_id = text_of(value, "userid");
    if (member.user_id.empty()) return Error{Errc::invalid_input, "org", "a member needs user_id"};
    member.name = text_of(value, "name");
    member.departments = numbers(value, "departments");
    if (member.departments.empty()) member.departments = {org_file_root};
    for (auto const flag : numbers(value, "leads")) member.leads.push_back(flag != 0);
    member.leads.resize(member.departments.size(), false);
    member.main_department = json::find_integer(value, "main_department").value_or(member.departments.front());
    member.position = text_of(value, "position");
    member.mobile = text_of(value, "mobile");
    member.email = text_of(value, "email");
    member.alias = text_of(value, "alias");
    member.avatar_color = text_of(value, "avatar_color");
    member.direct_leader = text_of(value, "direct_leader");
    member.status = static_cast<int>(json::find_integer(value, "status").value_or(1));
    member.is_licensed = json::find_bool(value, "licensed").value_or(true);
    return member;
}

Result<Corps> read_organisation(std::string_view json_text) {
    auto const document =
        json::parse(json_text, {.depth = 16, .values = 20'000'000, .string_bytes = 1024 * 1024, .comments = true});
    if (!document) return document.error();
    auto corps = Corps{};
    auto const read = each(*document, "corps", [&](json::Value const& item) -> Result<void> {
        auto corp = read_corp(item);
        if (!corp) return corp.error();
        corps.emplace(corp->corp_id, std::move(*corp));
        return {};
    });
    if (!read) return read.error();
    return corps;
}

}  // namespace wescrm::simulator
