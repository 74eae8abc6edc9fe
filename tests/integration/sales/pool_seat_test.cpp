#include "pool_given.hpp"

#include <gmock/gmock.h>

// Seats on pools by role: who has the role is a member or an admin for as long as he has it.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;

struct GivenAPoolOfRoles : PoolTest {
    std::string role(std::string const& name, std::string const& user) {
        return in_tenant([&](database::Session& sql) {
            auto const made =
                sql.value<std::int64_t>(
                       "insert into role (tenant_id, name, created_at, updated_at) values (:t, :name, :now, "
                       ":now) returning id",
                       {database::bind("t", tenant), database::bind("name", name), database::bind("now", clock.now())})
                    .value();
            sql.execute(
                "insert into role_member (tenant_id, role_id, employee_id) values (:t, :role, :who)",
                {database::bind("t", tenant), database::bind("role", made), database::bind("who", employees.at(user))});
            return std::to_string(made);
        });
    }
    std::string in_pool(std::string const& name) {
        return get("wang", "customer.create", R"({"name":")" + name + R"(","high_sea_id":")" + id + R"("})");
    }
    void take_from(std::string const& given) {
        in_tenant([&](database::Session& sql) {
            sql.execute("delete from role_member where tenant_id = :t and role_id = :role::bigint",
                        {database::bind("t", tenant), database::bind("role", given)});
        });
    }
    std::string sellers = role("电话销售", "li");
    std::string leaders = role("公海主管", "boss");
    std::string id = pool(R"("member_role_ids":[")" + sellers + R"("],"admin_role_ids":[")" + leaders +
                          R"("],"assign_days":1,"rules":[{"kind":"no_follow","days":5,"warn_days":[2]}])");
};

TEST_F(GivenAPoolOfRoles, WhenSomebodyHasTheRoleThenHeIsAMemberAndOtherwiseHeIsNot) {
    EXPECT_EQ(get("li", "high_sea.show", id_of(id), "member_role_ids"), R"([")" + sellers + R"("])");
    EXPECT_EQ(get("li", "high_sea.show", id_of(id), "is_member"), "true");
    EXPECT_EQ(get("li", "high_sea.show", id_of(id), "is_admin"), "false");
    EXPECT_EQ(get("li", "customer.claim", id_of(in_pool("宏达科技")), "owner_user_id"), "li");
    auto const other = in_pool("绿源科技");
    EXPECT_EQ(get("li", "customer.show", id_of(other), "name"), "绿源科技");
    take_from(sellers);
    EXPECT_EQ(reason("li", "customer.claim", id_of(other)), "not_member");
    EXPECT_EQ(reason("li", "customer.show", id_of(other)), "customer") << "he does not even see it";
    EXPECT_EQ(reason("li", "high_sea.show", id_of(id)), "high_sea");
}

TEST_F(GivenAPoolOfRoles, WhenSomebodyHasTheRoleOfItsAdminsThenHeAssignsAndHearsOfWhatWaits) {
    auto const record = in_pool("宏达科技");
    EXPECT_EQ(get("boss", "customer.assign", R"({"id":")" + record + R"(","user_id":"li"})", "owner_user_id"), "li");
    in_pool("绿源科技");
    begin_nights();
    nights(3);
    EXPECT_EQ(count("outbox where kind = 'unassigned' and recipient = 'boss'"), 1);
}

TEST_F(GivenAPoolOfRoles, WhenAMembersRecordComesDueThenItGoesThereUnlessAPoolIsNearer) {
    begin_nights();
    auto const first = customer("li", "宏达科技");
    EXPECT_NE(get("li", "customer.show", id_of(first), "recycle_due_at"), "");
    nights(8);
    EXPECT_EQ(count("customer where high_sea_id = " + id), 1);
    auto const own = pool(R"("member_user_ids":["li"],"position":9,"rules":[{"kind":"no_follow","days":5}])");
    auto const open = pool(R"("is_open":true,"position":0,"rules":[{"kind":"no_follow","days":5}])");
    auto const returned = [&](std::string const& name) {
        auto const record = customer("li", name);
        return get("li", "customer.release", R"({"id":")" + record + R"(","reason":"太远"})", "high_sea_id");
    };
    EXPECT_EQ(returned("绿源科技"), own) << "a seat of his own";
    get("wang", "high_sea.change", R"({"id":")" + own + R"(","version":1,"member_user_ids":[]})");
    EXPECT_EQ(returned("远东科技"), id) << "that of his role, before one that is open to all";
}

TEST_F(GivenAPoolOfRoles, WhenARoleIsUnknownThenItIsNamedAndWhatIsNotSaidStays) {
    EXPECT_THAT(message("wang", "high_sea.change", R"({"id":")" + id + R"(","version":1,"admin_role_ids":["1"]})"),
                HasSubstr("没有这个角色"));
    get("wang", "high_sea.change", R"({"id":")" + id + R"(","version":1,"name":"新名"})");
    EXPECT_EQ(get("wang", "high_sea.show", id_of(id), "admin_role_ids"), R"([")" + leaders + R"("])");
    in_tenant([&](database::Session& sql) {
        sql.execute("delete from role_member where tenant_id = :t and role_id = :role::bigint",
                    {database::bind("t", tenant), database::bind("role", leaders)});
        sql.execute("delete from role where tenant_id = :t and id = :role::bigint",
                    {database::bind("t", tenant), database::bind("role", leaders)});
    });
    EXPECT_EQ(get("wang", "high_sea.show", id_of(id), "admin_role_ids"), "[]") << "a role that is gone has no seats";
}

}  // namespace
}  // namespace wescrm::testing
