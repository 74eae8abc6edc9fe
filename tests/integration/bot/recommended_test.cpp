#include "given.hpp"

#include <wescrm/sales/high_sea.hpp>

namespace wescrm::bot {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// 李雷 has sold to a company of machinery in Suzhou; he and 韩梅梅 share a pool.
struct GivenAPool : GivenTwoSalespeople {
    GivenAPool() {
        sales::add_high_sea_operations(catalogue, {});
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "insert into role_permission (tenant_id, role_id, permission, reach) select tenant_id, id, p, 'self' "
                "from role, unnest('{high_sea.view,customer.claim}'::text[]) p where tenant_id = :t",
                {bind("t", tenant)});
            sql.execute("update high_sea set enabled = false where tenant_id = :t", {bind("t", tenant)});
            pool = sql.value<std::int64_t>(
                          "insert into high_sea (tenant_id, object, name, is_open, created_at, updated_at) values (:t, "
                          "'customer', '华东公海', true, now(), now()) returning id",
                          {bind("t", tenant)})
                       .value();
        });
        says("新建客户 宏达机电");
        in_tenant([this](database::Session& sql) {
            sql.execute(
                "update customer set industry = '机械', city = '苏州', deal_status = 'closed', last_deal_at = "
                "created_at where tenant_id = :t and name = '宏达机电'",
                {bind("t", tenant)});
        });
    }
    void pooled(std::string const& name, std::string const& industry) {
        says("新建客户 " + name, "hanmei");
        in_tenant([&](database::Session& sql) {
            sql.execute(
                "update customer set industry = :industry, owner_id = null, high_sea_id = :p, pool_entered_at = "
                "created_at where tenant_id = :t and name = :name",
                {bind("t", tenant), bind("p", pool), bind("industry", industry), bind("name", name)});
        });
    }
    std::int64_t pool = 0;
};

TEST_F(GivenAPool, WhenHeAsksForRecommendationsThenACardSaysWhyAndItsButtonClaims) {
    pooled("苏州精工", "机械");
    pooled("无锡机械", "机械");
    pooled("深圳教育", "教育");
    auto const fits = id_of("customer", "name", "苏州精工");
    auto const other = id_of("customer", "name", "无锡机械");
    EXPECT_THAT(says("给我推荐几个客户"),
                AllOf(HasSubstr("苏州精工：同行业成交 1 家"), HasSubstr("领取 2"),
                      HasSubstr("claim:pooled_customer:" + fits), Not(HasSubstr("深圳教育"))));
    EXPECT_THAT(presses("claim:pooled_customer:" + fits),
                AllOf(HasSubstr("已领取 **苏州精工**"), HasSubstr("claim:pooled_customer:" + other),
                      Not(HasSubstr("claim:pooled_customer:" + fits))));
    EXPECT_EQ(count("customer where name = '苏州精工' and owner_id = (select id from employee where user_id = "
                    "'lilei')"),
              1);
    EXPECT_THAT(presses("claim:pooled_customer:" + fits), Not(HasSubstr("已领取 **")));
    EXPECT_THAT(presses("claim:pooled_customer:" + other), HasSubstr("已领取 **无锡机械**"));
    EXPECT_THAT(says("公海推荐"), HasSubstr("暂时没有与您成交记录相似的客户"));
}

TEST_F(GivenAPool, WhenHeHasSoldNothingThenTheAnswerSaysSo) {
    pooled("苏州精工", "机械");
    EXPECT_THAT(says("推荐客户", "hanmei"), HasSubstr("您还没有成交的客户"));
}

}  // namespace
}  // namespace wescrm::bot
