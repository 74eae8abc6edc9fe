#include "customers.hpp"

#include <wescrm/sales/names.hpp>

#include <array>

namespace wescrm::demo {
namespace {

using database::bind;

constexpr std::array places{"苏州", "上海", "深圳", "广州", "北京", "天津",
                            "杭州", "南京", "无锡", "东莞", "佛山", "宁波"};
constexpr std::array first{"宏", "恒", "瑞", "鼎", "盛", "嘉", "绿", "北", "远", "明", "华", "金", "新", "博",
                           "安", "信", "启", "晟", "凯", "腾", "永", "泰", "润", "博", "卓", "锦", "优", "海",
                           "天", "云", "正", "创", "鸿", "立", "星", "和", "友", "长", "众", "同"};
constexpr std::array second{"达", "源", "辰", "泽", "峰", "业", "通", "美", "康", "安", "丰", "诚", "宇", "景",
                            "航", "益", "能", "维", "图", "联", "拓", "霖", "邦", "晨", "翔", "茂", "科", "林",
                            "川", "桥", "石", "帆", "鑫", "智", "旺", "祥", "铭", "阳", "江", "域"};
constexpr std::array third{"", "大", "元", "新", "德", "利", "隆", "和", "佳", "顺"};
struct Trade {
    std::string_view word;
    std::string_view industry;
};
constexpr std::array trades{
    Trade{"科技", "信息技术"}, Trade{"机械", "制造业"},   Trade{"电子", "制造业"},   Trade{"环保", "环保能源"},
    Trade{"装饰", "建筑装饰"}, Trade{"物流", "物流运输"}, Trade{"医疗", "医疗健康"}, Trade{"教育", "教育培训"},
    Trade{"食品", "批发零售"}, Trade{"新材料", "制造业"}, Trade{"会展", "文化传媒"}, Trade{"软件", "信息技术"},
    Trade{"建设", "建筑装饰"}, Trade{"商贸", "批发零售"}, Trade{"农业", "农林牧渔"}, Trade{"能源", "环保能源"},
    Trade{"酒店", "餐饮酒店"}, Trade{"咨询", "其他"},     Trade{"包装", "制造业"},   Trade{"汽配", "制造业"}};
constexpr std::array levels{"重点", "普通", "普通", "潜在", "低"};
constexpr std::array sources{"展会", "官网", "老客户介绍", "电话咨询", "广告", "公众号", "陌生拜访"};
constexpr std::array roads{"工业园区星湖街", "高新区科技路", "开发区创业大道", "中山路", "人民东路", "滨江大道"};
constexpr std::array positions{"总经理", "采购经理", "技术总监", "行政主管", "财务经理", "项目经理"};

// The n-th brand: consecutive customers look unrelated, and no two are the same.
std::string customer_name(std::size_t n, Size size) {
    auto const thirds = size == Size::small ? std::size_t{1} : third.size();
    auto const all = first.size() * second.size() * thirds * trades.size();
    auto k = (n * 7'919 + 13) % all;
    auto const take = [&k](std::size_t count) {
        auto const at = k % count;
        k /= count;
        return at;
    };
    auto const trade = take(trades.size());
    auto const a = take(first.size());
    auto const b = take(second.size());
    return std::string{places[n % places.size()]} + first[a] + second[b] + third[take(thirds)] +
           std::string{trades[trade].word} + "有限公司";
}

std::string padded(std::size_t n, std::size_t digits) {
    auto text = std::to_string(n);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

struct Columns {
    std::vector<std::string> no, name, core, keys, level, industry, source, mobile, address, contact, position;
    std::vector<EmployeeId> owner;
    std::vector<std::string> word_no, word;
};

Columns make(std::size_t from, std::size_t to, Size size, std::vector<EmployeeId> const& owners) {
    auto made = Columns{};
    for (auto n = from; n < to; ++n) {
        auto const name = customer_name(n, size);
        auto const trade = (n * 7'919 + 13) % trades.size();
        auto const mobile = "139" + padded(10'000'000 + n * 37 % 89'999'999, 8);
        made.no.push_back("KH" + padded(n + 1, 7));
        made.name.push_back(name);
        made.core.push_back(sales::name_core(name));
        made.keys.push_back(sales::search_keys(name, "", made.no.back()));
        made.level.emplace_back(levels[n % levels.size()]);
        made.industry.emplace_back(trades[trade].industry);
        made.source.emplace_back(sources[n * 3 % sources.size()]);
        made.mobile.push_back(mobile);
        made.address.push_back(std::string{places[n % places.size()]} + "市" + roads[n * 5 % roads.size()] +
                               std::to_string(n % 300 + 1) + "号");
        made.contact.push_back(person_name(n * 11 + 3));
        made.position.emplace_back(positions[n % positions.size()]);
        made.owner.push_back(owners[n % owners.size()]);
        for (auto& word : sales::search_words(name, "", {mobile})) {
            made.word_no.push_back(made.no.back());
            made.word.push_back(std::move(word));
        }
    }
    return made;
}

// One table after the other, each in one statement. Instants are spread over the last half year by the record's number.
constexpr std::string_view customers =
    "insert into customer (tenant_id, no, name, name_core, search_keys, level, industry, source, mobile, address, "
    "owner_id, acquired_at, "
    "created_at, updated_at, created_by) select :tenant, no, name, core, keys, level, industry, source, mobile, "
    "address, owner, at, at, at, owner "
    "from (select n.*, :now::timestamptz - ((20 + (:from::bigint + n.ord) * 17 % 170) || ' days')::interval as at from "
    "unnest(:no::text[], "
    ":name::text[], :core::text[], :keys::text[], :level::text[], :industry::text[], :source::text[], :mobile::text[], "
    ":address::text[], "
    ":owner::bigint[]) with ordinality n(no, name, core, keys, level, industry, source, mobile, address, owner, ord)) "
    "x";
constexpr std::string_view keys =
    "insert into duplicate_key (tenant_id, object, kind, value, object_id) select :tenant, 'customer', k.kind, "
    "k.value, c.id from customer c, "
    "lateral (values ('name_core', c.name_core), ('mobile', c.mobile)) k(kind, value) where c.tenant_id = :tenant and "
    "c.no = any(:no::text[]) on "
    "conflict do nothing";
constexpr std::string_view words =
    "insert into customer_word (tenant_id, word, customer_id) select :tenant, w.word, c.id from "
    "unnest(:word_no::text[], :word::text[]) w(no, "
    "word) join customer c on c.tenant_id = :tenant and c.no = w.no";
constexpr std::string_view contacts =
    "insert into contact (tenant_id, customer_id, name, mobile, position, is_primary, created_at, updated_at, "
    "created_by) select :tenant, c.id, "
    "n.name, c.mobile, n.position, true, c.created_at, c.created_at, c.owner_id from unnest(:no::text[], "
    ":contact::text[], :position::text[]) "
    "n(no, name, position) join customer c on c.tenant_id = :tenant and c.no = n.no";
constexpr std::string_view events =
    "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, actor_id, channel, at) "
    "select :tenant, 'customer', "
    "c.id, 'create', c.owner_id, e.main_department_id, c.owner_id, 'cli', c.created_at from customer c join employee e "
    "on e.tenant_id = "
    "c.tenant_id and e.id = c.owner_id where c.tenant_id = :tenant and c.no = any(:no::text[])";
constexpr std::string_view followups =
    "insert into followup (tenant_id, target_type, target_id, customer_id, content, method, author_id, followed_at, "
    "created_at, updated_at, "
    "created_by) select :tenant, 'customer', c.id, c.id, "
    "(array['电话沟通了需求，对方希望先看方案','上门拜访，参观了车间，设备比较旧，有更换计划',"
    "'微信发了产品资料和报价','开会讨论技术细节，客户关心交货期','回访使用情况，整体满意，提了两点改进','"
    "预算还在审批，月底再问'])[1 + (r.n + t.i) % 6], "
    "(array['call','visit','wechat','meeting','call','wechat'])[1 + (r.n + t.i) % 6], c.owner_id, t.at, t.at, t.at, "
    "c.owner_id from (select id, "
    "substr(no, 3)::bigint as n from customer where tenant_id = :tenant and no = any(:no::text[])) r join customer c "
    "on c.tenant_id = :tenant and "
    "c.id = r.id, lateral (select i, c.created_at + (:now::timestamptz - c.created_at) * (i + 0.3) / (2 + r.n % 3) as "
    "at from "
    "generate_series(0, 1 + (r.n % 3)::int) i) t where t.at < :now::timestamptz";
constexpr std::string_view instants =
    "update customer c set last_follow_at = f.at, updated_at = f.at, next_contact_at = case when substr(c.no, "
    "3)::bigint % 5 = 0 then "
    "date_trunc('hour', :now::timestamptz) + ((substr(c.no, 3)::bigint % 11 - 3) || ' days')::interval end from "
    "(select d.id, (select "
    "max(u.followed_at) from followup u where u.tenant_id = :tenant and u.customer_id = d.id) as at from customer d "
    "where d.tenant_id = :tenant "
    "and d.no = any(:no::text[])) f where c.tenant_id = :tenant and c.id = f.id and f.at is not null";

}  // namespace

void insert_customers(database::Session& sql, TenantId tenant, std::vector<EmployeeId> const& owners, std::size_t from,
                      std::size_t to, Size size, Instant now) {
    auto const made = make(from, to, size, owners);
    auto const params = database::Params{bind("tenant", tenant),
                                         bind("now", now),
                                         bind("from", from),
                                         bind("no", made.no),
                                         bind("name", made.name),
                                         bind("core", made.core),
                                         bind("keys", made.keys),
                                         bind("level", made.level),
                                         bind("industry", made.industry),
                                         bind("source", made.source),
                                         bind("mobile", made.mobile),
                                         bind("address", made.address),
                                         bind("owner", made.owner)};
    auto const few = database::Params{bind("tenant", tenant), bind("no", made.no)};
    auto const timed = database::Params{bind("tenant", tenant), bind("no", made.no), bind("now", now)};
    sql.execute(customers, params);
    sql.execute(keys, few);
    sql.execute(words, {bind("tenant", tenant), bind("word_no", made.word_no), bind("word", made.word)});
    sql.execute(contacts, {bind("tenant", tenant), bind("no", made.no), bind("contact", made.contact),
                           bind("position", made.position)});
    sql.execute(events, few);
    sql.execute(followups, timed);
    sql.execute(instants, timed);
}

void insert_tasks(database::Session& sql, TenantId tenant, Instant now, Zone const& zone) {
    sql.execute(
        "insert into task (tenant_id, title, due_at, remind_at, assignee_id, target_type, target_id, created_at, "
        "updated_at, created_by) select "
        ":tenant, (array['给客户发报价单','预约上门拜访','确认合同条款','催收样品反馈','准备技术方案'])[1 + (n % "
        "5)::int], at, at, owner_id, 'customer', id, "
        ":now, :now, owner_id from (select id, owner_id, substr(no, 3)::bigint as n, :today::timestamptz + "
        "((substr(no, 3)::bigint % 7 - 2) * 24 + 9 "
        "+ substr(no, 3)::bigint % 9) * interval '1 hour' as at from customer where tenant_id = :tenant and substr(no, "
        "3)::bigint % 4 = 1 order by "
        "no limit 2000) x",
        {bind("tenant", tenant), bind("now", now), bind("today", zone.start_of(zone.date(now)))});
    sql.execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select tenant_id, "
        "(tenant_id % 256)::smallint, "
        "'task_reminder', 'task', id, remind_at, :zone, interval '4 hours' from task where tenant_id = :tenant and "
        "remind_at > :now",
        {bind("tenant", tenant), bind("now", now), bind("zone", zone.name())});
    sql.execute(
        "insert into timer (tenant_id, bucket, kind, ref_kind, ref_id, due_at, time_zone, grace) select tenant_id, "
        "(tenant_id % 256)::smallint, "
        "'next_contact', 'customer', id, next_contact_at, :zone, interval '4 hours' from customer where tenant_id = "
        ":tenant and next_contact_at > :now",
        {bind("tenant", tenant), bind("now", now), bind("zone", zone.name())});
}

}  // namespace wescrm::demo
