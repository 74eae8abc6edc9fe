#include "opportunities.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/sales/sales_process.hpp>

#include <algorithm>
#include <array>

namespace wescrm::demo {
namespace {

using database::bind;
using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;

constexpr std::array projects{"年度采购", "系统升级项目", "设备更新", "信息化一期",
                              "售后续签", "仓储改造",     "样板线",   "备件框架合同"};
constexpr std::array reasons{"价格过高", "客户预算取消", "选择了竞争对手", "交货期不满足", "联系人离职后中断"};
constexpr std::array invalid_reasons{"重复登记", "信息不真实", "不在服务区域"};
constexpr std::array competitors{"", "", "同城一家小厂", "外资品牌", "低价供应商"};
constexpr std::array note_texts{"演示了方案，对方技术负责人提了三点修改意见", "电话确认预算已进入审批",
                                "拜访采购，谈了付款方式和质保期", "微信发了报价，约好下周答复",
                                "会上定了测试时间，需要协调样机"};
constexpr std::int64_t days_of_a_year = 365;

struct Customer {
    std::int64_t id = 0;
    std::string no;
    std::string short_name;
    std::int64_t owner = 0;
    std::optional<std::int64_t> contact;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Customer, (), (id, no, short_name, owner, contact, created_at))

struct Step {
    std::int64_t id = 0;
    std::int64_t process = 0;
    std::string kind;
    std::int64_t probability = 0;
    bool is_default = false;
};
BOOST_DESCRIBE_STRUCT(Step, (), (id, process, kind, probability, is_default))

/// The stages of one process.
struct Process {
    std::int64_t id = 0;
    std::vector<Step> open;
    Step won, lost, invalid;
};

struct OpportunityBatch {
    Numbers id, customer, contact, owner, process, stage, amount, rate;
    Texts no, name, status, created, entered, expected, closed, reason, competitor, last;
    Numbers step_of, step_process, step_from, step_to, step_seconds, step_amount, step_actor;
    Texts step_at;
    Numbers line_of, line_position, line_price, line_quantity, line_total;
    Texts line_name;
    Numbers note_of, note_customer, note_author;
    Texts note, note_at;
};

// The same for the same n, and spread well.
std::size_t opportunity_mixed(std::size_t n) {
    auto x = static_cast<std::uint64_t>(n) * 0x9E3779B97F4A7C15ULL;
    x ^= x >> 29U;
    x *= 0xBF58476D1CE4E5B9ULL;
    return static_cast<std::size_t>(x ^ (x >> 32U));
}

template <class List>
auto pick_opportunity(List const& list, std::size_t n) {
    return list.at(n % list.size());
}

std::vector<Process> processes(database::Session& sql, TenantId tenant) {
    auto all = std::vector<Process>{};
    for (auto const& step : sql.records<Step>(
             "select g.id, g.process_id, g.kind, g.probability, s.is_default from sales_stage g join sales_process s "
             "on s.tenant_id = g.tenant_id and s.id = g.process_id where g.tenant_id = :tenant and g.deleted_at is "
             "null and s.deleted_at is null order by s.is_default desc, s.id, g.position",
             {bind("tenant", tenant)})) {
        if (all.empty() || all.back().id != step.process) all.push_back({step.process, {}, {}, {}, {}});
        auto& process = all.back();
        if (step.kind == "open")
            process.open.push_back(step);
        else
            (step.kind == "won" ? process.won : step.kind == "lost" ? process.lost : process.invalid) = step;
    }
    return all;
}

/// How one opportunity went.
struct Course {
    std::string status;
    std::size_t reached = 0;  ///< last open stage
    Instant begun;
    Instant last;  ///< into the stage in which it is
};

Course course_of(std::size_t n, std::size_t stages, Instant now) {
    auto const h = opportunity_mixed(n);
    auto const lot = h % 100;
    auto course = Course{};
    course.status = lot < 45 ? "open" : lot < 76 ? "won" : lot < 93 ? "lost" : "invalid";
    course.reached = course.status == "won" ? stages - 1 : course.status == "invalid" ? 0 : (h >> 8U) % stages;
    // Open ones began lately, the others at any time of the year.
    auto const span = course.status == "open" ? std::int64_t{100} : days_of_a_year - 10;
    auto const age = 2 + static_cast<std::int64_t>((h >> 16U) % static_cast<std::size_t>(span));
    course.begun = now - hours{24 * age} - minutes{static_cast<std::int64_t>((h >> 24U) % 600)};
    auto const steps = static_cast<std::int64_t>(course.reached) + (course.status == "open" ? 0 : 1);
    auto const gap = std::min<std::int64_t>(4 + static_cast<std::int64_t>((h >> 32U) % 14), age / (steps + 1));
    course.last = course.begun + hours{24 * gap * steps};
    return course;
}

void add_history(OpportunityBatch& batch, std::int64_t id, Process const& process, Course const& course,
                 std::int64_t amount, std::int64_t owner) {
    auto stages = Numbers{};
    for (std::size_t i = 0; i <= course.reached; ++i) stages.push_back(process.open[i].id);
    if (course.status == "won") stages.push_back(process.won.id);
    if (course.status == "lost") stages.push_back(process.lost.id);
    if (course.status == "invalid") stages.push_back(process.invalid.id);
    auto const count = static_cast<std::int64_t>(stages.size());
    auto const gap = count > 1 ? (course.last - course.begun) / (count - 1) : microseconds{0};
    for (std::int64_t i = 0; i < count; ++i) {
        batch.step_of.push_back(id);
        batch.step_process.push_back(process.id);
        batch.step_from.push_back(i == 0 ? 0 : stages[static_cast<std::size_t>(i - 1)]);
        batch.step_to.push_back(stages[static_cast<std::size_t>(i)]);
        batch.step_seconds.push_back(i == 0 ? 0 : std::chrono::duration_cast<seconds>(gap).count());
        batch.step_amount.push_back(amount);
        batch.step_actor.push_back(owner);
        batch.step_at.push_back(format_rfc3339(course.begun + gap * i));
    }
}

// Two lines that make the amount.
void add_lines(OpportunityBatch& batch, std::int64_t id, std::int64_t amount) {
    auto const second = amount / 5 / 100 * 100;
    auto const put = [&](std::int64_t position, std::string name, std::int64_t total) {
        batch.line_of.push_back(id);
        batch.line_position.push_back(position);
        batch.line_name.push_back(std::move(name));
        batch.line_price.push_back(total / 2);
        batch.line_quantity.push_back(2'000);
        batch.line_total.push_back(total / 2 * 2);
    };
    put(1, "主设备", amount - second);
    put(2, "安装与培训", second);
}

void add_opportunity(OpportunityBatch& batch, std::size_t n, std::int64_t id, Customer const& customer,
                     std::vector<Process> const& all, Instant now, Zone const& zone) {
    auto const h = opportunity_mixed(n);
    auto const& process = all[h % 5 == 0 ? all.size() - 1 : 0];
    auto const course = course_of(n, process.open.size(), now);
    auto const is_open = course.status == "open";
    auto const amount = (5 + static_cast<std::int64_t>((h >> 40U) % 196)) * 5'000 * 100;
    auto digits = std::to_string(n);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    batch.id.push_back(id);
    batch.no.push_back("SJ" + text::replace_all(format_date(zone.date(course.begun)), "-", "") + digits);
    batch.name.push_back(customer.short_name + pick_opportunity(projects, h >> 12U));
    batch.customer.push_back(customer.id);
    batch.contact.push_back(customer.contact.value_or(0));
    batch.owner.push_back(customer.owner);
    batch.process.push_back(process.id);
    batch.stage.push_back(is_open                   ? process.open[course.reached].id
                          : course.status == "won"  ? process.won.id
                          : course.status == "lost" ? process.lost.id
                                                    : process.invalid.id);
    batch.amount.push_back(amount);
    batch.rate.push_back(is_open ? process.open[course.reached].probability : course.status == "won" ? 100 : 0);
    batch.status.push_back(course.status);
    batch.created.push_back(format_rfc3339(course.begun));
    batch.entered.push_back(format_rfc3339(course.last));
    batch.expected.push_back(format_date(is_open ? add_days(zone.date(now), static_cast<int>((h >> 20U) % 75) - 15)
                                                 : zone.date(course.last)));
    batch.closed.push_back(is_open ? "" : format_date(zone.date(course.last)));
    batch.reason.emplace_back(course.status == "lost"      ? pick_opportunity(reasons, h >> 28U)
                              : course.status == "invalid" ? pick_opportunity(invalid_reasons, h >> 28U)
                                                           : "");
    batch.competitor.emplace_back(pick_opportunity(competitors, h >> 36U));
    add_history(batch, id, process, course, amount, customer.owner);
    if (h % 3 == 0) add_lines(batch, id, amount);
    auto const said = std::min(now - hours{1}, course.last + hours{20});
    batch.last.push_back(format_rfc3339(said));
    batch.note_of.push_back(id);
    batch.note_customer.push_back(customer.id);
    batch.note_author.push_back(customer.owner);
    batch.note.emplace_back(pick_opportunity(note_texts, h >> 44U));
    batch.note_at.push_back(format_rfc3339(said));
}

void write_opportunities(database::Session& sql, TenantId tenant, OpportunityBatch const& batch) {
    sql.execute(
        "insert into opportunity (tenant_id, id, no, name, customer_id, contact_id, owner_id, owner_department_id, "
        "process_id, stage_id, stage_entered_at, status, amount_fen, probability, expected_close_date, closed_on, "
        "closed_at, lost_reason, competitor, last_follow_at, created_at, updated_at, created_by) select :tenant, n.id, "
        "n.no, n.name, n.customer, nullif(n.contact, 0), n.owner, e.main_department_id, n.process, n.stage, n.entered, "
        "n.status, n.amount, n.rate, n.expected, nullif(n.closed, '')::date, case when n.closed <> '' then n.entered "
        "end, n.reason, n.competitor, n.last, n.created, n.entered, n.owner from unnest(:id::bigint[], :no::text[], "
        ":name::text[], :customer::bigint[], :contact::bigint[], :owner::bigint[], :process::bigint[], "
        ":stage::bigint[], :entered::timestamptz[], :status::text[], :amount::bigint[], :rate::integer[], "
        ":expected::date[], :closed::text[], :reason::text[], :competitor::text[], :last::timestamptz[], "
        ":created::timestamptz[]) n(id, no, name, customer, contact, owner, process, stage, entered, status, amount, "
        "rate, expected, closed, reason, competitor, last, created) join employee e on e.tenant_id = :tenant and e.id "
        "= n.owner",
        {bind("tenant", tenant), bind("id", batch.id), bind("no", batch.no), bind("name", batch.name),
         bind("customer", batch.customer), bind("contact", batch.contact), bind("owner", batch.owner),
         bind("process", batch.process), bind("stage", batch.stage), bind("entered", batch.entered),
         bind("status", batch.status), bind("amount", batch.amount), bind("rate", batch.rate),
         bind("expected", batch.expected), bind("closed", batch.closed), bind("reason", batch.reason),
         bind("competitor", batch.competitor), bind("last", batch.last), bind("created", batch.created)});
    sql.execute(
        "insert into ownership_event (tenant_id, object, object_id, kind, to_id, to_department_id, actor_id, channel, "
        "at) select p.tenant_id, 'opportunity', p.id, 'create', p.owner_id, p.owner_department_id, p.owner_id, 'cli', "
        "p.created_at from opportunity p where p.tenant_id = :tenant and p.id = any(:id::bigint[])",
        {bind("tenant", tenant), bind("id", batch.id)});
    sql.execute(
        "update customer c set deal_status = 'closed', first_deal_at = least(c.first_deal_at, p.closed_at), "
        "last_deal_at = greatest(c.last_deal_at, p.closed_at) from "
        "opportunity p where c.tenant_id = :tenant and p.tenant_id = :tenant and p.customer_id = c.id and p.status = "
        "'won' and p.id = any(:id::bigint[])",
        {bind("tenant", tenant), bind("id", batch.id)});
}

void write_opportunity_children(database::Session& sql, TenantId tenant, OpportunityBatch const& batch) {
    sql.execute(
        "insert into stage_history (tenant_id, opportunity_id, process_id, from_stage_id, to_stage_id, at, actor_id, "
        "channel, seconds, amount_fen) select :tenant, o, p, nullif(f, 0), t, at, actor, 'cli', s, a from "
        "unnest(:of::bigint[], :process::bigint[], :from::bigint[], :to::bigint[], :at::timestamptz[], "
        ":actor::bigint[], :seconds::bigint[], :amount::bigint[]) n(o, p, f, t, at, actor, s, a)",
        {bind("tenant", tenant), bind("of", batch.step_of), bind("process", batch.step_process),
         bind("from", batch.step_from), bind("to", batch.step_to), bind("at", batch.step_at),
         bind("actor", batch.step_actor), bind("seconds", batch.step_seconds), bind("amount", batch.step_amount)});
    sql.execute(
        "insert into opportunity_line (tenant_id, opportunity_id, position, name, price_e4, quantity_milli, "
        "subtotal_fen) select :tenant, o, position, name, price * 100, quantity, total from unnest(:of::bigint[], "
        ":position::integer[], :name::text[], :price::bigint[], :quantity::bigint[], :total::bigint[]) n(o, position, "
        "name, price, quantity, total)",
        {bind("tenant", tenant), bind("of", batch.line_of), bind("position", batch.line_position),
         bind("name", batch.line_name), bind("price", batch.line_price), bind("quantity", batch.line_quantity),
         bind("total", batch.line_total)});
    sql.execute(
        "insert into followup (tenant_id, target_type, target_id, customer_id, content, method, author_id, "
        "followed_at, created_at, updated_at, created_by) select :tenant, 'opportunity', o, customer, content, 'call', "
        "author, at, at, at, author from unnest(:of::bigint[], :customer::bigint[], :content::text[], "
        ":author::bigint[], :at::timestamptz[]) n(o, customer, content, author, at)",
        {bind("tenant", tenant), bind("of", batch.note_of), bind("customer", batch.note_customer),
         bind("content", batch.note), bind("author", batch.note_author), bind("at", batch.note_at)});
    sql.execute(
        "update customer c set last_follow_at = n.at from unnest(:customer::bigint[], :at::timestamptz[]) n(customer, "
        "at) where c.tenant_id = :tenant and c.id = n.customer and (c.last_follow_at is null or c.last_follow_at < "
        "n.at)",
        {bind("tenant", tenant), bind("customer", batch.note_customer), bind("at", batch.note_at)});
}

}  // namespace

void insert_process(database::Session& sql, TenantId tenant, Instant now) {
    auto const id = sql.value<std::int64_t>(
                           "insert into sales_process (tenant_id, name, created_at, updated_at) values (:tenant, "
                           "'渠道合作流程', :now, :now) returning id",
                           {bind("tenant", tenant), bind("now", now)})
                        .value();
    auto const names = Texts{"渠道报备", "方案共建", "招投标", "合同签订", "赢单", "输单", "无效"};
    auto const kinds = Texts{"open", "open", "open", "open", "won", "lost", "invalid"};
    auto const rates = Numbers{15, 40, 60, 85, 100, 0, 0};
    auto const lasting = Texts{"10", "30", "45", "20", "", "", ""};
    sql.execute(
        "insert into sales_stage (tenant_id, process_id, position, name, kind, probability, expected_days) select "
        ":tenant, :id, n.position, n.name, n.kind, n.rate, nullif(n.days, '')::integer from unnest(:names::text[], "
        ":kinds::text[], :rates::integer[], :days::text[]) with ordinality n(name, kind, rate, days, position)",
        {bind("tenant", tenant), bind("id", id), bind("names", names), bind("kinds", kinds), bind("rates", rates),
         bind("days", lasting)});
}

std::size_t insert_opportunities(database::Session& sql, TenantId tenant, std::string& after, std::size_t first,
                                 std::size_t count, Instant now, Zone const& zone) {
    auto const customers = sql.records<Customer>(
        "select c.id, c.no, case when c.short_name = '' then c.name else c.short_name end, c.owner_id, (select t.id "
        "from contact t where t.tenant_id = c.tenant_id and t.customer_id = c.id and t.is_primary limit 1), "
        "c.created_at from customer c where c.tenant_id = :tenant and c.no > :after and c.owner_id is not null order "
        "by c.no limit :count::bigint",
        {bind("tenant", tenant), bind("after", after), bind("count", static_cast<std::int64_t>(count))});
    if (customers.empty()) return 0;
    auto const ids = sql.values<std::int64_t>("select new_id() from generate_series(1, :count::bigint)",
                                              {bind("count", static_cast<std::int64_t>(customers.size()))});
    auto const all = processes(sql, tenant);
    auto batch = OpportunityBatch{};
    for (std::size_t i = 0; i < customers.size(); ++i)
        add_opportunity(batch, first + i + 1, ids[i], customers[i], all, now, zone);
    write_opportunities(sql, tenant, batch);
    write_opportunity_children(sql, tenant, batch);
    after = customers.back().no;
    return customers.size();
}

}  // namespace wescrm::demo
