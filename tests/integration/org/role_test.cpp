#include "integration/org/given.hpp"

#include <gmock/gmock.h>

// Roles, their members, and share rules, through the operations.
namespace wescrm::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

/// The roles of a new company; root and deputy are administrators, li sells, hr may manage people.
struct GivenACompanyWithRoles : OrgTest {
    GivenACompanyWithRoles() {
        in_tenant([&](database::Session& sql) {
            add(sql, "deputy", "管理员");
            add(sql, "li", "销售员");
            sql.execute("insert into role (tenant_id, name) values (:t, '人事')", {database::bind("t", tenant)});
            sql.execute(
                "insert into role_permission select tenant_id, id, 'org.manage', 'all' from role where name = '人事'");
            add(sql, "hr", "人事");
        });
    }
    std::string role_id(std::string const& name) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::string>("select id::text from role where tenant_id = :t and name = :name",
                                    {database::bind("t", tenant), database::bind("name", name)})
                .value();
        });
    }
    std::int64_t version_of(std::string const& role) {
        return perform("root", "role.get", R"({"id":")" + role_id(role) + "\"}").value()["version"].GetInt64();
    }
    /// An input about one role, with its version.
    std::string about(std::string const& role, std::string const& members) {
        return R"({"id":")" + role_id(role) + R"(","version":)" + std::to_string(version_of(role)) + members + "}";
    }
    std::int64_t generation(std::string const& user) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::int64_t>("select auth_generation from employee where tenant_id = :t and user_id = :u",
                                     {database::bind("t", tenant), database::bind("u", user)})
                .value();
        });
    }
    std::vector<std::string> roles_of(std::string const& user) {
        return in_tenant([&](database::Session& sql) {
            return sql.values<std::string>(
                "select r.name from role_member m join role r on r.tenant_id = m.tenant_id and r.id = m.role_id where "
                "m.tenant_id = :t and m.employee_id = :e order by 1",
                {database::bind("t", tenant), database::bind("e", people.at(user))});
        });
    }
};

