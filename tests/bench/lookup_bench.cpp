// How long the chat's look-ups take in the large demo company: `lookup_bench DATABASE_URL [--explain] [--rounds N]`.
// Works in a database that it may fill: give it one of its own. A company that is there already is kept, so that the
// second run only measures. Prints JSON, milliseconds; with --explain the plan of every statement of the first round to
// stderr.
#include "given.hpp"

#include <wescrm/agenda/task.hpp>
#include <wescrm/base/clock.hpp>
#include <wescrm/base/crypto.hpp>
#include <wescrm/sales/customer.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace {

using namespace wescrm;
using database::Pool;
using database::Scope;
using database::Session;

/// Passes everything on, and shows the plan of each statement before it runs.
class Explaining final : public Session {
public:
    explicit Explaining(Session& inner) : inner_{inner} {}
    void after_commit(std::function<void()> action) override { inner_.after_commit(std::move(action)); }
    void script(std::string_view sql) override { inner_.script(sql); }
    std::int64_t run(std::string_view sql, database::Params const& params, std::size_t columns,
                     EachRow const& each) override {
        if (sql.starts_with("select") || sql.starts_with("with")) {
            std::cerr << "== " << sql << '\n';
            for (auto const& line :
                 inner_.values<std::string>("explain (analyze, buffers) " + std::string{sql}, params))
                std::cerr << "   " << line << '\n';
        }
        return inner_.run(sql, params, columns, each);
    }

private:
    Session& inner_;
};

struct Bench {
    database::Database& db;
    Clock const& clock;
    TenantId tenant;
    bool explain = false;
    int rounds = 200;
    bench::PlainRenderer renderer{};
    bool is_first = true;

    template <class Job>
    void once(std::string const& user, bool explained, Job const& job) {
        auto const done = db.run_blocking(Pool::worker, Scope::of(tenant), [&](Session& plain) -> Result<int> {
            auto explaining = Explaining{plain};
            auto& sql = explained ? static_cast<Session&>(explaining) : plain;
            auto actor = operation::load_actor(sql, tenant, UserId{user}, operation::Channel::chat);
            if (!actor) return actor.error();
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, std::move(*actor), clock.now(), services};
            auto const answer = job(ctx);
            if (!answer && answer.error().code != Errc::conflict) return answer.error();
            return 0;
        });
        if (!done) std::cerr << user << ": " << done.error().reason << ' ' << done.error().message << '\n';
    }

    template <class Job>
    void measure(std::string const& name, std::string const& user, Job const& job) {
        if (explain) {
            std::cerr << "\n######## " << name << '\n';
            once(user, true, job);
        }
        for (auto i = 0; i < 10; ++i) once(user, false, job);
        auto times = std::vector<double>{};
        for (auto i = 0; i < rounds; ++i) {
            auto const start = std::chrono::steady_clock::now();
            once(user, false, job);
            times.push_back(
                std::chrono::duration<double, std::milli>{std::chrono::steady_clock::now() - start}.count());
        }
        std::sort(times.begin(), times.end());
        std::cout << (is_first ? "" : ",\n") << "\"" << name << "\":{\"p50\":" << times[times.size() / 2]
                  << ",\"p99\":" << times[times.size() * 99 / 100] << "}";
        is_first = false;
    }
};

struct Sample {
    std::string name, number, mobile, contact, owner;
    sales::CustomerId id;
};

Sample a_sample(database::Database& db, TenantId tenant) {
    return db
        .run_blocking(
            Pool::worker, Scope::of(tenant),
            [&](Session& sql) -> Result<Sample> {
                auto const [name, number, mobile, contact, owner, id] =
                    sql.row<std::string, std::string, std::string, std::string, std::string, sales::CustomerId>(
                           "select c.name, c.no, c.mobile, t.name, e.user_id, c.id from customer c join "
                           "employee e on e.tenant_id = c.tenant_id and e.id = c.owner_id join contact t on "
                           "t.tenant_id = c.tenant_id and t.customer_id = c.id where c.tenant_id = :tenant "
                           "and c.mobile is not null order by c.no offset 1234 limit 1",
                           {database::bind("tenant", tenant)})
                        .value();
                return Sample{name, number, mobile, contact, owner, id};
            })
        .value();
}

void search(Bench& bench, std::string const& name, std::string const& user, std::string const& words) {
    bench.measure(name, user, [&words](operation::Context& ctx) { return sales::search_customers(ctx, {words, 6}); });
}

void measure_searches(Bench& bench, Sample const& sample, std::string const& boss) {
    auto const core = sample.name.substr(6, 12);  // without place, four characters
    search(bench, "search_full_name", sample.owner, sample.name);
    search(bench, "search_core", sample.owner, core);
    search(bench, "search_core_boss", boss, core);
    search(bench, "search_two_characters", sample.owner, sample.name.substr(6, 6));
    search(bench, "search_two_characters_boss", boss, sample.name.substr(6, 6));
    search(bench, "search_common_pair", sample.owner, "科技");
    search(bench, "search_common_pair_boss", boss, "科技");
    search(bench, "search_phone", sample.owner, sample.mobile);
    search(bench, "search_end_of_phone", sample.owner, sample.mobile.substr(7));
    search(bench, "search_number", sample.owner, sample.number);
    search(bench, "search_initials", sample.owner, "hdkj");
    search(bench, "search_nothing", sample.owner, "不存在的客户");
}

