#include "given.hpp"

#include <wescrm/operation/catalogue.hpp>
#include <wescrm/sales/lead_conversion.hpp>
#include <wescrm/sales/operations.hpp>

namespace wescrm::testing {
namespace {

using database::bind;

/// A lead and an opportunity of li, of which wang sees nothing by himself.
struct GivenALeadAndAnOpportunity : SalesTest {
    GivenALeadAndAnOpportunity() {
        sales::add_operations(catalogue);
        sales::add_lead_operations(catalogue, {}, sales::make_opportunity, sales::drop_opportunity);
        auto const customer = std::to_string(create("li", "宏达科技有限公司").value().id.value());
        ids["lead"] =
            id_in(perform("li", "lead.create", R"({"name":"王建国","company":"绿源","mobile":"13900139000"})"));
        ids["opportunity"] =
            id_in(perform("li", "opportunity.create", R"({"name":"年度采购","customer_id":")" + customer + R"("})"));
        department = in_tenant([&](database::Session& sql) {
            auto const id = sql.value<std::int64_t>(
                "insert into department (tenant_id, name, path) values (:t, '售前组', '{}') returning id",
                {bind("t", tenant)});
            sql.execute("update department set path = array[id] where tenant_id = :t", {bind("t", tenant)});
            sql.execute("insert into employee_department (tenant_id, employee_id, department_id) values (:t, :e, :d)",
                        {bind("t", tenant), bind("e", employees["wang"]), bind("d", *id)});
            return std::to_string(*id);
        });
    }
    static std::string id_in(Result<json::Document> const& answer) {
        if (!answer) throw std::runtime_error{answer.error().message};
        return json::find_string(*answer, "id").value();
    }
    Result<json::Document> perform(std::string const& user, std::string const& operation, std::string const& input) {
        return db->run_blocking(
            database::Pool::worker, database::Scope::of(tenant), [&](database::Session& sql) -> Result<json::Document> {
                auto who = actor(user);
                for (auto const* kind : {"lead", "opportunity"})
                    for (auto const* verb : {"view", "create", "edit"})
                        who.permissions[std::string{kind} + "." + verb] = {{operation::Reach::self, {}}};
                auto const services = operation::Services{&renderer, {}, {}};
                auto ctx = operation::Context{sql, who, clock.now(), services};
                return catalogue.find(operation)->invoke(ctx, json::parse(input).value());
            });
    }
    std::string about(std::string const& kind, std::string const& more = "") {
        return R"({"id":")" + ids[kind] + "\"" + more + "}";
    }
    bool sees(std::string const& kind) { return perform("wang", kind + ".show", about(kind)).has_value(); }
    Result<json::Document> team(std::string const& user, std::string const& kind) {
        return perform(user, "record.team", R"({"object":")" + kind + R"(","object_id":")" + ids[kind] + "\"}");
    }

    operation::Catalogue catalogue;
    std::map<std::string, std::string> ids;
    std::string department;
};

TEST_F(GivenALeadAndAnOpportunity, WhenSharedWithAPersonThenHeReadsItIsInTheTeamAndLeaves) {
    for (std::string const kind : {"lead", "opportunity"}) {
        ASSERT_FALSE(sees(kind)) << kind;
        EXPECT_EQ(team("wang", kind).error().code, Errc::not_found);
        auto const shared = perform("li", kind + ".share", about(kind, R"(,"user_id":"wang","power":"read")"));
        ASSERT_TRUE(shared) << shared.error().message;
        EXPECT_TRUE(sees(kind)) << kind;
        auto const mine = team("wang", kind);
        ASSERT_TRUE(mine);
        EXPECT_EQ(json::find_string((*mine)["members"][0], "name"), "wang");
        EXPECT_EQ(json::find_bool(*mine, "is_member"), true);
        EXPECT_EQ(json::find_bool(*mine, "may_change"), false);
        EXPECT_EQ(json::find_bool(team("li", kind).value(), "may_change"), true);
        EXPECT_EQ(perform("wang", kind + ".unshare", about(kind, R"(,"user_id":"boss")")).error().code, Errc::forbidden)
            << kind;
        ASSERT_TRUE(perform("wang", kind + ".unshare", about(kind, R"(,"user_id":"wang")")));
        EXPECT_FALSE(sees(kind)) << kind;
        EXPECT_EQ(count("audit_log where action = '" + kind + ".unshare'"), 1);
    }
}

TEST_F(GivenALeadAndAnOpportunity, WhenSharedWithADepartmentThenItsPeopleReadItUntilThatEnds) {
    for (std::string const kind : {"lead", "opportunity"}) {
        auto const whom = R"(,"department_id":")" + department + "\"";
        ASSERT_TRUE(perform("li", kind + ".share", about(kind, whom + R"(,"power":"read")")));
        EXPECT_TRUE(sees(kind)) << kind;
        auto const shown = team("li", kind).value();
        EXPECT_EQ(json::find_string(shown["departments"][0], "name"), "售前组");
        EXPECT_TRUE(shown["members"].Empty());
        ASSERT_TRUE(perform("li", kind + ".unshare", about(kind, whom)));
        EXPECT_FALSE(sees(kind)) << kind;
        EXPECT_EQ(perform("li", kind + ".unshare", about(kind, whom)).error().reason, "share");
        EXPECT_EQ(perform("li", kind + ".share", about(kind, R"(,"power":"read")")).error().fields.front().field,
                  "user_id");
    }
}

TEST_F(GivenALeadAndAnOpportunity, WhenSomebodyIsTakenIntoTheTeamOfAnOpportunityThenHeReadsWhatIsSaidAboutIt) {
    ASSERT_TRUE(
        perform("li", "followup.create",
                R"({"target_type":"opportunity","target_id":")" + ids["opportunity"] + R"(","content":"谈价"})"));
    auto const said = [&] {
        auto const page = perform("wang", "followup.list",
                                  R"({"target_type":"opportunity","target_id":")" + ids["opportunity"] + "\"}");
        return page.value()["items"].Size();
    };
    EXPECT_EQ(said(), 0U);
    ASSERT_TRUE(perform("li", "opportunity.share", about("opportunity", R"(,"user_id":"wang","power":"read")")));
    EXPECT_EQ(said(), 1U);
    EXPECT_EQ(perform("wang", "followup.list", "{}").value()["items"].Size(), 1U);
}

}  // namespace
}  // namespace wescrm::testing
