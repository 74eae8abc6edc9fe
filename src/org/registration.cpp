#include "sync/store.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/org/company.hpp>
#include <wescrm/org/registration.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::org {
namespace {

using database::bind;
using database::Blob;
using database::Pool;
using database::Scope;
using database::Session;

constexpr std::size_t longest_company = 100;
constexpr std::size_t longest_person = 50;
constexpr std::size_t longest_corp = 64;
constexpr std::size_t mobile_digits = 11;
constexpr std::size_t code_bytes = 24;
constexpr std::size_t longest_code = 100;

// 13800138000, with or without spaces, dashes and +86; "" if it is no mobile number.
std::string mobile_of(std::string_view typed) {
    auto digits = std::string{};
    for (auto const c : text::trim(typed)) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c != ' ' && c != '-' && c != '+')
            return {};
    }
    if (digits.size() == mobile_digits + 2 && digits.starts_with("86")) digits.erase(0, 2);
    return digits.size() == mobile_digits && digits[0] == '1' && digits[1] >= '3' ? digits : std::string{};
}

bool is_corp_id(std::string_view corp) {
    return corp.size() <= longest_corp && std::ranges::all_of(corp, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      c == '-';
           });
}

Result<NewRegistration> checked(NewRegistration wanted) {
    auto problems = std::vector<FieldError>{};
    wanted.company = std::string{text::trim(wanted.company)};
    wanted.person = std::string{text::trim(wanted.person)};
    wanted.corp_id = std::string{text::trim(wanted.corp_id)};
    auto const mobile = mobile_of(wanted.mobile);
    if (wanted.company.empty() || text::length(wanted.company) > longest_company)
        problems.push_back({"company", "请填写企业名称，不超过 100 个字"});
    if (wanted.person.empty() || text::length(wanted.person) > longest_person)
        problems.push_back({"person", "请填写您的姓名，不超过 50 个字"});
    if (mobile.empty()) problems.push_back({"mobile", "请填写 11 位手机号"});
    if (!is_corp_id(wanted.corp_id)) problems.push_back({"corp_id", "企业 ID 只含字母和数字，一般以 ww 开头"});
    if (!problems.empty()) return Error{Errc::invalid_input, "invalid", "请检查标出的内容", std::move(problems)};
    wanted.mobile = mobile;
    return wanted;
}

Error known_person() { return {Errc::conflict, "known_person", "这个手机号已经注册过企业，请直接登录"}; }

// Whoever is known signs in; the rest gets the id of the company to be.
Result<TenantId> id_for(Session& sql, NewRegistration const& wanted) {
    if (!wanted.corp_id.empty() &&
        sql.value<int>("select 1 from tenant where corp_id = :corp", {bind("corp", wanted.corp_id)}))
        return Error{Errc::conflict, "known_corp", "这个企业已经开通，请直接登录"};
    if (sql.value<int>("select 1 from tenant where registrant_hash = :hash",
                       {bind("hash", Blob{sha256(wanted.mobile)})}))
        return known_person();
    if (!wanted.is_same_name_meant &&
        sql.value<int>("select 1 from tenant where name = :name limit 1", {bind("name", wanted.company)}))
        return Error{Errc::conflict, "same_name",
                     "已有同名的企业。如果您的同事已经开通，请直接登录；确实是另一家企业，请再次提交"};
    return *sql.value<TenantId>("select new_id()");
}

bool insert_company(Session& sql, TenantId id, NewRegistration const& wanted, RegistrationConfig const& config,
                    Instant now) {
    auto const is_trial = config.trial_days > 0;
    auto const until = is_trial ? std::optional{now + hours{24 * config.trial_days}} : std::nullopt;
    return sql.execute(
               "insert into tenant (id, name, registrant_hash, plan, valid_until, created_at, updated_at) values "
               "(:id, :name, :hash, :plan, :until, :now, :now) on conflict (registrant_hash) do nothing",
               {bind("id", id), bind("name", wanted.company), bind("hash", Blob{sha256(wanted.mobile)}),
                bind("plan", is_trial ? "trial" : "full"), bind("until", until), bind("now", now)}) == 1;
}

EmployeeId insert_administrator(Session& sql, TenantId tenant, std::int64_t root, NewRegistration const& wanted,
                                Instant now) {
    auto const id = *sql.value<EmployeeId>(
        "insert into employee (tenant_id, user_id, name, mobile, main_department_id, created_at, updated_at) values "
        "(:tenant, :user, :name, :mobile, :root, :now, :now) returning id",
        {bind("tenant", tenant), bind("user", registrant_user), bind("name", wanted.person),
         bind("mobile", wanted.mobile), bind("root", root), bind("now", now)});
    auto const key = database::Params{bind("tenant", tenant), bind("root", root), bind("id", id)};
    sql.execute("update tenant set created_by = :id where id = :tenant", {bind("id", id), bind("tenant", tenant)});
    sql.execute("insert into employee_department (tenant_id, employee_id, department_id) values (:tenant, :id, :root)",
                key);
    sql.execute(
        "insert into role_member (tenant_id, role_id, employee_id) select :tenant, r.id, :id from role r where "
        "r.tenant_id = :tenant and r.is_administrator",
        {bind("tenant", tenant), bind("id", id)});
    return id;
}

