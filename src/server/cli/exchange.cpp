#include "../assembly.hpp"
#include "commands.hpp"
#include "companies.hpp"

#include <wescrm/exchange/operations.hpp>
#include <wescrm/operation/reader_terms.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

// Tables in and out from the command line. The jobs are those of the pages; their pieces are worked off here, whether
// or not a server runs: both take the next piece under the job's lock.
namespace wescrm::server::cli {
namespace {

using database::Pool;
using database::Scope;
using database::Session;
using operation::Context;

constexpr int most_tries = 20;

struct Kind {
    std::string_view word;
    std::string_view object;
};
constexpr auto importable = std::to_array<Kind>({{"customers", "customer"},
                                                 {"leads", "lead"},
                                                 {"contacts", "contact"},
                                                 {"products", "product"},
                                                 {"opportunities", "opportunity"},
                                                 {"orders", "order"},
                                                 {"payment-plans", "payment_plan"},
                                                 {"payments", "payment"},
                                                 {"invoices", "invoice"},
                                                 {"followups", "followup"},
                                                 {"price-books", "price_book"},
                                                 {"tags", "tag"},
                                                 {"employees", "employee"}});
constexpr auto exportable = std::to_array<Kind>({{"customers", "customer"},
                                                 {"leads", "lead"},
                                                 {"contacts", "contact"},
                                                 {"products", "product"},
                                                 {"opportunities", "opportunity"},
                                                 {"quotes", "quote"},
                                                 {"contracts", "contract"},
                                                 {"orders", "order"},
                                                 {"payment-plans", "payment_plan"},
                                                 {"payments", "payment"},
                                                 {"invoices", "invoice"},
                                                 {"followups", "followup"},
                                                 {"employees", "employee"}});

template <std::size_t N>
std::vector<std::string> words_of(std::array<Kind, N> const& kinds) {
    auto words = std::vector<std::string>{};
    for (auto const& kind : kinds) words.emplace_back(kind.word);
    return words;
}

struct ExchangeGiven {
    std::string object;
    std::string file;
    std::string corp_id;
    std::string user_id;
    std::string mode = "create";
    std::string failed_file;
    bool is_dry_run = false;
};

/// One employee's operations and the jobs behind them.
class Working {
public:
    Working(Program& program, CompanyTools& tools, TenantId tenant, UserId user,
            std::unique_ptr<operation::MessageRenderer> renderer)
        : program_{program},
          tools_{tools},
          tenant_{tenant},
          user_{std::move(user)},
          renderer_{std::move(renderer)},
          terms_{make_reader_terms()},
          catalogue_{make_catalogue(program.config.approval, program.config.exchange, program.config.high_sea.recommend,
                                    program.config.limits)},
          handlers_{exchange::timer_handlers(make_lists(program.config.limits), program.config.exchange)} {
        services_.renderer = renderer_.get();
        services_.reader_terms = &terms_;
        services_.public_url = program.config.public_url;
    }

