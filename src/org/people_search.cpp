#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/org/directory.hpp>

#include <algorithm>
#include <array>

// Colleagues and departments as people speak of them: 小陈, 陈经理, chenlei, 销售一部.
namespace wescrm::org {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;

constexpr std::int64_t default_found = 6;
constexpr std::int64_t most_found = 50;
constexpr std::int64_t last_certain_rank = 3;

struct SearchInput {
    std::string words;
    std::optional<std::int64_t> limit;
    bool former = false;  ///< those who do not work here any more too
};
BOOST_DESCRIBE_STRUCT(SearchInput, (), (words, limit, former))

struct FoundPerson {
    UserId user_id;
    std::string name;
    std::string position;
    std::string department;
    std::string status;
    /// 1 name or user id · 2 surname as colleagues say it · 3 part of the name · 4 sounds or nearly reads the same
    std::int64_t rank = 0;
};
BOOST_DESCRIBE_STRUCT(FoundPerson, (), (user_id, name, position, department, status, rank))

struct FoundPeople {
    std::vector<FoundPerson> items;  ///< best first
};
BOOST_DESCRIBE_STRUCT(FoundPeople, (), (items))

std::vector<FoundPerson> everybody(Context& ctx, bool with_former, std::string const& condition,
                                   database::Params params) {
    params.add(bind("tenant", ctx.tenant()));
    return ctx.sql().records<FoundPerson>(
        "select e.user_id, e.name, e.position, coalesce(d.name, ''), e.status, 0::bigint from employee e left join "
        "department d on d.tenant_id = e.tenant_id and d.id = e.main_department_id where e.tenant_id = :tenant" +
            std::string{with_former ? "" : " and e.status = 'active'"} + condition + " order by e.name, e.id",
        params);
}

std::vector<std::string> letters_of(std::string_view text) {
    auto letters = std::vector<std::string>{};
    for (std::size_t at = 0; at < text.size();) {
        auto const first = static_cast<unsigned char>(text[at]);
        auto const size = std::min<std::size_t>(first < 0x80   ? 1
                                                : first < 0xE0 ? 2
                                                : first < 0xF0 ? 3
                                                               : 4,
                                                text.size() - at);
        letters.emplace_back(text.substr(at, size));
        at += size;
    }
    return letters;
}

// 陈 of 小陈, 老陈, 陈总, 陈经理; "" if it is no surname with a form of address.
std::string surname_in(std::string_view words) {
    static constexpr std::array<std::string_view, 17> addresses{"总经理", "经理", "主任", "总监", "老师", "主管",
                                                                "部长",   "组长", "先生", "女士", "小姐", "总",
                                                                "工",     "哥",   "姐",   "董",   "会计"};
    for (std::string_view head : {"小", "老", "阿"})
        if (words.starts_with(head) && text::length(words) == 2) return std::string{words.substr(head.size())};
    for (auto const address : addresses) {
        if (!words.ends_with(address)) continue;
        auto const surname = words.substr(0, words.size() - address.size());
        if (auto const length = text::length(surname); length == 1 || length == 2) return std::string{surname};
    }
    return {};
}

// 小陈 is rarely 陈 with a long given name, and a 陈经理 is called so for his position: those come first.
bool fits_address(FoundPerson const& person, std::string_view words) {
    static constexpr std::array<std::string_view, 6> positions{"经理", "主任", "总监", "主管", "部长", "组长"};
    for (auto const position : positions)
        if (words.ends_with(position) && person.position.find(position) != std::string::npos) return true;
    return false;
}

bool differs_by_one(std::string_view one, std::string_view other) {
    auto const a = letters_of(one);
    auto const b = letters_of(other);
    if (a.size() != b.size() || a.size() < 2) return false;
    auto differences = 0;
    for (std::size_t i = 0; i < a.size(); ++i) differences += a[i] != b[i] ? 1 : 0;
    return differences == 1 && (a.size() > 2 || a.front() == b.front());
}

std::vector<FoundPerson> of_rank(std::vector<FoundPerson> people, std::int64_t rank) {
    for (auto& person : people) person.rank = rank;
    return people;
}

std::vector<FoundPerson> alike(Context& ctx, SearchInput const& input, std::string const& words) {
    auto const typed = text::pinyin_of(text::to_lower(text::normalised(words)));
    auto found = everybody(ctx, input.former, "", {});
    std::erase_if(found, [&](FoundPerson const& person) {
        auto const sound = text::pinyin_of(person.name);
        auto const sounds_so = sound.full == typed.full || (text::length(words) > 1 && sound.initials == typed.full);
        return !sounds_so && !differs_by_one(person.name, words);
    });
    return of_rank(std::move(found), last_certain_rank + 1);
}

std::vector<FoundPerson> people_meant(Context& ctx, SearchInput const& input) {
    auto const words = std::string{text::trim(input.words)};
    auto exact = everybody(ctx, input.former, " and (e.name = :words or lower(e.user_id) = lower(:words))",
                           {bind("words", words)});
    if (!exact.empty() || words.empty()) return of_rank(std::move(exact), 1);
    if (auto const surname = surname_in(words); !surname.empty()) {
        auto called = everybody(ctx, input.former, " and starts_with(e.name, :surname)", {bind("surname", surname)});
        auto const fits = [&words](FoundPerson const& person) { return fits_address(person, words); };
        if (std::ranges::any_of(called, fits)) std::erase_if(called, [&](auto const& person) { return !fits(person); });
        if (!called.empty()) return of_rank(std::move(called), 2);
    }
    auto partly = everybody(ctx, input.former, " and strpos(lower(e.name), lower(:words)) > 0", {bind("words", words)});
    if (!partly.empty()) return of_rank(std::move(partly), 3);
    return alike(ctx, input, words);
}

Result<FoundPeople> search_people(Context& ctx, SearchInput const& input) {
    auto found = people_meant(ctx, input);
    auto const limit =
        static_cast<std::size_t>(std::clamp(input.limit.value_or(default_found), std::int64_t{1}, most_found));
    if (found.size() > limit) found.resize(limit);
    return FoundPeople{std::move(found)};
}

struct FoundDepartment {
    DepartmentId id;
    std::string name;
    std::string above;  ///< names of the departments above, from the root: "全公司 / 华东区"
    std::vector<std::string> head_names;
    std::int64_t members = 0;  ///< active ones, here and below
    std::int64_t rank = 0;     ///< 1 the name · 2 part of it
};
BOOST_DESCRIBE_STRUCT(FoundDepartment, (), (id, name, above, head_names, members, rank))
struct FoundDepartments {
    std::vector<FoundDepartment> items;
};
BOOST_DESCRIBE_STRUCT(FoundDepartments, (), (items))

Result<FoundDepartments> search_departments(Context& ctx, SearchInput const& input) {
    auto const words = std::string{text::trim(input.words)};
    auto const limit = std::clamp(input.limit.value_or(default_found), std::int64_t{1}, most_found);
    auto found = ctx.sql().records<FoundDepartment>(
        "select d.id, d.name, coalesce((select string_agg(u.name, ' / ' order by cardinality(u.path)) from department "
        "u where u.tenant_id = :tenant and u.id = any(d.path) and u.id <> d.id), ''), "
        "array(select e.name from employee_department m join employee e on e.tenant_id = m.tenant_id and e.id = "
        "m.employee_id where m.tenant_id = :tenant and m.department_id = d.id and m.is_leader and e.status = 'active' "
        "order by m.sort_order desc, e.id), "
        "(select count(distinct m.employee_id) from employee_department m join employee e on e.tenant_id = m.tenant_id "
        "and e.id = m.employee_id and e.status = 'active' join department b on b.tenant_id = m.tenant_id and b.id = "
        "m.department_id where m.tenant_id = :tenant and d.id = any(b.path)), "
        "case when lower(d.name) = lower(:words) then 1 else 2 end::bigint as rank "
        "from department d where d.tenant_id = :tenant and d.removed_at is null and strpos(lower(d.name), "
        "lower(:words)) > 0 order by rank, length(d.name), d.id limit :limit",
        {bind("tenant", ctx.tenant()), bind("words", words), bind("limit", limit)});
    return FoundDepartments{std::move(found)};
}

struct ProfileInput {
    UserId user_id;
};
BOOST_DESCRIBE_STRUCT(ProfileInput, (), (user_id))

struct Colleague {
    UserId user_id;
    std::string name;
    std::string position;
    std::string department;
};
BOOST_DESCRIBE_STRUCT(Colleague, (), (user_id, name, position, department))

/// Somebody's place in the company.
struct Profile : Colleague {
    std::string status;
    std::vector<std::string> heads;    ///< departments that he heads
    std::vector<Colleague> superiors;  ///< the nearest first
    std::vector<Colleague> subordinates;
};
BOOST_DESCRIBE_STRUCT(Profile, (Colleague), (status, heads, superiors, subordinates))

std::vector<Colleague> colleagues(Context& ctx, std::vector<EmployeeId> const& ids, std::string const& order) {
    return ctx.sql().records<Colleague>(
        "select e.user_id, e.name, e.position, coalesce(d.name, '') from employee e left join department d on "
        "d.tenant_id = e.tenant_id and d.id = e.main_department_id where e.tenant_id = :tenant and e.id = "
        "any(:ids::bigint[]) and e.status = 'active' order by " +
            order,
        {bind("tenant", ctx.tenant()), bind("ids", ids)});
}

Result<Profile> show_profile(Context& ctx, ProfileInput const& input) {
    auto directory = Directory{ctx.sql(), ctx.tenant()};
    auto const person = directory.find(input.user_id);
    if (!person) return Error{Errc::not_found, "employee", "没有这个员工"};
    auto profile = Profile{};
    profile.user_id = person->user;
    profile.name = person->name;
    profile.status = person->status;
    if (auto const own = ctx.sql().row<std::string, std::string>(
            "select e.position, coalesce(d.name, '') from employee e left join department d on d.tenant_id = "
            "e.tenant_id and d.id = e.main_department_id where e.tenant_id = :tenant and e.id = :id",
            {bind("tenant", ctx.tenant()), bind("id", person->id)}))
        std::tie(profile.position, profile.department) = *own;
    profile.heads = ctx.sql().values<std::string>(
        "select d.name from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = "
        "m.department_id where m.tenant_id = :tenant and m.employee_id = :id and m.is_leader and d.removed_at is null "
        "order by cardinality(d.path), d.name",
        {bind("tenant", ctx.tenant()), bind("id", person->id)});
    for (auto const& above : directory.superiors(person->id))
        for (auto& colleague : colleagues(ctx, {above.id}, "e.id")) profile.superiors.push_back(std::move(colleague));
    profile.subordinates = colleagues(ctx, directory.subordinates(person->id, true), "e.name, e.id");
    return profile;
}

constexpr Operation<SearchInput, FoundPeople> employee_search{"employee.search", "查找同事",    "self",
                                                              Effect::reads,     search_people, {}};
constexpr Operation<SearchInput, FoundDepartments> department_search{"department.search", "查找部门",         "self",
                                                                     Effect::reads,       search_departments, {}};
constexpr Operation<ProfileInput, Profile> employee_profile{
    "employee.profile", "员工的上下级", "self", Effect::reads, show_profile, {"GET", "/employees/{user_id}/profile"}};

}  // namespace

void add_people_search(operation::Catalogue& catalogue) {
    catalogue.add(employee_search);
    catalogue.add(department_search);
    catalogue.add(employee_profile);
}

}  // namespace wescrm::org