void measure_lists(Bench& bench, Sample const& sample, std::string const& boss) {
    auto mine = sales::ListCustomers{};
    mine.owner = UserId{sample.owner};
    mine.limit = 10;
    bench.measure("my_customers", sample.owner,
                  [&mine](operation::Context& ctx) { return sales::list_customers(ctx, mine); });
    auto neglected = mine;
    neglected.not_followed_days = 20;
    bench.measure("my_customers_not_followed", sample.owner,
                  [&neglected](operation::Context& ctx) { return sales::list_customers(ctx, neglected); });
    auto all = sales::ListCustomers{};
    all.limit = 10;
    bench.measure("all_customers_boss", boss,
                  [&all](operation::Context& ctx) { return sales::list_customers(ctx, all); });
    bench.measure("all_customers_salesperson", sample.owner,
                  [&all](operation::Context& ctx) { return sales::list_customers(ctx, all); });
    bench.measure("today", sample.owner, [](operation::Context& ctx) { return agenda::today(ctx, {}); });
    auto followups = sales::ListFollowups{};
    followups.owner = UserId{sample.owner};
    followups.limit = 10;
    bench.measure("my_followups", sample.owner,
                  [&followups](operation::Context& ctx) { return sales::list_followups(ctx, followups); });
    bench.measure("find_contact", sample.owner, [&sample](operation::Context& ctx) {
        return sales::search_contacts(ctx, {sample.contact, {}, {}});
    });
    bench.measure("find_contact_boss", boss, [&sample](operation::Context& ctx) {
        return sales::search_contacts(ctx, {sample.contact, {}, {}});
    });
    bench.measure("find_contact_by_surname", sample.owner, [&sample](operation::Context& ctx) {
        return sales::search_contacts(ctx, {sample.contact.substr(0, 3) + "总", {}, {}});
    });
    auto tasks = agenda::ListTasks{};
    tasks.q = "报价";
    tasks.owner = UserId{sample.owner};
    tasks.status = agenda::TaskStatus::open;
    bench.measure("find_task", sample.owner,
                  [&tasks](operation::Context& ctx) { return agenda::list_tasks(ctx, tasks); });
    bench.measure("show_customer", sample.owner, [&sample](operation::Context& ctx) {
        return sales::show_customer(ctx, {sample.id, {}});
    });
}

void measure_writes(Bench& bench, Sample const& sample) {
    bench.measure("create_refused_as_duplicate", sample.owner, [&sample](operation::Context& ctx) {
        auto input = sales::CreateCustomer{};
        input.name = sample.name;
        return sales::create_customer(ctx, input);
    });
    auto number = std::chrono::system_clock::now().time_since_epoch().count();
    bench.measure("create_customer", sample.owner, [&number](operation::Context& ctx) {
        auto input = sales::CreateCustomer{};
        input.name = "测试" + std::to_string(++number) + "科技";
        return sales::create_customer(ctx, input);
    });
    bench.measure("create_followup", sample.owner, [&](operation::Context& ctx) {
        auto input = sales::CreateFollowup{};
        input.target_id = sales::RecordId{sample.id.value()};
        input.content = "电话沟通，下周看样品";
        input.next_contact_at = ctx.now() + hours{72};
        return sales::create_followup(ctx, input);
    });
    bench.measure("create_task", sample.owner, [](operation::Context& ctx) {
        auto input = agenda::CreateTask{};
        input.title = "给客户发报价单";
        input.due_at = ctx.now() + hours{24};
        return agenda::create_task(ctx, input);
    });
}

}  // namespace

int main(int argc, char** argv) {
    auto const words = std::vector<std::string>{argv + std::min(argc, 1), argv + argc};
    if (words.empty()) {
        std::cerr << "lookup_bench DATABASE_URL [--explain] [--rounds N]\n";
        return 2;
    }
    auto config = database::Config{};
    config.url = words[0];
    config.report.statement = std::chrono::minutes{10};
    if (!bench::migrate(config.url)) return 1;
    auto db = database::Database{config};
    auto const clock = SystemClock{};
    auto const start = std::chrono::steady_clock::now();
    auto const company = bench::demo_company(db, demo::Size::large, clock);
    if (!company) return 1;
    auto const took = std::chrono::duration<double>{std::chrono::steady_clock::now() - start}.count();
    auto bench = Bench{db, clock, company->tenant};
    bench.explain = std::find(words.begin(), words.end(), "--explain") != words.end();
    if (auto const at = std::find(words.begin(), words.end(), "--rounds"); at != words.end() && at + 1 != words.end())
        bench.rounds = std::stoi(*(at + 1));
    auto const sample = a_sample(db, company->tenant);
    auto const boss =
        db.run_blocking(Pool::worker, Scope::of(company->tenant), [&](Session& sql) -> Result<std::string> {
              return sql
                  .value<std::string>(
                      "select e.user_id from employee e join employee_department m on m.tenant_id = "
                      "e.tenant_id and m.employee_id = e.id and m.is_leader join department d on "
                      "d.tenant_id = m.tenant_id and d.id = m.department_id where e.tenant_id = :tenant "
                      "and d.name = '销售中心'",
                      {database::bind("tenant", company->tenant)})
                  .value();
          }).value();
    std::cout << "{\"load_seconds\":" << (company->was_there ? 0 : took) << ",\n";
    measure_searches(bench, sample, boss);
    measure_lists(bench, sample, boss);
    measure_writes(bench, sample);
    std::cout << "}\n";
    return 0;
}
