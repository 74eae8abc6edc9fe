// How long lists take under the data permission: `access_bench DATABASE_URL [--explain] [--rounds N]` on a database with
// the large demo company (lookup_bench fills one). Gives one group leader 40 subordinates, then asks for the first page in
// every order as a salesperson, that leader, the head of a region, the head of all sales and an administrator. Prints
// JSON, milliseconds.
#include <wescrm/database/database.hpp>
#include <wescrm/demo/demo.hpp>
#include <wescrm/sales/customer.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace {

using namespace wescrm;
using database::bind;
using database::Pool;
using database::Scope;
using database::Session;

struct Silent final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

/// Shows the plan of each query before it runs.
class Explaining final : public Session {
public:
    explicit Explaining(Session& inner) : inner_{inner} {}
    void after_commit(std::function<void()> action) override { inner_.after_commit(std::move(action)); }
    void script(std::string_view sql) override { inner_.script(sql); }
    std::int64_t run(std::string_view sql, database::Params const& params, std::size_t columns,
                     EachRow const& each) override {
        std::cerr << "== " << sql << '\n';
        for (auto const& line : inner_.values<std::string>("explain (analyze, buffers) " + std::string{sql}, params))
            std::cerr << "   " << line.substr(0, 300) << '\n';
        return inner_.run(sql, params, columns, each);
    }

private:
    Session& inner_;
};

struct Bench {
    database::Database& db;
    TenantId tenant;
    Instant now;
    int rounds = 200;
    bool explain = false;
    Silent renderer{};

    template <class Job>
    auto in(Job job) {
        return db.run_blocking(Pool::report, Scope::of(tenant), job);
    }

    /// Milliseconds of one page with everything that belongs to it: who it is, what he may, the rows.
    double once(UserId const& user, std::string const& sort, bool explained) {
        auto const start = std::chrono::steady_clock::now();
        auto const done = in([&](Session& plain) -> Result<int> {
            auto explaining = Explaining{plain};
            auto& sql = explained ? static_cast<Session&>(explaining) : plain;
            auto actor = operation::load_actor(sql, tenant, user, operation::Channel::api);
            if (!actor) return actor.error();
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, std::move(*actor), now, services};
            auto input = sales::ListCustomers{};
            input.sort = sort;
            auto const page = sales::list_customers(ctx, input);
            if (!page) return page.error();
            return static_cast<int>(page->items.size());
        });
        if (!done) std::cerr << user.value() << ' ' << sort << ": " << done.error().reason << '\n';
        return std::chrono::duration<double, std::milli>{std::chrono::steady_clock::now() - start}.count();
    }

    void measure(std::string const& who, UserId const& user, bool& is_first) {
        for (auto const* sort : {"-updated_at", "updated_at", "-created_at", "created_at", "name", "-name", "no", "-no",
                                 "last_follow_at", "-last_follow_at", "next_contact_at", "-next_contact_at"}) {
            if (explain) std::cerr << "\n######## " << who << ' ' << sort << '\n';
            if (explain) once(user, sort, true);
            for (auto i = 0; i < 7; ++i) once(user, sort, false);
            auto times = std::vector<double>{};
            for (auto i = 0; i < rounds; ++i) times.push_back(once(user, sort, false));
            std::sort(times.begin(), times.end());
            std::cout << (is_first ? "" : ",\n") << "\"" << who << ' ' << sort << "\":{\"p50\":" << times[times.size() / 2]
                      << ",\"p99\":" << times[times.size() * 99 / 100] << "}";
            is_first = false;
        }
    }
};

UserId head_of(Bench& bench, std::string const& department) {
    return bench
        .in([&](Session& sql) -> Result<UserId> {
            return sql
                .value<UserId>("select e.user_id from employee e join employee_department m on m.tenant_id = e.tenant_id "
                               "and m.employee_id = e.id and m.is_leader join department d on d.tenant_id = m.tenant_id and "
                               "d.id = m.department_id where e.tenant_id = :tenant and d.name = :name",
                               {bind("tenant", bench.tenant), bind("name", department)})
                .value();
        })
        .value();
}

// People of the next groups follow the leader until there are 40.
UserId leader_of_forty(Bench& bench) {
    auto const leader = head_of(bench, "销售7组");
    bench.in([&](Session& sql) -> Result<int> {
            sql.execute(
                "with leader as (select id from employee where tenant_id = :tenant and user_id = :user), missing as (select "
                "40 - count(*) as n from employee e where e.tenant_id = :tenant and e.superior_id = (select id from "
                "leader)) update employee set superior_id = (select id from leader) where tenant_id = :tenant and id in "
                "(select e.id from employee e where e.tenant_id = :tenant and e.position = '销售代表' and e.superior_id <> "
                "(select id from leader) order by e.user_id limit greatest((select n from missing), 0))",
                {bind("tenant", bench.tenant), bind("user", leader)});
            return 0;
        })
        .value();
    return leader;
}

UserId a_salesperson(Bench& bench) {
    return bench
        .in([&](Session& sql) -> Result<UserId> {
            return sql
                .value<UserId>("select user_id from employee where tenant_id = :tenant and position = '销售代表' order by "
                               "user_id offset 1000 limit 1",
                               {bind("tenant", bench.tenant)})
                .value();
        })
        .value();
}

}  // namespace

int main(int argc, char** argv) {
    auto const words = std::vector<std::string>{argv + std::min(argc, 1), argv + argc};
    if (words.empty()) {
        std::cerr << "access_bench DATABASE_URL [--explain] [--rounds N]\n";
        return 2;
    }
    auto config = database::Config{};
    config.url = words[0];
    auto db = database::Database{config};
    auto const tenant = db.run_blocking(Pool::worker, Scope::of_nobody(), [](Session& sql) -> Result<TenantId> {
        auto const found =
            sql.value<TenantId>("select id from tenant where corp_id = :corp", {bind("corp", demo::corp_id)});
        if (!found) return Error{Errc::not_found, "company", "fill the database with lookup_bench first"};
        return *found;
    });
    if (!tenant) {
        std::cerr << tenant.error().message << '\n';
        return 1;
    }
    auto bench = Bench{db, *tenant, std::chrono::floor<microseconds>(std::chrono::system_clock::now())};
    bench.explain = std::find(words.begin(), words.end(), "--explain") != words.end();
    if (auto const at = std::find(words.begin(), words.end(), "--rounds"); at != words.end() && at + 1 != words.end())
        bench.rounds = std::stoi(*(at + 1));
    auto is_first = true;
    std::cout << "{";
    bench.measure("salesperson", a_salesperson(bench), is_first);
    bench.measure("leader of 40", leader_of_forty(bench), is_first);
    bench.measure("head of a region", head_of(bench, "苏州销售部"), is_first);
    bench.measure("head of sales", head_of(bench, "销售中心"), is_first);
    bench.measure("administrator", head_of(bench, std::string{"星河智造科技有限公司"}), is_first);
    std::cout << "}\n";
    return 0;
}
