#include "own_operations.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/operation/company_words.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;
using RoleId = StrongId<struct CompanyRoleIdTag, std::int64_t>;

enum class SubordinateRange { direct, all };
BOOST_DESCRIBE_ENUM(SubordinateRange, direct, all)
enum class Weekday { monday, sunday };
BOOST_DESCRIBE_ENUM(Weekday, monday, sunday)

constexpr std::int64_t december = 12;
constexpr std::int64_t longest_recycle_bin = 365;
constexpr std::size_t largest_domain_file = 1'000;

struct Company {
    std::string corp_id;
    std::string name;
    std::optional<std::string> short_name;
    std::optional<std::string> logo_url;
    std::optional<std::string> industry;
    std::optional<std::string> size;
    std::optional<std::string> region;
    std::optional<std::string> contact_name;
    std::optional<std::string> contact_phone;
    std::string state;  ///< registering, trial, full, expired
    std::optional<Instant> valid_until;
    std::string timezone;
    Weekday week_starts = Weekday::monday;
    std::int64_t fiscal_year_start = 1;  ///< month
    std::string currency;
    std::string working_from;  ///< "09:00"
    std::string working_to;
    std::string quiet_from;  ///< "21:00": from then to quiet_to only what was asked for at that time is said
    std::string quiet_to;
    SubordinateRange subordinate_range = SubordinateRange::direct;
    bool owner_reads_children = true;
    bool phone_masking = true;
    std::int64_t recycle_bin_days = 30;
    bool leaderboard_amounts = true;
    std::optional<RoleId> default_role_id;
    std::optional<std::string> domain_file;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(Company, (),
                      (corp_id, name, short_name, logo_url, industry, size, region, contact_name, contact_phone, state,
                       valid_until, timezone, week_starts, fiscal_year_start, currency, working_from, working_to,
                       quiet_from, quiet_to, subordinate_range, owner_reads_children, phone_masking, recycle_bin_days,
                       leaderboard_amounts, default_role_id, domain_file, version, created_at, updated_at, created_by))

struct ChangeCompany {
    std::int64_t version = 0;
    std::optional<std::string> name;
    Patch<std::string> short_name;
    Patch<std::string> logo_url;
    Patch<std::string> industry;
    Patch<std::string> size;
    Patch<std::string> region;
    Patch<std::string> contact_name;
    Patch<std::string> contact_phone;
    std::optional<std::string> timezone;
    std::optional<Weekday> week_starts;
    std::optional<std::int64_t> fiscal_year_start;
    std::optional<std::string> currency;
    std::optional<std::string> working_from;
    std::optional<std::string> working_to;
    std::optional<std::string> quiet_from;
    std::optional<std::string> quiet_to;
    std::optional<SubordinateRange> subordinate_range;
    std::optional<bool> owner_reads_children;
    std::optional<bool> phone_masking;
    std::optional<std::int64_t> recycle_bin_days;
    std::optional<bool> leaderboard_amounts;
    std::optional<RoleId> default_role_id;
};
BOOST_DESCRIBE_STRUCT(ChangeCompany, (),
                      (version, name, short_name, logo_url, industry, size, region, contact_name, contact_phone,
                       timezone, week_starts, fiscal_year_start, currency, working_from, working_to, quiet_from,
                       quiet_to, subordinate_range, owner_reads_children, phone_masking, recycle_bin_days,
                       leaderboard_amounts, default_role_id))
std::vector<FieldRule> field_rules(ChangeCompany const*) {
    return {{"name", "企业名称", {.max_length = 100}},
            {"short_name", "简称", {.max_length = 20}},
            {"logo_url", "企业标志", {.max_length = 500}},
            {"industry", "行业", {.max_length = 50}},
            {"size", "规模", {.max_length = 50}},
            {"region", "地区", {.max_length = 100}},
            {"contact_name", "联系人", {.max_length = 50}},
            {"contact_phone", "联系电话", {.max_length = 30}},
            {"timezone", "时区", {.max_length = 50}, "Asia/Shanghai"},
            {"week_starts", "每周从哪天开始"},
            {"fiscal_year_start", "财年开始月份", {.min = 1, .max = december}},
            {"currency", "币种", {.max_length = 3}, "CNY"},
            {"working_from", "上班时间", {.max_length = 5}, "09:00"},
            {"working_to", "下班时间", {.max_length = 5}, "18:00"},
            {"quiet_from", "免打扰开始", {.max_length = 5}, "21:00"},
            {"quiet_to", "免打扰结束", {.max_length = 5}, "08:00"},
            {"subordinate_range", "上级可见范围"},
            {"owner_reads_children", "客户负责人可查看客户名下的全部记录"},
            {"phone_masking", "对非负责人隐藏电话中间几位"},
            {"recycle_bin_days", "回收站保留天数", {.min = 1, .max = longest_recycle_bin}},
            {"leaderboard_amounts", "排行榜显示金额"},
            {"default_role_id", "新员工的默认角色"}};
}

Company company_of(Context& ctx) {
    constexpr std::string_view query =
        "select coalesce(t.corp_id, ''), t.name, t.settings ->> 'short_name', t.settings ->> 'logo_url', t.settings "
        "->> 'industry', t.settings ->> 'size', t.settings ->> 'region', t.settings ->> 'contact_name', t.settings ->> "
        "'contact_phone', case when t.valid_until <= :now then 'expired' when t.corp_id is null then 'registering' "
        "else t.plan end, t.valid_until, t.time_zone, coalesce(t.settings ->> 'week_starts', 'monday') = 'sunday', "
        "coalesce((t.settings ->> 'fiscal_year_start')::bigint, 1), coalesce(t.settings ->> 'currency', 'CNY'), "
        "coalesce(t.settings ->> 'working_from', '09:00'), coalesce(t.settings ->> 'working_to', '18:00'), "
        "coalesce(t.settings ->> 'quiet_from', '21:00'), coalesce(t.settings ->> 'quiet_to', '08:00'), "
        "coalesce(t.settings ->> 'subordinate_range', 'direct') = 'all', coalesce((t.settings ->> "
        "'owner_reads_children')::boolean, true), coalesce((t.settings ->> 'phone_masking')::boolean, true), "
        "coalesce((t.settings ->> 'recycle_bin_days')::bigint, 30), "
        "coalesce((t.settings ->> 'leaderboard_amounts')::boolean, true), (select r.id from role r where r.tenant_id = "
        "t.id and r.is_default order by r.id limit 1), t.domain_file, t.version, t.created_at, t.updated_at, "
        "(select k.user_id from employee k where k.tenant_id = t.id and k.id = t.created_by) from tenant t where t.id "
        "= :tenant";
    using Text = std::optional<std::string>;
    auto row = ctx.sql()
                   .row<std::string, std::string, Text, Text, Text, Text, Text, Text, Text, std::string,
                        std::optional<Instant>, std::string, bool, std::int64_t, std::string, std::string, std::string,
                        std::string, std::string, bool, bool, bool, std::int64_t, bool, std::optional<RoleId>, Text,
                        std::int64_t, Instant, Instant, std::optional<UserId>>(
                       query, {bind("now", ctx.now()), bind("tenant", ctx.tenant())});
    auto& [corp_id, name, short_name, logo, industry, size, region, contact, phone, state, until, zone, is_sunday,
           fiscal, currency, from, to, quiet_from, quiet_to, is_all, children, masking, bin, amounts, role, file,
           version, created, updated, by] = row.value();
    return {corp_id,
            name,
            short_name,
            logo,
            industry,
            size,
            region,
            contact,
            phone,
            state,
            until,
            zone,
            is_sunday ? Weekday::sunday : Weekday::monday,
            fiscal,
            currency,
            from,
            to,
            quiet_from,
            quiet_to,
            is_all ? SubordinateRange::all : SubordinateRange::direct,
            children,
            masking,
            bin,
            amounts,
            role,
            file,
            version,
            created,
            updated,
            by};
}

Result<Company> show_company(Context& ctx, Nothing const&) { return company_of(ctx); }

bool is_time(std::string const& text) {
    return text.size() == 5 && text[2] == ':' && text >= "00:00" && text <= "24:00" && text[3] >= '0' &&
           text[3] <= '5' && text[4] >= '0' && text[4] <= '9';
}

std::optional<Error> refuse(Context& ctx, ChangeCompany const& input) {
    if (input.timezone && !Zone::named(*input.timezone))
        return invalid_field("timezone", "没有这个时区，例如 Asia/Shanghai");
    auto const& logo = input.logo_url.value;
    if (logo && !logo->starts_with("https://") && !logo->starts_with("/"))
        return invalid_field("logo_url", "应为 https 地址");
    // Amounts are kept, said and shown in yuan everywhere.
    if (input.currency && *input.currency != "CNY") return invalid_field("currency", "目前只支持人民币，应为 CNY");
    if (input.working_from && !is_time(*input.working_from)) return invalid_field("working_from", "应为 09:00 的形式");
    if (input.working_to && !is_time(*input.working_to)) return invalid_field("working_to", "应为 18:00 的形式");
    if (input.quiet_from && !is_time(*input.quiet_from)) return invalid_field("quiet_from", "应为 21:00 的形式");
    if (input.quiet_to && !is_time(*input.quiet_to)) return invalid_field("quiet_to", "应为 08:00 的形式");
    if (input.working_from && input.working_to && *input.working_from >= *input.working_to)
        return invalid_field("working_to", "应晚于上班时间");
    if (input.default_role_id &&
        !ctx.sql().value<int>("select 1 from role where tenant_id = :tenant and id = :id",
                              {bind("tenant", ctx.tenant()), bind("id", *input.default_role_id)}))
        return invalid_field("default_role_id", "没有这个角色");
    return std::nullopt;
}

// Every given setting under its own name; an emptied one goes.
json::Document settings_of(ChangeCompany const& input) {
    auto settings = json::Document{rapidjson::kObjectType};
    auto& allocator = settings.GetAllocator();
    auto const given = write_output(input);
    auto const take = [&](std::string_view name, bool is_given) {
        if (is_given) json::set(settings, name, json::Value{*json::find(given, name), allocator}, allocator);
    };
    take("short_name", input.short_name.is_present);
    take("logo_url", input.logo_url.is_present);
    take("industry", input.industry.is_present);
    take("size", input.size.is_present);
    take("region", input.region.is_present);
    take("contact_name", input.contact_name.is_present);
    take("contact_phone", input.contact_phone.is_present);
    take("week_starts", input.week_starts.has_value());
    take("fiscal_year_start", input.fiscal_year_start.has_value());
    take("currency", input.currency.has_value());
    take("working_from", input.working_from.has_value());
    take("working_to", input.working_to.has_value());
    take("quiet_from", input.quiet_from.has_value());
    take("quiet_to", input.quiet_to.has_value());
    take("subordinate_range", input.subordinate_range.has_value());
    take("owner_reads_children", input.owner_reads_children.has_value());
    take("phone_masking", input.phone_masking.has_value());
    take("recycle_bin_days", input.recycle_bin_days.has_value());
    take("leaderboard_amounts", input.leaderboard_amounts.has_value());
    return settings;
}

void save(Context& ctx, ChangeCompany const& input, Company const& was) {
    ctx.sql().execute(
        "update tenant set name = :name, time_zone = :zone, version = version + 1, updated_at = :now, settings = "
        "jsonb_strip_nulls(settings || :settings::jsonb) where id = :tenant",
        {bind("name", input.name.value_or(was.name)), bind("zone", input.timezone.value_or(was.timezone)),
         bind("now", ctx.now()), bind("settings", json::write(settings_of(input))), bind("tenant", ctx.tenant())});
    if (input.week_starts || input.fiscal_year_start)
        raise_words_version(ctx.sql(), ctx.tenant());  // sentences are read by it
    if (input.default_role_id)
        ctx.sql().execute(
            "update role set is_default = (id = :id) where tenant_id = :tenant and is_default <> (id = :id)",
            {bind("tenant", ctx.tenant()), bind("id", *input.default_role_id)});
}

void audit_change(Context& ctx, std::string action, Company const& was) {
    auto const changed = difference(write_output(was), write_output(company_of(ctx)));
    ctx.audit({"company", ctx.tenant().value(), std::move(action), changed.before, changed.after, {}});
}

struct SetLogo {
    std::string content;  ///< base64 of the picture; its type is found out from what it is
};
BOOST_DESCRIBE_STRUCT(SetLogo, (), (content))
constexpr std::size_t longest_logo_text = 6'000'000;
std::vector<FieldRule> field_rules(SetLogo const*) {
    return {{"content", "企业标志", {.max_length = longest_logo_text}}};
}

// What a browser draws and nothing runs in: no SVG.
std::string_view picture_type(std::string_view content) {
    if (content.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
    if (content.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
    if (content.starts_with("GIF87a") || content.starts_with("GIF89a")) return "image/gif";
    if (content.size() > 12 && content.starts_with("RIFF") && content.substr(8, 4) == "WEBP") return "image/webp";
    return {};
}

Result<Company> set_logo(Context& ctx, SetLogo const& input) {
    auto const content = from_base64(input.content);
    auto const type = content ? picture_type(*content) : std::string_view{};
    if (type.empty()) return invalid_field("content", "请上传 PNG、JPEG、WebP 或 GIF 图片");
    auto const was = company_of(ctx);
    auto const digest = to_hex(sha256(*content)).substr(0, 24);
    ctx.sql().execute(
        "insert into company_file (tenant_id, kind, digest, content_type, content, created_at) values (:tenant, "
        "'logo', :digest, :type, :content, :now) on conflict (tenant_id, kind) do update set digest = excluded.digest, "
        "content_type = excluded.content_type, content = excluded.content, created_at = excluded.created_at",
        {bind("tenant", ctx.tenant()), bind("digest", digest), bind("type", type),
         bind("content", database::Blob{*content}), bind("now", ctx.now())});
    auto const url = "/logo/" + std::to_string(ctx.tenant().value()) + "/" + digest;
    ctx.sql().execute(
        "update tenant set settings = settings || jsonb_build_object('logo_url', :url::text), version = version + 1, "
        "updated_at = :now where id = :tenant",
        {bind("url", url), bind("now", ctx.now()), bind("tenant", ctx.tenant())});
    audit_change(ctx, "company.logo", was);
    return company_of(ctx);
}

Result<Company> remove_logo(Context& ctx, Nothing const&) {
    auto const was = company_of(ctx);
    ctx.sql().execute("delete from company_file where tenant_id = :tenant and kind = 'logo'",
                      {bind("tenant", ctx.tenant())});
    ctx.sql().execute(
        "update tenant set settings = settings - 'logo_url', version = version + 1, updated_at = :now where id = "
        ":tenant",
        {bind("now", ctx.now()), bind("tenant", ctx.tenant())});
    audit_change(ctx, "company.remove_logo", was);
    return company_of(ctx);
}

struct SetDomainFile {
    std::string name;
    std::string content;
};
BOOST_DESCRIBE_STRUCT(SetDomainFile, (), (name, content))
std::vector<FieldRule> field_rules(SetDomainFile const*) {
    return {{"name", "文件名", {.max_length = 80}, "WW_verify_7rG3kjVbXHngiald.txt"},
            {"content", "文件内容", {.max_length = largest_domain_file}}};
}

bool is_domain_file(std::string_view name) {
    constexpr auto front = std::string_view{"WW_verify_"};
    constexpr auto end = std::string_view{".txt"};
    if (!name.starts_with(front) || !name.ends_with(end) || name.size() <= front.size() + end.size()) return false;
    auto const middle = name.substr(front.size(), name.size() - front.size() - end.size());
    return middle.size() <= 64 && std::ranges::all_of(middle, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

Result<Company> set_domain_file(Context& ctx, SetDomainFile const& input) {
    if (!is_domain_file(input.name)) return invalid_field("name", "文件名应为 WW_verify_ 加字母数字，以 .txt 结尾");
    auto const was = company_of(ctx);
    ctx.sql().execute(
        "update tenant set domain_file = :name, domain_file_content = :content, version = version + 1, updated_at = "
        ":now where id = :tenant",
        {bind("name", input.name), bind("content", input.content), bind("now", ctx.now()),
         bind("tenant", ctx.tenant())});
    audit_change(ctx, "company.domain_file", was);
    return company_of(ctx);
}

Result<Company> change_company(Context& ctx, ChangeCompany const& input) {
    if (auto refused = refuse(ctx, input)) return *refused;
    ctx.sql().value<int>("select 1 from tenant where id = :tenant for update", {bind("tenant", ctx.tenant())});
    auto const was = company_of(ctx);
    if (was.version != input.version) return Error{Errc::stale, "stale", "企业设置已被他人修改，请刷新后重试"};
    save(ctx, input, was);
    audit_change(ctx, "company.change", was);
    return company_of(ctx);
}

constexpr Operation<Nothing, Company> company_show{"company.show", "企业信息",   "self",
                                                   Effect::reads,  show_company, {"GET", "/company"}};
constexpr Operation<ChangeCompany, Company> company_change{"company.change", "修改企业设置", "company.edit",
                                                           Effect::writes,   change_company, {"PATCH", "/company"}};
constexpr Operation<SetLogo, Company> company_logo{"company.logo", "上传企业标志", "company.edit",
                                                   Effect::writes, set_logo,       {"PUT", "/company/logo"}};
constexpr Operation<Nothing, Company> company_remove_logo{"company.remove_logo", "恢复默认标志",
                                                          "company.edit",        Effect::writes,
                                                          remove_logo,           {"POST", "/company/logo/remove"}};
constexpr Operation<SetDomainFile, Company> company_domain_file{"company.domain_file", "设置域名验证文件",
                                                                "company.edit",        Effect::writes,
                                                                set_domain_file,       {"PUT", "/company/domain-file"}};

}  // namespace

void add_company(Catalogue& catalogue) {
    catalogue.add(company_show);
    catalogue.add(company_change);
    catalogue.add(company_logo);
    catalogue.add(company_remove_logo);
    catalogue.add(company_domain_file);
}

}  // namespace wescrm::operation
