#include "own_operations.hpp"

namespace wescrm::operation {
namespace {

using database::bind;
using RoleId = StrongId<struct CompanyRoleIdTag, std::int64_t>;

enum class SubordinateRange { direct, all };
BOOST_DESCRIBE_ENUM(SubordinateRange, direct, all)

struct Company {
    std::string corp_id;
    std::string name;
    std::optional<std::string> logo_url;
    std::string timezone;
    SubordinateRange subordinate_range = SubordinateRange::direct;
    std::optional<RoleId> default_role_id;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Company, (),
                      (corp_id, name, logo_url, timezone, subordinate_range, default_role_id, version, created_at,
                       updated_at, created_by))

struct ChangeCompany {
    std::int64_t version = 0;
    std::optional<std::string> name;
    Patch<std::string> logo_url;
    std::optional<std::string> timezone;
    std::optional<SubordinateRange> subordinate_range;
    std::optional<RoleId> default_role_id;
};
BOOST_DESCRIBE_STRUCT(ChangeCompany, (), (version, name, logo_url, timezone, subordinate_range, default_role_id))
std::vector<FieldRule> field_rules(ChangeCompany const*) {
    return {{"name", "企业名称", {.max_length = 100}},
            {"logo_url", "企业标志", {.max_length = 500}},
            {"timezone", "时区", {.max_length = 50}, "Asia/Shanghai"},
            {"subordinate_range", "上级可见范围"},
            {"default_role_id", "新员工的默认角色"}};
}

Company company_of(Context& ctx) {
    auto const row = ctx.sql()
                         .row<std::string, std::string, std::optional<std::string>, std::string, bool,
                              std::optional<RoleId>, std::int64_t, Instant, Instant, std::optional<UserId>>(
                             "select t.corp_id, t.name, t.settings ->> 'logo_url', t.time_zone, coalesce(t.settings "
                             "->> 'subordinate_range', 'direct') = 'all', "
                             "(select r.id from role r where r.tenant_id = t.id and r.is_default order by r.id limit "
                             "1), t.version, t.created_at, t.updated_at, (select k.user_id from employee k where "
                             "k.tenant_id = t.id and k.id = t.created_by) "
                             "from tenant t where t.id = :tenant",
                             {bind("tenant", ctx.tenant())});
    auto const& [corp_id, name, logo, zone, is_all, role, version, created, updated, by] = row.value();
    return {corp_id, name,    logo,    zone,    is_all ? SubordinateRange::all : SubordinateRange::direct,
            role,    version, created, updated, by};
}

Result<Company> show_company(Context& ctx, Nothing const&) { return company_of(ctx); }

std::optional<Error> refuse(Context& ctx, ChangeCompany const& input) {
    if (input.timezone && !Zone::named(*input.timezone))
        return invalid_field("timezone", "没有这个时区，例如 Asia/Shanghai");
    auto const& logo = input.logo_url.value;
    if (logo && !logo->starts_with("https://") && !logo->starts_with("/"))
        return invalid_field("logo_url", "应为 https 地址");
    if (input.default_role_id &&
        !ctx.sql().value<int>("select 1 from role where tenant_id = :tenant and id = :id",
                              {bind("tenant", ctx.tenant()), bind("id", *input.default_role_id)}))
        return invalid_field("default_role_id", "没有这个角色");
    return std::nullopt;
}

void save(Context& ctx, ChangeCompany const& input, Company const& was) {
    auto const logo = input.logo_url.is_present ? input.logo_url.value : was.logo_url;
    auto const range =
        input.subordinate_range.value_or(was.subordinate_range) == SubordinateRange::all ? "all" : "direct";
    ctx.sql().execute(
        "update tenant set name = :name, time_zone = :zone, version = version + 1, updated_at = :now, settings = "
        "jsonb_strip_nulls(settings "
        "|| jsonb_build_object('logo_url', :logo::text, 'subordinate_range', :range::text)) where id = :tenant",
        {bind("name", input.name.value_or(was.name)), bind("zone", input.timezone.value_or(was.timezone)),
         bind("now", ctx.now()), bind("logo", logo), bind("range", range), bind("tenant", ctx.tenant())});
    if (input.default_role_id)
        ctx.sql().execute(
            "update role set is_default = (id = :id) where tenant_id = :tenant and is_default <> (id = :id)",
            {bind("tenant", ctx.tenant()), bind("id", *input.default_role_id)});
}

Result<Company> change_company(Context& ctx, ChangeCompany const& input) {
    if (auto refused = refuse(ctx, input)) return *refused;
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const was = company_of(ctx);
    if (was.version != input.version) return Error{Errc::stale, "stale", "企业设置已被他人修改，请刷新后重试"};
    save(ctx, input, was);
    auto is = company_of(ctx);
    auto const changed = difference(write_output(was), write_output(is));
    ctx.audit({"company", ctx.tenant().value(), "company.change", changed.before, changed.after, {}});
    return is;
}

constexpr Operation<Nothing, Company> company_show{"company.show", "企业信息",   "self",
                                                   Effect::reads,  show_company, {"GET", "/company"}};
constexpr Operation<ChangeCompany, Company> company_change{"company.change", "修改企业设置", "company.edit",
                                                           Effect::writes,   change_company, {"PATCH", "/company"}};

}  // namespace

void add_company(Catalogue& catalogue) {
    catalogue.add(company_show);
    catalogue.add(company_change);
}

}  // namespace wescrm::operation
