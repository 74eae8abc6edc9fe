// The database part of a full synchronisation: `sync_bench [DATABASE_URL] [MEMBERS] [DEPARTMENTS]`. Works in a database
// that it may fill: give it one of its own, with the schema in place. Prints JSON.
#include "integration/org/fake_contacts.hpp"

#include <wescrm/base/clock.hpp>
#include <wescrm/database/migrations.hpp>
#include <wescrm/org/sync.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <iostream>

namespace {

using namespace wescrm;

testing::FakeContacts an_address_book(int members, int departments) {
    auto book = testing::FakeContacts{};
    book.tree.push_back({1, 0, "公司", 0, {}});
    for (int id = 2; id <= departments; ++id)
        book.tree.push_back({id, id < 12 ? 1 : id / 10, "部门" + std::to_string(id), id, {}});
    for (int i = 0; i < members; ++i) book.add("user" + std::to_string(i), 1 + i % departments, i < departments);
    return book;
}

/// Answers from lists that are grouped once, so that reading costs nothing.
class Grouped final : public org::ContactSource {
public:
    explicit Grouped(testing::FakeContacts book) : book_{std::move(book)} {
        for (auto const& [user, member] : book_.people) groups_[member.main_department].push_back(member);
    }
    Async<std::vector<wecom::ApiDepartment>> departments() override { co_return book_.tree; }
    Async<org::MemberPage> members(std::int64_t department, std::string) override {
        auto page = org::MemberPage{};
        page.members = groups_[department];
        co_return page;
    }
    Async<wecom::ApiMember> member(UserId) override { co_return Error{Errc::not_found, "gone"}; }
    Async<wecom::ApiDepartment> department(std::int64_t) override { co_return Error{Errc::not_found, "gone"}; }
    Async<wecom::ApiRange> range() override { co_return book_.visible; }

private:
    testing::FakeContacts book_;
    std::map<std::int64_t, std::vector<wecom::ApiMember>> groups_;
};

Result<org::SyncReport> run(database::Database& db, Clock const& clock, TenantId tenant, org::ContactSource& source) {
    auto services = operation::Services{};
    auto sync = org::Sync{db, clock, services};
    auto io = asio::io_context{};
    auto future = asio::co_spawn(io, sync.run(tenant, source, {}), asio::use_future);
    io.run();
    return future.get();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "sync_bench DATABASE_URL [MEMBERS] [DEPARTMENTS]\n";
        return 2;
    }
    auto const members = argc > 2 ? std::stoi(argv[2]) : 50'000;
    auto const departments = argc > 3 ? std::stoi(argv[3]) : 5'000;
    auto config = database::Config{};
    config.url = argv[1];
    if (auto const done = database::Migrations{config.url, WESCRM_SOURCE_DIR "/config/migrations"}.apply(); !done)
        return 1;
    auto db = database::Database{config};
    auto const clock = SystemClock{};
    auto const tenant = db.run_blocking(
        database::Pool::worker, database::Scope::of_nobody(), [](database::Session& sql) -> Result<TenantId> {
            return *sql.value<TenantId>(
                "insert into tenant (corp_id, name) values ('bench-' || new_id(), 'bench') returning id");
        });
    if (!tenant) return 1;
    auto source = Grouped{an_address_book(members, departments)};
    auto const first = run(db, clock, *tenant, source);
    auto const second = run(db, clock, *tenant, source);
    if (!first || !second) return 1;
    std::cout << "{\"members\":" << members << ",\"departments\":" << departments << ",\"state\":\"" << first->state
              << "\",\"added\":" << first->added << ",\"database_seconds\":" << first->database_seconds
              << ",\"rows_written\":" << first->rows_written
              << ",\"second_database_seconds\":" << second->database_seconds
              << ",\"second_rows_written\":" << second->rows_written << "}\n";
    return first->state == "done" && second->rows_written == 0 ? 0 : 1;
}