    Result<json::Document> perform(std::string const& operation, json::Value const& input) {
        return tools_.db.run_blocking(Pool::web, Scope::of(tenant_), [&](Session& sql) -> Result<json::Document> {
            auto actor = operation::load_actor(sql, tenant_, user_, operation::Channel::cli);
            if (!actor) return actor.error();
            auto ctx = Context{sql, std::move(*actor), program_.clock.now(), services_};
            return catalogue_.find(operation)->invoke(ctx, input);
        });
    }
    /// Works the job off until it is no longer in one of `states`, which it gives.
    Result<json::Document> finish(std::string const& object, std::string const& id,
                                  std::vector<std::string> const& states) {
        for (auto tries = 0; tries < most_tries;) {
            auto job = perform(object + ".show", addressed(id));
            if (!job) return job.error();
            if (std::ranges::find(states, json::find_string(*job, "state").value_or("")) == states.end()) return job;
            show_progress(*job);
            auto const moved = step(object + "_step", id);
            if (moved) {
                tries = 0;
                continue;
            }
            // Somebody else changed the same records at this moment: the piece is repeated.
            if (moved.error().code != Errc::conflict && moved.error().code != Errc::unavailable) return moved.error();
            ++tries;
        }
        return Error{Errc::unavailable, "busy", "数据库正忙，任务由服务继续"};
    }
    static json::Document addressed(std::string const& id) {
        auto input = json::Document{rapidjson::kObjectType};
        json::set(input, "id", id, input.GetAllocator());
        return input;
    }

private:
    Result<bool> step(std::string const& kind, std::string const& id) {
        return tools_.db.run_blocking(Pool::worker, Scope::of(tenant_), [&](Session& sql) -> Result<bool> {
            auto ctx = Context{sql, operation::system_actor(tenant_, operation::Channel::cli), program_.clock.now(),
                               services_};
            auto timer = operation::Timer{};
            timer.kind = kind;
            timer.ref_id = std::stoll(id);
            auto const moved = handlers_.at(kind)(ctx, timer);
            if (!moved) return moved.error();
            return true;
        });
    }
    void show_progress(json::Value const& job) const {
        auto const total = json::find_integer(job, "row_count").value_or(0);
        auto const at = json::find_integer(job, "position").value_or(total);
        if (!program_.is_json)
            std::cerr << "\r" << json::find_string(job, "state").value_or("") << " " << at << "/" << total << "   "
                      << std::flush;
    }

