#include "application.hpp"
#include "support/database_test.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/org/company.hpp>

#include <map>
#include <regex>

// Two companies in one database, and every operation of the product called in one of them with the ids of the other.
// With both locks, with row-level security alone, and with the statements' own conditions alone.
namespace wescrm::testing {
namespace {

using database::bind;
using database::Params;
using database::Scope;
using database::Session;

enum class Locks { both, row_security, predicates };

/// Statements as they would be had each forgotten its company.
class WithoutPredicates final : public Session {
public:
    explicit WithoutPredicates(Session& inner) : inner_{inner} {}
    void after_commit(std::function<void()> action) override { inner_.after_commit(std::move(action)); }
    void script(std::string_view sql) override { inner_.script(sql); }
    std::int64_t run(std::string_view sql, Params const& params, std::size_t columns, EachRow const& each) override {
        static auto const condition = std::regex{R"((\w+\.)?tenant_id = :(scope_)?tenant\b(::bigint)?)"};
        return inner_.run(std::regex_replace(std::string{sql}, condition, "true"), params, columns, each);
    }

private:
    Session& inner_;
};

struct PlainRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const& data, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {json::write(data), "message/send"};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct GivenTwoCompanies : DatabaseTest, ::testing::WithParamInterface<Locks> {
    struct Company {
        TenantId tenant;
        EmployeeId administrator;
        std::string mark;  ///< stands in every name
    };

    GivenTwoCompanies() {
        services.renderer = &renderer;
        ours = make(tenant, "甲辰");
        theirs = make(add_company("ww-other"), "乙巳");
        if (GetParam() != Locks::predicates) return;
        in(Scope::of_nobody(), [](Session& sql) {
            for (auto const& table :
                 sql.values<std::string>("select relname from pg_class where relrowsecurity and relkind in ('r', 'p')"))
                sql.script("alter table " + table + " disable row level security");
        });
    }

    Company make(TenantId id, std::string const& mark) {
        auto company = Company{id, {}, mark};
        in(Scope::of(id), [&](Session& sql) {
            org::install_roles(sql, id, WESCRM_SOURCE_DIR "/config/presets").value();
            auto const root =
                sql.value<DepartmentId>(
                       "insert into department (tenant_id, name, path) values (:tenant, :name, '{}') returning id",
                       {bind("tenant", id), bind("name", mark + "全公司")})
                    .value();
            sql.execute("update department set path = array[id] where tenant_id = :tenant", {bind("tenant", id)});
            for (auto const& user : {std::string{"both"}, "only" + std::to_string(id.value())}) {
                company.administrator =
                    sql.value<EmployeeId>(
                           "insert into employee (tenant_id, user_id, name, main_department_id) values "
                           "(:tenant, :user, :name, :root) returning id",
                           {bind("tenant", id), bind("user", user), bind("name", mark + user), bind("root", root)})
                        .value();
                sql.execute(
                    "insert into employee_department (tenant_id, employee_id, department_id) values (:tenant, :e, "
                    ":root)",
                    {bind("tenant", id), bind("e", company.administrator), bind("root", root)});
                sql.execute(
                    "insert into role_member (tenant_id, role_id, employee_id) select tenant_id, id, :e from role "
                    "where tenant_id = :tenant and code = 'administrator'",
                    {bind("tenant", id), bind("e", company.administrator)});
            }
            sql.execute(
                "insert into wecom_app (tenant_id, kind, agent_id, secret_sealed, token_sealed, aes_key_sealed) "
                "values (:tenant, 'app', 1000002, '', '', '')",
                {bind("tenant", id)});
        });
        fill(company);
        return company;
    }