TEST_F(GivenACompanyWithRoles, WhenARoleIsMadeThenItsMembersHaveItsRightsAndSignInAgain) {
    auto const before = generation("li");
    auto const made = perform(
        "root", "role.create",
        R"({"name":"区域经理","data_scopes":{"customer":{"view":"dept_tree","edit":"self"}},"member_user_ids":["li"]})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(json::write((*made)["permissions"]), R"(["customer.edit","customer.view"])");
    EXPECT_EQ(json::view((*made)["data_scopes"]["customer"]["view"]), "dept_tree");
    EXPECT_EQ(roles_of("li"), (std::vector<std::string>{"区域经理", "销售员"}));
    EXPECT_EQ(generation("li"), before + 1);
    auto const changed =
        perform("root", "role.change", about("区域经理", R"(,"permissions":["customer.view","lead.view"])"));
    ASSERT_TRUE(changed);
    EXPECT_EQ(json::view((*changed)["data_scopes"]["customer"]["view"]), "dept_tree") << "what stays keeps its reach";
    EXPECT_EQ(json::view((*changed)["data_scopes"]["lead"]["view"]), "self");
    EXPECT_EQ(generation("li"), before + 2);
}

TEST_F(GivenACompanyWithRoles, WhenAnInputIsWrongThenEveryFieldIsNamedAndNothingIsSaved) {
    auto const wrong = perform(
        "root", "role.create",
        R"({"name":"x","permissions":["customer.view","a.b"],"data_scopes":{"customer":{"view":"far","edit":"self"},"product":{"view":"self"}}})");
    ASSERT_FALSE(wrong);
    auto fields = std::vector<std::string>{};
    for (auto const& problem : wrong.error().fields) fields.push_back(problem.field);
    EXPECT_EQ(fields, (std::vector<std::string>{"permissions[1]", "data_scopes.customer.view",
                                                "data_scopes.customer.edit", "data_scopes.product.view"}));
    EXPECT_EQ(perform("root", "role.create", R"({"name":"销售员"})").error().reason, "name_taken");
    EXPECT_EQ(perform("root", "role.create", R"({"name":"y","member_user_ids":["nobody"]})").error().code,
              Errc::invalid_input);
    EXPECT_EQ(perform("root", "role.create", R"({"name":"y","department_ids":["999"]})").error().code,
              Errc::invalid_input);
    auto const stale = R"({"id":")" + role_id("销售员") + R"(","version":99,"name":"z"})";
    EXPECT_EQ(perform("root", "role.change", stale).error().code, Errc::stale);
    EXPECT_EQ(perform("root", "role.list", "{}").value()["items"].Size(), 5U);
}

TEST_F(GivenACompanyWithRoles, S41TheAdministratorsRoleIsNeverChangedNorDeleted) {
    for (auto const* role : {"管理员", "报表管理员"}) {
        for (auto const* change :
             {R"(,"name":"x")", R"(,"permissions":[])", R"(,"description":"x")", R"(,"data_scopes":{})"})
            EXPECT_EQ(perform("root", "role.change", about(role, change)).error().reason, "fixed_role")
                << role << change;
        EXPECT_EQ(perform("root", "role.delete", about(role, "")).error().reason, "fixed_role");
    }
    EXPECT_TRUE(perform("root", "role.change", about("报表管理员", R"(,"member_user_ids":["li"])")));
    EXPECT_TRUE(perform("root", "role.change", about("销售员", R"(,"name":"业务员")")));
}

TEST_F(GivenACompanyWithRoles, S43SeveralAdministratorsAndTheLastActiveOneStays) {
    EXPECT_TRUE(perform("root", "role.change", about("管理员", R"(,"member_user_ids":["root","deputy","li"])")));
    EXPECT_TRUE(perform("li", "role.change", about("管理员", R"(,"member_user_ids":["root"])")));
    EXPECT_EQ(roles_of("deputy"), std::vector<std::string>{"销售员"}) << "nobody is without a role";
    EXPECT_EQ(perform("root", "role.change", about("管理员", R"(,"member_user_ids":[])")).error().reason,
              "last_administrator");
    EXPECT_EQ(perform("root", "role.change", about("管理员", R"(,"member_user_ids":["li"])")).has_value(), true);
    EXPECT_EQ(
        perform("li", "employee.roles", R"({"user_id":"li","role_ids":[")" + role_id("销售员") + "\"]}").error().reason,
        "last_administrator");
    EXPECT_EQ(perform("li", "employee.disable", R"({"user_id":"li"})").error().reason, "last_administrator");
}

TEST_F(GivenACompanyWithRoles, WhenTheOtherAdministratorIsDisabledThenTheActiveOneIsTheLast) {
    ASSERT_TRUE(perform("root", "employee.disable", R"({"user_id":"deputy"})"));
    EXPECT_EQ(perform("root", "role.change", about("管理员", R"(,"member_user_ids":["deputy"])")).error().reason,
              "last_administrator");
    EXPECT_EQ(roles_of("root"), std::vector<std::string>{"管理员"});
}

TEST_F(GivenACompanyWithRoles, WhenSomebodyManagesPeopleThenHeGivesAwayNoMoreThanHeHas) {
    EXPECT_EQ(
        perform("hr", "role.change", about("管理员", R"(,"member_user_ids":["root","deputy","hr"])")).error().reason,
        "administrators_only");
    EXPECT_EQ(perform("hr", "role.create", R"({"name":"x","permissions":["customer.view"]})").error().reason,
              "beyond_own");
    EXPECT_EQ(perform("hr", "employee.roles", R"({"user_id":"hr","role_ids":[")" + role_id("报表管理员") + "\"]}")
                  .error()
                  .reason,
              "beyond_own");
    EXPECT_TRUE(perform("hr", "role.create", R"({"name":"助理","permissions":["org.manage"]})"));
    EXPECT_EQ(perform("li", "role.list", "{}").error().code, Errc::forbidden);
}