void note_claim(Session& sql, TenantId tenant, std::string const& corp) {
    if (corp.empty()) return;
    sql.execute(
        "update tenant set settings = settings || jsonb_build_object('claimed_corp_id', :corp::text) where id = "
        ":tenant",
        {bind("corp", corp), bind("tenant", tenant)});
}

}  // namespace

Async<Registered> register_company(database::Database& db, std::string presets, RegistrationConfig config,
                                   NewRegistration wanted, Instant now) {
    auto const right = checked(std::move(wanted));
    if (!right) co_return right.error();
    auto look = [&right](Session& sql) { return id_for(sql, *right); };
    auto const id = co_await db.run(Pool::web, Scope::of_nobody(), look);
    if (!id) co_return id.error();
    auto job = [&](Session& sql) -> Result<Registered> {
        if (!insert_company(sql, *id, *right, config, now)) return known_person();
        auto const root = OrgStore{sql, *id}.root();
        if (auto const roles = install_roles(sql, *id, presets); !roles) return roles.error();
        auto const administrator = insert_administrator(sql, *id, root, *right, now);
        note_claim(sql, *id, right->corp_id);
        auto actor = operation::system_actor(*id, operation::Channel::page);
        actor.employee = administrator;
        operation::append_audit(sql, actor, now, {"company", id->value(), "company.register", {}, {}, {}});
        return Registered{*id, administrator, make_setup_link(sql, *id, administrator, config.link_days, now)};
    };
    co_return co_await db.run(Pool::web, Scope::of(*id), job);
}

std::string make_setup_link(Session& sql, TenantId tenant, EmployeeId administrator, std::int64_t good_days,
                            Instant now) {
    sql.execute("delete from setup_link where tenant_id = :tenant and employee_id = :id",
                {bind("tenant", tenant), bind("id", administrator)});
    auto code = std::to_string(tenant.value()) + "." + to_base64url(random_bytes(code_bytes));
    sql.execute(
        "insert into setup_link (tenant_id, code_hash, employee_id, created_at, expires_at) values (:tenant, :hash, "
        ":id, :now, :until)",
        {bind("tenant", tenant), bind("hash", Blob{sha256(code)}), bind("id", administrator), bind("now", now),
         bind("until", now + hours{24 * good_days})});
    return code;
}

Result<std::string> setup_link_for(database::Database& db, std::string_view mobile, std::int64_t good_days,
                                   Instant now) {
    auto const nobody = Error{Errc::not_found, "registration", "没有用这个手机号注册、还没有连接企业微信的企业"};
    auto const tenant = db.run_blocking(Pool::worker, Scope::of_nobody(), [&](Session& sql) -> Result<TenantId> {
        auto const found = sql.value<TenantId>("select id from tenant where registrant_hash = :hash",
                                               {bind("hash", Blob{sha256(mobile_of(mobile))})});
        if (!found) return nobody;
        return *found;
    });
    if (!tenant) return tenant.error();
    return db.run_blocking(Pool::worker, Scope::of(*tenant), [&](Session& sql) -> Result<std::string> {
        auto const registrant = sql.value<EmployeeId>(
            "select id from employee where tenant_id = :tenant and user_id = :user and status = 'active'",
            {bind("tenant", *tenant), bind("user", registrant_user)});
        if (!registrant) return nobody;
        return make_setup_link(sql, *tenant, *registrant, good_days, now);
    });
}

std::optional<TenantId> company_of_setup_link(std::string_view code) noexcept {
    auto const dot = code.find('.');
    if (dot == std::string_view::npos || code.size() > longest_code) return std::nullopt;
    auto tenant = std::int64_t{0};
    auto const [end, problem] = std::from_chars(code.data(), code.data() + dot, tenant);
    if (problem != std::errc{} || end != code.data() + dot || tenant <= 0) return std::nullopt;
    return TenantId{tenant};
}

std::optional<EmployeeId> use_setup_link(Session& sql, TenantId tenant, std::string_view code, Instant now) {
    return sql.value<EmployeeId>(
        "update setup_link s set used_at = :now from employee e, tenant t where s.tenant_id = :tenant and s.code_hash "
        "= :hash and s.used_at is null and s.expires_at > :now and e.tenant_id = s.tenant_id and e.id = s.employee_id "
        "and e.status = 'active' and e.user_id = :registrant and t.id = s.tenant_id and t.status = 'active' returning "
        "s.employee_id",
        {bind("now", now), bind("tenant", tenant), bind("hash", Blob{sha256(code)}),
         bind("registrant", registrant_user)});
}

}  // namespace wescrm::org