    Program& program_;
    CompanyTools& tools_;
    TenantId tenant_;
    UserId user_;
    std::unique_ptr<operation::MessageRenderer> renderer_;
    operation::ReaderTerms terms_;
    operation::Catalogue catalogue_;
    exchange::TimerHandlers handlers_;
    operation::Services services_;
};

Result<std::string> content_of(std::string const& file) {
    auto stream = std::ifstream{file, std::ios::binary};
    if (!stream) return Error{Errc::not_found, "file", "cannot read " + file};
    return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

Result<void> keep(std::string const& file, json::Value const& answer) {
    auto const bytes = from_base64(json::find_string(answer, "content").value_or(""));
    auto stream = std::ofstream{file, std::ios::binary};
    stream << bytes.value_or("");
    stream.close();
    if (!stream) return Error{Errc::unavailable, "file", "cannot write " + file};
    return {};
}

std::string object_of(std::span<Kind const> kinds, std::string const& word) {
    return std::string{std::ranges::find(kinds, word, &Kind::word)->object};
}

// Uploads, sets the mode and checks; the job with what the check found.
Result<json::Document> checked(Working& working, ExchangeGiven const& given) {
    auto const content = content_of(given.file);
    if (!content) return content.error();
    auto input = json::Document{rapidjson::kObjectType};
    auto& allocator = input.GetAllocator();
    json::set(input, "object", object_of(importable, given.object), allocator);
    json::set(input, "file_name", std::filesystem::path{given.file}.filename().string(), allocator);
    json::set(input, "content", to_base64(*content), allocator);
    auto const made = working.perform("import.create", input);
    if (!made) return made.error();
    auto const id = json::find_string(*made, "id").value();
    auto options = Working::addressed(id);
    json::set(options, "version", json::Value{json::find_integer(*made, "version").value()}, options.GetAllocator());
    json::set(options, "mode", given.mode, options.GetAllocator());
    if (auto const kept = working.perform("import.change", options); !kept) return kept.error();
    if (auto const begun = working.perform("import.check", Working::addressed(id)); !begun) return begun.error();
    return working.finish("import", id, {"checking"});
}

void print_import(Program const& program, ExchangeGiven const& given, json::Value const& job) {
    if (program.is_json) {
        std::cout << json::write(job) << "\n";
        return;
    }
    auto const count = [&job](char const* member) { return json::find_integer(job, member).value_or(0); };
    std::cerr << "\n";
    std::cout << (given.is_dry_run ? "would be " : "") << "created " << count("created_count") << ", "
              << (given.is_dry_run ? "would be " : "") << "updated " << count("updated_count") << ", skipped "
              << count("skipped_count") << ", failed " << count("failed_count") << "\n";
}

Result<bool> import_table(Program& program, Working& working, ExchangeGiven const& given) {
    auto job = checked(working, given);
    if (!job) return job.error();
    auto const id = json::find_string(*job, "id").value();
    if (!given.is_dry_run && json::find_string(*job, "state") == "checked") {
        if (auto const begun = working.perform("import.run", Working::addressed(id)); !begun) return begun.error();
        job = working.finish("import", id, {"running"});
        if (!job) return job.error();
    }
    print_import(program, given, *job);
    auto const is_interrupted = json::find_string(*job, "state") == "failed";
    auto const some_failed = json::find_integer(*job, "failed_count").value_or(0) > 0;
    if (some_failed && !given.failed_file.empty()) {
        auto const rows = working.perform("import.result", Working::addressed(id));
        if (!rows) return rows.error();
        if (auto const kept = keep(given.failed_file, *rows); !kept) return kept.error();
    }
    if (is_interrupted) return Error{Errc::conflict, "import", json::find_string(*job, "problem").value_or("")};
    return !some_failed;
}

Result<bool> export_table(Program& program, Working& working, ExchangeGiven const& given) {
    auto input = json::Document{rapidjson::kObjectType};
    json::set(input, "object", object_of(exportable, given.object), input.GetAllocator());
    json::set(input, "format", given.file.ends_with(".csv") ? "csv" : "xlsx", input.GetAllocator());
    auto const made = working.perform("export.create", input);
    if (!made) return made.error();
    auto const id = json::find_string(*made, "id").value();
    auto const job = working.finish("export", id, {"running"});
    if (!job) return job.error();
    if (json::find_string(*job, "state") != "done")
        return Error{Errc::conflict, "export", json::find_string(*job, "problem").value_or("")};
    auto const file = working.perform("export.content", Working::addressed(id));
    if (!file) return file.error();
    if (auto const kept = keep(given.file, *file); !kept) return kept.error();
    if (program.is_json)
        std::cout << json::write(*job) << "\n";
    else
        std::cerr << "\n", std::cout << json::find_integer(*job, "row_count").value_or(0) << " rows\n";
    return true;
}

using Run = Result<bool> (*)(Program&, Working&, ExchangeGiven const&);

int run_exchange(Program& program, ExchangeGiven const& given, Run what) {
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const tenant = tenant_of(*tools, given.corp_id);
    if (!tenant) return report(program, tenant.error());
    auto renderer = make_renderer(program.config);
    if (!renderer) return report(program, renderer.error());
    auto working = Working{program, *tools, *tenant, UserId{given.user_id}, std::move(*renderer)};
    auto const outcome = what(program, working, given);
    if (!outcome) return report(program, outcome.error());
    return *outcome ? done : failed;
}

}  // namespace

void add_exchange_commands(CLI::App& app, Command& chosen) {
    auto const given = std::make_shared<ExchangeGiven>();
    auto const add = [&](char const* name, char const* what, std::vector<std::string> const& objects, Run work) {
        auto* command = app.add_subcommand(name, what)->fallthrough();
        command->add_option("object", given->object, "what the rows are")->required()->check(CLI::IsMember(objects));
        command->add_option("file", given->file, ".xlsx or .csv")->required();
        command->add_option("--corp-id", given->corp_id, "企业ID")->required();
        command->add_option("--user-id", given->user_id, "the employee whose rights hold")->required();
        command->callback([&chosen, given, work] {
            chosen = [given, work](Program& program) { return run_exchange(program, *given, work); };
        });
        return command;
    };
    auto* imported = add("import", "Rows of a table become records; exit code 1 if some were refused",
                         words_of(importable), import_table);
    imported->add_flag("--dry-run", given->is_dry_run, "only check all rows");
    imported->add_option("--mode", given->mode, "what is done with records that are there")
        ->capture_default_str()
        ->check(CLI::IsMember({"create", "skip", "update", "create_or_update"}));
    imported->add_option("--failed", given->failed_file, "an .xlsx for the refused rows with their reasons");
    add("export", "The list that the employee sees, as a file", words_of(exportable), export_table);
}

}  // namespace wescrm::server::cli