    // Through the operations, as people fill it.
    void fill(Company const& company) {
        auto const customer = id_of(company, "customer.create", R"({"name":"*科技","mobile":"13800138000"})");
        id_of(company, "contact.create",
              R"({"customer_id":")" + customer + R"(","name":"*经理","mobile":"13900139000"})");
        id_of(company, "followup.create",
              R"({"target_type":"customer","target_id":")" + customer + R"(","content":"*拜访"})");
        id_of(company, "opportunity.create",
              R"({"customer_id":")" + customer + R"(","name":"*商机","amount_fen":100})");
        id_of(company, "process.create", R"({"name":"*流程","stages":[{"name":"*阶段","probability":10}]})");
        id_of(company, "task.create", R"({"title":"*回访","due_at":"2026-11-27T10:00:00+08:00"})");
        id_of(company, "department.create", R"({"name":"*销售部"})");
        id_of(company, "role.create", R"({"name":"*角色","permissions":[]})");
        id_of(company, "api_key.create", R"({"name":"*钥匙","user_id":"both"})");
    }
    std::string id_of(Company const& company, std::string const& operation, std::string const& input) {
        auto const made = perform(company, *catalogue.find(operation), text::replace_all(input, "*", company.mark));
        if (!made)
            ADD_FAILURE() << operation << ": " << made.error().reason << " " << json::write(json::parse(input).value());
        return made ? json::find_string(*made, "id").value_or("") : "";
    }

    Result<json::Document> perform(Company const& company, operation::Entry const& entry, std::string const& input,
                                   bool is_blind = false) {
        return db->run_blocking(
            database::Pool::web, Scope::of(company.tenant, company.administrator),
            [&](Session& session) -> Result<json::Document> {
                auto blind = WithoutPredicates{session};
                auto& sql = is_blind ? static_cast<Session&>(blind) : session;
                auto actor =
                    operation::load_actor(session, company.tenant, company.administrator, operation::Channel::api);
                if (!actor) return actor.error();
                return operations.perform_in(sql, entry, std::move(*actor), json::parse(input).value());
            });
    }

    /// Every table with a company: one id of each for `company`, and a digest of all its rows.
    std::vector<std::string> ids_of(Company const& company) {
        return in(Scope::of(company.tenant), [&](Session& sql) {
            auto found = std::vector<std::string>{};
            for (auto const& table : sql.values<std::string>(
                     "select c.table_name::text from information_schema.columns c join information_schema.columns i on "
                     "i.table_name = c.table_name and i.table_schema = c.table_schema and i.column_name = 'id' join "
                     "pg_class k on k.relname = c.table_name and not k.relispartition where c.table_schema = 'public' "
                     "and "
                     "c.column_name = 'tenant_id' order by 1")) {
                auto const id =
                    sql.value<std::string>("select min(id)::text from " + table + " where tenant_id = :tenant",
                                           {bind("tenant", company.tenant)});
                if (id) found.push_back(*id);
            }
            return found;
        });
    }
    std::string digest_of(Company const& company) {
        return in(Scope::of(company.tenant), [&](Session& sql) {
            auto all = std::string{};
            for (auto const& table : sql.values<std::string>(
                     "select c.table_name::text from information_schema.columns c join pg_class k on k.relname = "
                     "c.table_name and not k.relispartition where c.table_schema = 'public' and c.column_name = "
                     "'tenant_id' order by 1"))
                all +=
                    table + " " +
                    sql.value<std::string>("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " +
                                               table + " t where t.tenant_id = :tenant",
                                           {bind("tenant", company.tenant)})
                        .value_or("") +
                    "\n";
            return all;
        });
    }

