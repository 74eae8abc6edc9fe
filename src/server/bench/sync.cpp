#include "../cli/companies.hpp"
#include "benchmarks.hpp"
#include "report.hpp"
#include "scratch.hpp"

#include <wescrm/org/sync.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <iostream>

namespace wescrm::server::bench {
namespace {

constexpr auto sync_corp_id = "ww0bench0000000000sync";
constexpr auto sync_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

/// An organisation of the wanted size that answers at once: what remains is the work of the synchronisation.
class Organisation final : public org::ContactSource {
public:
    Organisation(int members, int departments) {
        tree_.push_back({1, 0, "公司", 0, {}});
        for (auto id = 2; id <= departments; ++id)
            tree_.push_back({id, id < 12 ? 1 : id / 10, "部门" + std::to_string(id), id, {}});
        members_.resize(static_cast<std::size_t>(departments) + 1);
        for (auto i = 0; i < members; ++i) {
            auto const department = 1 + i % departments;
            auto member = wecom::ApiMember{};
            member.user = UserId{"user" + std::to_string(i)};
            member.name = "员工" + std::to_string(i);
            member.main_department = department;
            member.departments = {{department, i < departments, 0}};
            members_[static_cast<std::size_t>(department)].push_back(std::move(member));
        }
    }

    Async<std::vector<wecom::ApiDepartment>> departments() override { co_return tree_; }
    Async<org::MemberPage> members(std::int64_t department, std::string) override {
        auto page = org::MemberPage{};
        page.members = members_.at(static_cast<std::size_t>(department));
        co_return page;
    }
    Async<wecom::ApiMember> member(UserId) override { co_return Error{Errc::not_found, "gone"}; }
    Async<wecom::ApiDepartment> department(std::int64_t) override { co_return Error{Errc::not_found, "gone"}; }
    Async<wecom::ApiRange> range() override { co_return wecom::ApiRange{{}, {1}, {}}; }

private:
    std::vector<wecom::ApiDepartment> tree_;
    std::vector<std::vector<wecom::ApiMember>> members_;
};

struct Measured {
    org::SyncReport report;
    double seconds = 0;
};

Result<Measured> run_sync(cli::CompanyTools& tools, Clock const& clock, TenantId tenant, org::ContactSource& source) {
    auto const services = operation::Services{};
    auto synchronisation = org::Sync{tools.db, clock, services};
    auto io = asio::io_context{};
    auto const began = std::chrono::steady_clock::now();
    auto future = asio::co_spawn(io, synchronisation.run(tenant, source, {}), asio::use_future);
    io.run();
    auto report = future.get();
    if (!report) return report.error();
    return Measured{std::move(*report),
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
}

Report sync_report(Measured const& measured) {
    auto report = Report{};
    report.text("state", measured.report.state).count("added", static_cast<std::int64_t>(measured.report.added));
    report.count("rows_written", measured.report.rows_written);
    report.real("database_seconds", measured.report.database_seconds).real("seconds", measured.seconds);
    return report;
}

Result<Report> measure_sync(Scratch& scratch, SyncOptions const& options) {
    auto tools = cli::company_tools(scratch.program());
    if (!tools) return tools.error();
    auto company = org::NewCompany{};
    company.corp_id = sync_corp_id;
    company.name = "同步压测";
    company.app = {1'000'002, "benchmark-secret", "benchmark", sync_aes_key};
    auto const tenant = tools->registry.add(company);
    if (!tenant) return tenant.error();
    auto source = Organisation{options.members, options.departments};
    auto const first = run_sync(*tools, scratch.program().clock, *tenant, source);
    if (!first) return first.error();
    auto const second = run_sync(*tools, scratch.program().clock, *tenant, source);
    if (!second) return second.error();
    auto report = Report{};
    report.text("benchmark", "sync").count("members", options.members).count("departments", options.departments);
    report.text("fsync", scratch.setting("fsync"))
        .object("first", sync_report(*first))
        .object("second", sync_report(*second));
    report.flag("is_target_met", first->report.state == "done" && first->report.database_seconds < 10 &&
                                     second->report.rows_written == 0);
    return report;
}

}  // namespace

int sync(Program& program, SyncOptions const& options) {
    auto scratch = Scratch::make(program, options.database_url);
    if (!scratch) return report(program, scratch.error());
    auto const figures = measure_sync(**scratch, options);
    if (!figures) return report(program, figures.error());
    std::cout << figures->write() << "\n";
    return done;
}

}  // namespace wescrm::server::bench
