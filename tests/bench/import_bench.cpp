// How long many customers take from an xlsx into the database: `import_bench DATABASE_URL [--rows N]`. Works in a
// database that it may fill: give it one of its own. Prints JSON.
#include "given.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/base/crypto.hpp>
#include <wescrm/base/encoding.hpp>
#include <wescrm/exchange/operations.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/tables/write.hpp>

#include <chrono>
#include <iostream>

namespace {

using namespace wescrm;
using database::bind;
using database::Pool;
using database::Scope;
using database::Session;
using Steady = std::chrono::steady_clock;

std::string table(std::int64_t rows) {
    auto const writer = tables::xlsx_writer(
        {"客户", {}, {{"客户名称"}, {"手机"}, {"联系人"}, {"级别"}, {"行业"}, {"来源"}, {"地址"}, {"客户性质"}}});
    auto const places = std::vector<std::string>{"苏州", "南京", "杭州", "宁波", "上海", "无锡", "常州", "合肥"};
    for (auto n = std::int64_t{0}; n < rows; ++n) {
        auto const number = std::to_string(n + 1);
        auto const& place = places[static_cast<std::size_t>(n) % places.size()];
        writer->add({place + "压测" + number + "号机电设备有限公司", std::to_string(13'000'000'000 + n), "王建国",
                     n % 3 == 0 ? "重点" : "一般", "制造业", "展会", place + "市工业园区星湖街 " + number + " 号", ""});
    }
    return writer->finish();
}

struct Bench {
    database::Database& db;
    ManualClock& clock;
    TenantId tenant;
    exchange::Config config{};
    operation::Catalogue catalogue{};
    exchange::TimerHandlers handlers{};
    bench::PlainRenderer renderer{};

    json::Document perform(std::string const& operation, json::Value const& input) {
        auto answer = db.run_blocking(Pool::report, Scope::of(tenant), [&](Session& sql) -> Result<json::Document> {
            auto who = operation::load_actor(sql, tenant, UserId{"wangsiyuan"}, operation::Channel::page);
            if (!who) return who.error();
            auto const services = operation::Services{&renderer, {}, {}};
            auto ctx = operation::Context{sql, std::move(*who), clock.now(), services};
            return catalogue.find(operation)->invoke(ctx, input);
        });
        if (!answer) throw std::runtime_error{operation + ": " + answer.error().message};
        return std::move(*answer);
    }
    // Pieces as the timer worker takes them.
    void work_off(std::int64_t job) {
        while (true) {
            auto const left = db.run_blocking(Pool::report, Scope::of(tenant), [&](Session& sql) -> Result<bool> {
                auto const waits = sql.execute(
                    "update timer set state = 1 where tenant_id = :t and kind = 'import_step' and state = 0",
                    {bind("t", tenant)});
                if (waits == 0) return false;
                auto const services = operation::Services{&renderer, {}, {}};
                auto ctx = operation::Context{sql, operation::system_actor(tenant, operation::Channel::timer),
                                              clock.now(), services};
                auto const done = handlers.at("import_step")(ctx, {"import_step", "import", job, clock.now()});
                if (!done) return done.error();
                return true;
            });
            if (!left) throw std::runtime_error{left.error().reason};
            if (!*left) return;
        }
    }
};

double since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

int measure(Bench& bench, std::int64_t rows) {
    auto const file = table(rows);
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "object", "customer", input.GetAllocator());
    json::set(input, "file_name", "bench.xlsx", input.GetAllocator());
    json::set(input, "content", to_base64(file), input.GetAllocator());
    auto const begun = Steady::now();
    auto const made = bench.perform("import.create", input);
    auto const uploaded = since(begun);
    auto about = json::Document{rapidjson::kObjectType};
    auto const id = json::find_string(made, "id").value();
    json::set(about, "id", id, about.GetAllocator());
    bench.perform("import.check", about);
    bench.work_off(std::stoll(id));
    auto const checked = since(begun);
    bench.perform("import.run", about);
    bench.work_off(std::stoll(id));
    auto const all = since(begun);
    auto const done = bench.perform("import.show", about);
    auto const created = json::find_integer(done, "created_count").value_or(0);
    std::cout << "{\"rows\":" << rows << ",\"file_bytes\":" << file.size() << ",\"created\":" << created
              << ",\"seconds\":{\"upload\":" << uploaded << ",\"check\":" << checked - uploaded
              << ",\"import\":" << all - checked << ",\"all\":" << all << "}}\n";
    return created == rows ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::cerr << "import_bench DATABASE_URL [--rows N]\n";
        return 2;
    }
    auto rows = std::int64_t{100'000};
    if (count == 4 && std::string_view{words[2]} == "--rows") rows = std::stoll(words[3]);
    auto config = database::Config{};
    config.url = words[1];
    if (!bench::migrate(config.url)) return 1;
    auto db = database::Database{config};
    auto clock = ManualClock{parse_rfc3339("2026-11-25T10:00:00+08:00").value()};
    auto const company = bench::demo_company(db, demo::Size::small, clock);
    if (!company) return 1;
    auto bench = Bench{db, clock, company->tenant};
    auto lists = std::make_shared<operation::Catalogue>();
    sales::add_operations(*lists);
    exchange::add_operations(bench.catalogue, lists, bench.config);
    bench.handlers = exchange::timer_handlers(lists, bench.config);
    return measure(bench, rows);
}