    std::unique_ptr<operation::Catalogue> owned = std::make_unique<operation::Catalogue>(server::make_catalogue());
    operation::Catalogue& catalogue = *owned;
    PlainRenderer renderer;
    operation::Services services;
    operation::Operations operations{*db, clock, catalogue, services};
    Company ours;
    Company theirs;
};

/// Something for every field that must or may be there: `id` wherever an id stands.
void write_field(json::Document& to, json::Value& object, operation::FieldDescription const& field,
                 std::string const& id, std::string const& user);

json::Value example(json::Document& to, operation::FieldDescription const& field, std::string const& id,
                    std::string const& user) {
    auto& memory = to.GetAllocator();
    auto const word = [&](std::string const& value) {
        return json::Value{value.data(), static_cast<rapidjson::SizeType>(value.size()), memory};
    };
    if (field.type == "id") return word(id);
    if (field.type == "integer" || field.type == "money")
        return json::Value{std::max<std::int64_t>(1, field.limits.min)};
    if (field.type == "number") return json::Value{1.0};
    if (field.type == "boolean") return json::Value{true};
    if (field.type == "date") return word("2026-11-27");
    if (field.type == "date-time") return word("2026-11-27T10:00:00+08:00");
    if (field.type == "enum") return word(field.values.empty() ? "" : field.values.front());
    if (field.type == "object" || field.type == "any") {
        auto object = json::Value{rapidjson::kObjectType};
        for (auto const& child : field.children) write_field(to, object, child, id, user);
        return object;
    }
    if (field.type == "array") {
        auto array = json::Value{rapidjson::kArrayType};
        if (!field.children.empty()) {
            auto element = field.children.front();
            if (element.name.empty()) element.name = field.name;
            array.PushBack(example(to, element, id, user), memory);
        }
        return array;
    }
    if (field.name.find("user_id") != std::string::npos) return word(user);
    return word("试探");
}

void write_field(json::Document& to, json::Value& object, operation::FieldDescription const& field,
                 std::string const& id, std::string const& user) {
    auto& memory = to.GetAllocator();
    if (field.name == "cursor" || (!field.is_required && field.type == "any")) return;
    object.AddMember(json::Value{field.name.data(), static_cast<rapidjson::SizeType>(field.name.size()), memory},
                     example(to, field, id, user), memory);
}

/// With all fields, or only those that must be there and the ids.
std::string input_of(operation::Entry const& entry, std::string const& id, std::string const& user, bool with_all) {
    auto input = json::Document{};
    input.SetObject();
    for (auto const& field : entry.input)
        if (with_all || field.is_required || field.type == "id") write_field(input, input, field, id, user);
    return json::write(input);
}

bool names_a_record(operation::Entry const& entry) {
    return entry.route.path.find("{id}") != std::string_view::npos ||
           std::any_of(entry.input.begin(), entry.input.end(),
                       [](auto const& field) { return field.type == "id" && field.is_required; });
}

TEST_P(GivenTwoCompanies,
       WhenOneCallsEveryOperationWithIdsOfTheOtherThenNothingIsSeenOrChanged) {  // T-01, T-02, T-04, T-05, T-06, T-10
    auto const is_blind = GetParam() == Locks::row_security;
    auto const unknown = std::string{"4611686018427387904"};
    auto const their_user = "only" + std::to_string(theirs.tenant.value());
    auto const ids = ids_of(theirs);
    ASSERT_GT(ids.size(), 8U);
    auto const before = digest_of(theirs);
    auto refused = 0;
    for (auto const* entry : catalogue.entries()) {
        for (auto const with_all : {false, true}) {
            auto const of_nothing = perform(ours, *entry, input_of(*entry, unknown, "nobody", with_all), is_blind);
            for (auto const& id : ids) {
                auto const answer = perform(ours, *entry, input_of(*entry, id, their_user, with_all), is_blind);
                auto const said = answer ? json::write(*answer) : answer.error().message;
                EXPECT_EQ(said.find(theirs.mark), std::string::npos) << entry->name << " " << said;
                if (!names_a_record(*entry)) continue;
                EXPECT_FALSE(answer.has_value()) << entry->name << " took the id " << id << " of another company";
                if (answer || of_nothing) continue;
                EXPECT_EQ(answer.error().code, of_nothing.error().code) << entry->name << " " << said;
                EXPECT_EQ(answer.error().reason, of_nothing.error().reason) << entry->name;
                ++refused;
            }
        }
        EXPECT_EQ(digest_of(theirs), before) << entry->name << " changed the other company";
    }
    EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(Isolation, GivenTwoCompanies,
                         ::testing::Values(Locks::both, Locks::row_security, Locks::predicates), [](auto const& info) {
                             return info.param == Locks::both           ? "WithBothLocks"
                                    : info.param == Locks::row_security ? "WithRowSecurityAlone"
                                                                        : "WithPredicatesAlone";
                         });

}  // namespace
}  // namespace wescrm::testing