TEST_F(GivenACompanyWithRoles, WhenRolesOfAnEmployeeAreSetThenExactlyThose) {
    auto const before = generation("li");
    auto const set = [&](std::string const& roles) {
        return perform("root", "employee.roles", R"({"user_id":"li","role_ids":[)" + roles + "]}");
    };
    ASSERT_TRUE(set("\"" + role_id("销售经理") + "\",\"" + role_id("报表管理员") + "\""));
    EXPECT_EQ(roles_of("li"), (std::vector<std::string>{"报表管理员", "销售经理"}));
    EXPECT_EQ(generation("li"), before + 1);
    EXPECT_EQ(set("").error().code, Errc::invalid_input) << "at least one";
    EXPECT_EQ(set("\"1\"").error().code, Errc::invalid_input);
}

TEST_F(GivenACompanyWithRoles, WhenARoleIsInUseThenItIsNotDeletedAndWhatBlocksIsNamed) {
    auto const refused = perform("root", "role.delete", about("销售员", ""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "in_use");
    EXPECT_NE(refused.error().message.find("li"), std::string::npos) << refused.error().message;
    EXPECT_NE(refused.error().message.find("默认角色"), std::string::npos);
    EXPECT_TRUE(perform("root", "role.delete", about("销售经理", "")));
    EXPECT_EQ(perform("root", "role.list", "{}").value()["items"].Size(), 4U);
}

TEST_F(GivenACompanyWithRoles, WhenAPresetGainsAPermissionThenUntouchedRolesGetItAndChangedOnesStay) {
    auto const presets = std::string{WESCRM_SOURCE_DIR} + "/config/presets";
    auto const has = [&](std::string const& code, std::string const& permission) {
        return in_tenant([&](database::Session& sql) {
            return sql
                .value<std::int64_t>(
                    "select count(*) from role_permission p join role r on r.tenant_id = p.tenant_id and r.id = "
                    "p.role_id where p.tenant_id = :t and r.code = :code and p.permission = :permission",
                    {database::bind("t", tenant), database::bind("code", code),
                     database::bind("permission", permission)})
                .value();
        });
    };
    auto const update = [&] {
        return in_tenant([&](database::Session& sql) {
            return org::update_preset_roles_of(sql, tenant, presets, clock.now()).value();
        });
    };
    EXPECT_EQ(update(), 0) << "a new company has all of it";
    in_tenant(
        [&](database::Session& sql) {  // an older product: nobody's role knows lead.edit; the managers' was changed
            for (auto const* table : {"role_permission", "role_preset"})
                sql.execute("delete from " + std::string{table} + " where tenant_id = :t and permission = 'lead.edit'",
                            {database::bind("t", tenant)});
            sql.execute(
                "delete from role_permission p using role r where r.tenant_id = p.tenant_id and r.id = p.role_id and "
                "p.tenant_id = :t and r.code = 'sales_manager' and p.permission = 'customer.edit'",
                {database::bind("t", tenant)});
        });
    EXPECT_EQ(update(), 1);
    EXPECT_EQ(has("salesperson", "lead.edit"), 1);
    EXPECT_EQ(has("sales_manager", "lead.edit"), 0);
    EXPECT_EQ(has("sales_manager", "customer.edit"), 0) << "what a company took away stays away";
    EXPECT_EQ(update(), 0);
    EXPECT_EQ(in_tenant([&](database::Session& sql) {
                  return sql.value<std::int64_t>(
                      "select count(*) from audit_log where tenant_id = :t and object = "
                      "'role' and after::text like '%lead.edit self%'",
                      {database::bind("t", tenant)});
              }),
              1);
}

TEST_F(GivenACompanyWithRoles, WhenAShareRuleIsMadeThenTheTargetIsToldAndAForeignOneIsNotFound) {
    auto const made = perform(
        "root", "share.create",
        R"({"objects":["customer","contact"],"source_type":"employee","source_id":"deputy","target_type":"employee","target_id":"li","right":"read"})");
    ASSERT_TRUE(made) << made.error().message;
    auto const told = in_tenant([&](database::Session& sql) {
        return sql.value<std::int64_t>("select count(*) from outbox where tenant_id = :t and employee_id = :li",
                                       {database::bind("t", tenant), database::bind("li", people["li"])});
    });
    EXPECT_EQ(told, 1);
    auto const id = json::find_string(*made, "id").value();
    auto const changed =
        perform("root", "share.change", R"({"id":")" + id + R"(","version":1,"right":"write","enabled":false})");
    ASSERT_TRUE(changed);
    EXPECT_EQ(json::view((*changed)["right"]), "write");
    EXPECT_EQ(json::view((*changed)["source_id"]), "deputy");
    EXPECT_EQ(perform("root", "share.change", R"({"id":")" + id + R"(","version":1})").error().code, Errc::stale);
    auto const wrong = perform(
        "root", "share.create",
        R"({"objects":["nothing"],"source_type":"department","source_id":"999","target_type":"role","target_id":"x","right":"read"})");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().fields.size(), 3U);
    ASSERT_TRUE(perform("root", "share.delete", R"({"id":")" + id + R"(","version":2})"));
    EXPECT_EQ(perform("root", "share.get", R"({"id":")" + id + "\"}").error().code, Errc::not_found);
}

