#include "organisation.hpp"

#include "amounts.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/pinyin.hpp>

#include <array>
#include <map>

namespace wescrm::demo {
namespace {

constexpr std::array surnames{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                              "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"};
constexpr std::array given{"思远", "雨桐", "建国", "志强", "晓燕", "文博", "海涛", "佳宁", "俊杰", "丽华", "明轩",
                           "婷婷", "国栋", "欣怡", "浩然", "静怡", "振华", "梦洁", "立群", "秀英", "子涵", "永刚",
                           "春梅", "嘉豪", "红霞", "少华", "翠兰", "天宇", "慧敏", "卫东", "若曦"};

struct Unit {
    std::int64_t id;
    std::int64_t parent;
    std::string_view name;
};
constexpr std::array units{Unit{1, 0, company_name},  Unit{2, 1, "销售中心"},    Unit{3, 1, "市场与服务中心"},
                           Unit{4, 2, "华东大区"},    Unit{5, 2, "华南大区"},    Unit{6, 2, "华北大区"},
                           Unit{7, 3, "市场部"},      Unit{8, 3, "客户服务部"},  Unit{9, 4, "苏州销售部"},
                           Unit{10, 4, "上海销售部"}, Unit{11, 5, "深圳销售部"}, Unit{12, 5, "广州销售部"},
                           Unit{13, 6, "北京销售部"}, Unit{14, 6, "天津销售部"}};
constexpr std::size_t first_leaf = 6;  // 市场部 and what follows have members besides their head

std::string position_in(Department const& department) {
    if (department.name.ends_with("销售部") || department.name.starts_with("销售")) return "销售代表";
    return department.name == "市场部" ? "市场专员" : "客户经理";
}

std::string phone_of(std::size_t n) {
    auto digits = std::to_string(10'000 + (n * 7'919) % 90'000);
    return "1370051" + digits.substr(1);
}

}  // namespace

std::string person_name(std::size_t n) {
    return std::string{surnames[n % surnames.size()]} + given[(n * 7 + n / surnames.size()) % given.size()];
}

Organisation organisation(Size size) {
    auto result = Organisation{};
    for (auto const& unit : units) result.departments.push_back({unit.id, unit.parent, std::string{unit.name}});
    auto const amounts = amounts_of(size);
    auto const people = amounts.employees;
    if (amounts.has_groups)
        for (std::int64_t id = 15; id <= 300; ++id)
            result.departments.push_back({id, 9 + id % 6, "销售" + std::to_string(id - 14) + "组"});
    auto const& departments = result.departments;

    auto taken = std::map<std::string, int>{};
    auto heads = std::map<std::int64_t, std::string>{};
    for (std::size_t n = 0; n < people; ++n) {
        auto member = Member{};
        member.name = person_name(n);
        auto const pinyin = text::pinyin_of(member.name).full;
        auto const same = ++taken[pinyin];
        member.user_id = same == 1 ? pinyin : pinyin + std::to_string(same);
        member.mobile = phone_of(n);
        member.is_head = n < departments.size();
        auto const leaf = first_leaf + n % (departments.size() - first_leaf);
        auto const& department = departments[member.is_head ? n : leaf];
        member.department = department.wecom_id;
        member.position = !member.is_head ? position_in(department) : n == 0 ? "总经理" : department.name + "负责人";
        member.superior = member.is_head ? heads[department.parent_id] : heads[department.wecom_id];
        if (member.is_head) heads[department.wecom_id] = member.user_id;
        result.members.push_back(std::move(member));
    }
    return result;
}

std::string org_file(Size size) {
    auto const all = organisation(size);
    auto buffer = json::Buffer{};
    auto out = json::Writer{buffer};
    auto const text = [&out](char const* name, std::string_view value) {
        out.Key(name);
        out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    auto const number = [&out](char const* name, std::int64_t value) {
        out.Key(name);
        out.Int64(value);
    };
    out.StartObject();
    out.Key("corps");
    out.StartArray();
    out.StartObject();
    text("corp_id", corp_id);
    text("name", company_name);
    out.Key("contacts");
    out.StartObject();
    text("secret", contacts_secret);
    text("token", contacts_token);
    text("aes_key", contacts_aes_key);
    out.EndObject();
    out.Key("apps");
    out.StartArray();
    out.StartObject();
    number("agent_id", agent_id);
    text("name", "销售助手");
    text("secret", secret);
    text("token", token);
    text("aes_key", aes_key);
    out.EndObject();
    out.EndArray();
    out.Key("departments");
    out.StartArray();
    for (std::size_t n = 0; n < all.departments.size(); ++n) {
        auto const& department = all.departments[n];
        out.StartObject();
        number("id", department.wecom_id);
        number("parent_id", department.parent_id);
        text("name", department.name);
        number("order", static_cast<std::int64_t>(all.departments.size() - n));
        out.Key("leaders");
        out.StartArray();
        out.String(all.members[n].user_id);
        out.EndArray();
        out.EndObject();
    }
    out.EndArray();
    out.Key("members");
    out.StartArray();
    for (auto const& member : all.members) {
        out.StartObject();
        text("user_id", member.user_id);
        text("name", member.name);
        text("position", member.position);
        text("mobile", member.mobile);
        out.Key("departments");
        out.StartArray();
        out.Int64(member.department);
        out.EndArray();
        out.Key("leads");
        out.StartArray();
        out.Bool(member.is_head);
        out.EndArray();
        text("direct_leader", member.superior);
        out.EndObject();
    }
    out.EndArray();
    out.EndObject();
    out.EndArray();
    out.EndObject();
    return std::string{buffer.GetString(), buffer.GetSize()};
}

}  // namespace wescrm::demo
