#include "../renderer.hpp"
#include "commands.hpp"
#include "companies.hpp"
#include "wecom_access.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/database/migrations.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

namespace wescrm::server::cli {
namespace {

using database::Pool;
using database::Scope;
using database::Session;

struct Finding {
    enum class Mark { good, warning, bad };
    Mark mark = Mark::good;
    std::string subject;
    std::string text;
};

class Doctor {
public:
    explicit Doctor(Program& program) : program_{program} {}

    std::vector<Finding> examine() {
        check_files();
        auto tools = company_tools(program_);
        if (!tools) return bad("database", tools.error().message), std::move(findings_);
        if (!check_database(tools->db) || !check_schema()) return std::move(findings_);
        check_invariants(tools->db);
        check_companies(*tools);
        return std::move(findings_);
    }

private:
    void note(Finding::Mark mark, std::string subject, std::string text) {
        findings_.push_back({mark, std::move(subject), std::move(text)});
    }
    void good(std::string subject, std::string text) { note(Finding::Mark::good, std::move(subject), std::move(text)); }
    void bad(std::string subject, std::string text) { note(Finding::Mark::bad, std::move(subject), std::move(text)); }

    void check_files() {
        auto const templates = wecom::CardTemplates::load(program_.config.cards_folder());
        if (templates)
            good("templates", program_.config.cards_folder());
        else
            bad("templates", templates.error().message);
        auto const key = program_.sealer();
        if (key)
            good("master key",
                 program_.config.master_key.empty() ? "kept in " + program_.config.state_folder : "configured");
        else
            bad("master key", key.error().message);
    }

    bool check_database(database::Database& db) {
        auto const found = db.run_blocking(Pool::worker, Scope::of_nobody(), [](Session& sql) {
            return Result<std::tuple<std::string, bool, bool>>{
                sql.row<std::string, bool, bool>(
                       "select current_setting('server_version'), r.rolsuper or r.rolbypassrls, "
                       "pg_has_role(current_user, d.datdba, 'member') from pg_roles r, pg_database d where "
                       "r.rolname = current_user and d.datname = current_database()")
                    .value()};
        });
        if (!found) return bad("database", "cannot be reached: check database.url"), false;
        auto const& [version, is_above_locks, is_owner] = *found;
        good("database", "PostgreSQL " + version);
        if (is_above_locks)
            note(Finding::Mark::warning, "database",
                 "its role is a superuser or bypasses row-level security: the second lock between "
                 "companies does not bind it. Use a plain role that owns the database");
        if (!is_owner)
            note(Finding::Mark::warning, "database", "its role does not own the database: migrations may fail");
        if (db.is_pooled() && program_.config.database.direct_url.empty())
            note(Finding::Mark::warning, "database",
                 "leads through a pooler and database.direct_url is empty: wake-ups fall back to polling");
        return true;
    }

    bool check_schema() {
        auto const& database = program_.config.database;
        auto const all = database::Migrations{database.direct_url.empty() ? database.url : database.direct_url,
                                              program_.config.migrations_folder()}
                             .status();
        if (!all) return bad("schema", all.error().message), false;
        auto const missing = std::ranges::count_if(*all, [](auto const& migration) { return !migration.is_applied; });
        if (missing > 0)
            return bad("schema", std::to_string(missing) + " migrations are missing: wescrm migrate"), false;
        good("schema", std::to_string(all->size()) + " migrations applied");
        return true;
    }

    void check_invariants(database::Database& db) {
        struct Invariant {
            char const* subject;
            char const* sql;
        };
        for (auto const& [subject, statement] : {
                 Invariant{
                     "inbox rows whose lease ended more than a minute ago",
                     "select count(*) from inbox where state = 1 and lease_until < now() - interval '60 seconds'"},
                 Invariant{"messages given up (wescrm queue list --state dead)",
                           "select (select count(*) from inbox where state = 4) + (select count(*) from outbox where "
                           "state = 4) + "
                           "(select count(*) from timer where state = 4)"},
                 Invariant{"days of inbox partitions missing in the week ahead",
                           "select count(*) from generate_series(current_date, current_date + 7, interval '1 day') d "
                           "where to_regclass("
                           "'inbox_' || to_char(d, 'YYYYMMDD')) is null"},
             }) {
            auto const count = db.run_blocking(Pool::worker, Scope::of_queues(),
                                               [sql_text = statement](Session& sql) -> Result<std::int64_t> {
                                                   return sql.value<std::int64_t>(sql_text).value_or(0);
                                               });
            if (!count)
                bad(subject, count.error().reason);
            else
                note(*count == 0 ? Finding::Mark::good : Finding::Mark::warning, subject, std::to_string(*count));
        }
    }

    void check_companies(CompanyTools& tools) {
        auto const all = tools.registry.list();
        if (!all) return bad("companies", all.error().message);
        if (all->empty()) return note(Finding::Mark::warning, "companies", "none yet: wescrm tenant add");
        auto access = WecomAccess{program_, tools.db, tools.sealer};
        for (auto const& company : *all)
            if (company.status == "active") check_company(tools, access, company);
    }

    void check_company(CompanyTools& tools, WecomAccess& access, org::CompanyRow const& company) {
        auto const subject = company.corp_id + " " + company.name;
        auto account = tools.registry.app_account(company.tenant);
        if (!account) return bad(subject, account.error().message);
        auto const range = access.wait(access.client().range(account->first, account->second));
        if (range.is_ok()) {
            auto const count = range.value.users.size() + range.value.departments.size() + range.value.tags.size();
            return note(count > 0 ? Finding::Mark::good : Finding::Mark::warning, subject,
                        count > 0 ? "WeCom answers, the app is visible to somebody"
                                  : "the app's visible range (可见范围) is empty");
        }
        auto text = range.answer.errcode > 0 ? wecom::explain(range.answer.errcode)
                                             : "WeCom cannot be reached (wecom.api_base)";
        if (!range.answer.message.empty()) text += " " + range.answer.message;
        bad(subject, text);
    }

    Program& program_;
    std::vector<Finding> findings_;
};

char const* word(Finding::Mark mark) {
    return mark == Finding::Mark::good ? "good" : mark == Finding::Mark::warning ? "warning" : "bad";
}

int doctor(Program& program) {
    auto const findings = Doctor{program}.examine();
    auto rows = json::Document{rapidjson::kArrayType};
    for (auto const& finding : findings) {
        if (!program.is_json) {
            std::cout << word(finding.mark) << "\t" << finding.subject << ": " << finding.text << "\n";
            continue;
        }
        auto row = json::Value{rapidjson::kObjectType};
        json::set(row, "mark", word(finding.mark), rows.GetAllocator());
        json::set(row, "subject", finding.subject, rows.GetAllocator());
        json::set(row, "text", finding.text, rows.GetAllocator());
        rows.PushBack(std::move(row), rows.GetAllocator());
    }
    if (program.is_json) std::cout << json::write_pretty(rows) << "\n";
    auto const is_bad =
        std::ranges::any_of(findings, [](auto const& finding) { return finding.mark == Finding::Mark::bad; });
    return is_bad ? failed : done;
}

}  // namespace

void add_doctor(CLI::App& app, Command& chosen) {
    app.add_subcommand("doctor", "Checks database, schema, key, WeCom and each company's credentials")
        ->callback([&chosen] { chosen = doctor; });
}

}  // namespace wescrm::server::cli