TEST_F(GivenACompanyWithRoles, WhenAShareRuleHasAConditionThenItMustFitEveryKindAndIsToldInWords) {
    auto const rule = [](std::string const& objects, std::string const& condition) {
        return R"({"objects":[)" + objects +
               R"(],"source_type":"employee","source_id":"deputy","target_type":"employee","target_id":"li","right":"read","conditions":[)" +
               condition + "]}";
    };
    auto const made =
        perform("root", "share.create",
                rule(R"("customer","lead")", R"({"field":"source","test":"is","values":["展会","官网"]})"));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(json::view((*made)["conditions"][0]["values"][1]), "官网");
    auto const told = in_tenant([&](database::Session& sql) {
        return sql.value<std::string>("select convert_from(body, 'UTF8') from outbox where tenant_id = :t",
                                      {database::bind("t", tenant)});
    });
    EXPECT_NE(told.value_or("").find("来源是“展会”或“官网”"), std::string::npos) << told.value_or("");
    auto const id = json::find_string(*made, "id").value();
    auto const all = perform("root", "share.change", R"({"id":")" + id + R"(","version":1,"conditions":[]})");
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ((*all)["conditions"].Size(), 0U);

    auto const wrong_field = [&](std::string const& objects, std::string const& condition) {
        auto const refused = perform("root", "share.create", rule(objects, condition));
        return refused || refused.error().fields.empty() ? "none" : refused.error().fields.front().field;
    };
    EXPECT_EQ(wrong_field(R"("customer","contact")", R"({"field":"source","test":"is","values":["展会"]})"),
              "conditions[0].field");
    EXPECT_EQ(wrong_field(R"("customer")", R"({"field":"name; drop","test":"is","values":["展会"]})"),
              "conditions[0].field");
    EXPECT_EQ(wrong_field(R"("customer")", R"({"field":"deal_status","test":"is","values":["won"]})"),
              "conditions[0].values");
    EXPECT_EQ(wrong_field(R"("customer")", R"({"field":"source","test":"is","values":[]})"), "conditions[0].values");
}

TEST_F(GivenACompanyWithRoles, WhenThePermissionsAreAskedForThenEveryPresetOneIsAmongThem) {
    auto const matrix = perform("root", "permission.catalogue", "{}").value();
    auto known = std::set<std::string>{};
    for (auto const& object : matrix["objects"].GetArray())
        for (auto const& action : object["actions"].GetArray())
            known.insert(json::find_string(action, "permission").value());
    auto const used = in_tenant([&](database::Session& sql) {
        return sql.values<std::string>("select distinct permission from role_permission where tenant_id = :t",
                                       {database::bind("t", tenant)});
    });
    for (auto const& permission : used) EXPECT_TRUE(known.contains(permission)) << permission;
    EXPECT_EQ(matrix["reaches"].Size(), 7U);
}

}  // namespace
}  // namespace wescrm::testing
