#include "../application.hpp"
#include "../vocabularies.hpp"
#include "commands.hpp"
#include "companies.hpp"

#include <wescrm/language/understanding.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace wescrm::server::cli {
namespace {

struct NluGiven {
    std::string corp_id;
    std::string user_id;
};

constexpr int names_per_slot = 5;

/// Finds the records that a sentence names, as the employee sees them.
class Names {
public:
    Names(Program& program, CompanyTools& tools, operation::Caller caller)
        : operations_{tools.db, program.clock, catalogue_, services_}, caller_{std::move(caller)} {}

    // Adds "resolved": {"customer": [{"id", "name"}]} for the slots that name a record.
    std::string resolve(std::string const& answer) const {
        auto document = json::parse(answer);
        if (!document) return answer;
        auto const* slots = json::find(*document, "slots");
        auto const name = slots ? json::find_string(*slots, "customer") : std::nullopt;
        if (!name) return answer;
        auto& allocator = document->GetAllocator();
        auto resolved = json::Value{rapidjson::kObjectType};
        json::set(resolved, "customer", customers(*name, allocator), allocator);
        json::set(*document, "resolved", std::move(resolved), allocator);
        return json::write(*document);
    }

private:
    json::Value customers(std::string const& name, json::Allocator& allocator) const {
        auto input = json::Document{rapidjson::kObjectType};
        json::set(input, "words", name, input.GetAllocator());
        json::set(input, "limit", json::Value{names_per_slot}, input.GetAllocator());
        auto const found = operations_.perform_blocking("customer.search", caller_, input);
        auto all = json::Value{rapidjson::kArrayType};
        auto const* items = found ? json::find(*found, "items") : nullptr;
        if (!items) return all;
        for (auto const& item : items->GetArray()) {
            auto row = json::Value{rapidjson::kObjectType};
            for (auto const* key : {"id", "name"})
                json::set(row, key, json::find_string(item, key).value_or(""), allocator);
            all.PushBack(std::move(row), allocator);
        }
        return all;
    }

    operation::Catalogue catalogue_ = make_catalogue();
    operation::Services services_;
    operation::Operations operations_;
    operation::Caller caller_;
};

void answer_all(Names const* names, language::Vocabulary const& words = {}) {
    for (auto line = std::string{}; std::getline(std::cin, line);) {
        if (line.empty()) continue;
        auto const answer = language::answer_line(line, words);
        std::cout << (names ? names->resolve(answer) : answer) << "\n";
    }
}

int nlu(Program& program, NluGiven const& given) {
    if (given.corp_id.empty() != given.user_id.empty())
        return report(program, {Errc::invalid_input, "configuration", "nlu: --corp-id and --user-id go together"});
    std::ios::sync_with_stdio(false);
    if (given.corp_id.empty()) return answer_all(nullptr), done;
    auto tools = company_tools(program);
    if (!tools) return report(program, tools.error());
    auto const tenant = tenant_of(*tools, given.corp_id);
    if (!tenant) return report(program, tenant.error());
    auto const actor =
        tools->db.run_blocking(database::Pool::web, database::Scope::of(*tenant), [&](database::Session& sql) {
            return operation::load_actor(sql, *tenant, UserId{given.user_id}, operation::Channel::cli);
        });
    if (!actor) return report(program, actor.error());
    auto const words =
        tools->db.run_blocking(database::Pool::web, database::Scope::of(*tenant),
                               [&](database::Session& sql) -> Result<std::shared_ptr<language::Vocabulary const>> {
                                   return Vocabularies{1, program.config.chat.company_words}.of(sql, *tenant);
                               });
    if (!words) return report(program, words.error());
    auto const names = Names{program, *tools, {*tenant, actor->employee, operation::Channel::cli, "nlu"}};
    answer_all(&names, **words);
    return done;
}

}  // namespace

void add_nlu(CLI::App& app, Command& chosen) {
    auto* command = app.add_subcommand(
        "nlu", "Understands sentences: JSON lines {id, text, reference_time, timezone?, prefer?} from standard input");
    auto const given = std::make_shared<NluGiven>();
    command->add_option("--corp-id", given->corp_id, "also resolve record names in this company");
    command->add_option("--user-id", given->user_id, "as this employee sees them");
    command->callback([&chosen, given] { chosen = [given](Program& program) { return nlu(program, *given); }; });
}

}  // namespace wescrm::server::cli
