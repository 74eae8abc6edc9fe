#include "model/organisation.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <algorithm>
#include <array>

namespace wescrm::simulator {
namespace {

constexpr auto children_each = std::int64_t{8};

constexpr auto surnames = std::array{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙",
                                     "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢"};
constexpr auto first = std::array{"思", "雨", "子", "梓", "明", "建", "志", "晓", "文", "海", "佳", "嘉", "俊"};
constexpr auto second = std::array{"远", "雯", "轩", "涵", "国", "强", "婷", "宁", "峰", "悦", "琪", "杰", "", "华"};
constexpr auto units = std::array{"销售", "客户", "渠道", "大客户", "市场", "售前", "交付", "服务"};

template <class List>
std::string pick(List const& list, std::int64_t number) {
    return list[static_cast<std::size_t>(number) % list.size()];
}

std::string generated_name(std::int64_t n) {
    return pick(surnames, n) + pick(first, n / 24 + n) + pick(second, n / 312 + n);
}

std::string key_from(std::string const& seed) {
    auto key = to_base64(sha256(seed));
    for (auto& character : key) {
        if (character == '+' || character == '/') character = 'x';
    }
    return key.substr(0, 43);
}

Credential generated_credential(std::string const& seed) {
    return {to_hex(sha256(seed + "secret")).substr(0, 43), to_hex(sha256(seed + "token")).substr(0, 24),
            key_from(seed + "key")};
}

}  // namespace

void generate(Corp& corp, std::int64_t members, std::int64_t departments) {
    for (auto id = std::int64_t{1}; id <= departments; ++id) {
        auto const parent = id == 1 ? 0 : (id - 2) / children_each + 1;
        auto const name = id == 1 ? corp.name : pick(units, id) + std::to_string(id) + "部";
        corp.departments.insert_or_assign(id, Department{id, parent, name, 100000 - id, {}});
    }
    for (auto n = std::int64_t{1}; n <= members; ++n) {
        auto digits = std::to_string(n);
        auto member = Member{};
        member.user_id = "u" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
        member.name = generated_name(n);
        member.departments = {(n - 1) % departments + 1};
        member.main_department = member.departments.front();
        member.leads = {n <= departments};
        member.position = n <= departments ? "经理" : "销售代表";
        if (n <= departments) corp.departments[member.main_department].leaders = {member.user_id};
        corp.members.insert_or_assign(text::to_lower(member.user_id), std::move(member));
    }
    corp.changed();
}

Corp generated_corp(std::string corp_id, std::int64_t members, std::int64_t departments) {
    auto corp = Corp{};
    corp.name = "模拟集团";
    corp.contacts = generated_credential(corp_id + "contacts");
    corp.external = generated_credential(corp_id + "external");
    auto app = App{};
    app.agent_id = 1000002;
    app.name = "模拟 CRM";
    app.credential = generated_credential(corp_id + "app");
    app.visible_departments = {1};
    corp.apps.emplace(app.agent_id, std::move(app));
    corp.corp_id = std::move(corp_id);
    generate(corp, members, departments);
    return corp;
}

}  // namespace wescrm::simulator
