#include "integration/sales/given.hpp"

#include <wescrm/demo/demo.hpp>
#include <wescrm/demo/story.hpp>
#include <wescrm/sales/names.hpp>

#include <set>

namespace wescrm::demo {
namespace {

struct GivenTheDemoCompany : wescrm::testing::SalesTest {
    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
    Result<Loaded> load_it(Size size = Size::small) {
        return load(*db, sealer, std::string{WESCRM_SOURCE_DIR} + "/config/presets", size, clock,
                    [](auto, auto, auto) {});
    }
    std::int64_t figure(std::string const& query) {
        return in_tenant(
            [&](database::Session& sql) { return sql.value<std::int64_t>("select " + query).value_or(-1); });
    }
};

TEST_F(GivenTheDemoCompany, WhenLoadedThenItIsWholeAndASecondLoadChangesNothing) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    EXPECT_EQ(figure("count(*) from employee"), 60);
    EXPECT_EQ(figure("count(*) from employee where superior_id is null"), 1);
    EXPECT_EQ(figure("max(cardinality(path)) from department"), 4);
    EXPECT_EQ(figure("count(*) from customer"), 400);
    EXPECT_EQ(
        figure("count(*) from customer c where not exists (select 1 from contact t where t.customer_id = c.id and "
               "t.is_primary)"),
        0);
    EXPECT_EQ(figure("count(*) from customer where deleted_at is not null"), 3);
    EXPECT_EQ(figure("count(*) from duplicate_key where object = 'customer' and kind in ('name_core', 'mobile')"),
              2 * 397);  // everybody's name and phone
    EXPECT_EQ(figure("count(*) from ownership_event where object = 'customer' and kind = 'create'"), 400);
    EXPECT_EQ(figure("count(*) from opportunity"), 300);
    EXPECT_EQ(figure("count(*) from sales_process"), 2);
    auto const again = load_it();
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->was_there);
    EXPECT_EQ(figure("count(*) from customer"), 400);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenWhatPagesListBesidesRecordsIsThere) {
    tenant = load_it()->tenant;
    EXPECT_EQ(figure("count(*) from attachment where followup_id is not null"), 32);
    EXPECT_EQ(figure("count(distinct target_type) from attachment"), 3);
    EXPECT_EQ(figure("count(*) from attachment a join attachment_content c on c.attachment_id = a.id where a.bytes <> "
                     "octet_length(c.content)"),
              0);
    EXPECT_EQ(figure("count(*) from attachment a join followup f on f.id = a.followup_id where a.target_id <> "
                     "f.customer_id"),
              0);
    EXPECT_EQ(figure("count(*) from export_job j join export_part p on p.job_id = j.id where j.state = 'done' and "
                     "j.size = octet_length(p.content) and j.row_count = 200"),
              2);
    EXPECT_EQ(figure("count(*) from api_key where revoked_at is null"), 2);
    EXPECT_GT(figure("count(*) from outbox where state = 2"), 0);
    EXPECT_EQ(figure("count(*) from outbox where state <> 2"), 0) << "nothing is sent again when the server starts";
    EXPECT_EQ(figure("count(*) from lead where deleted_at is not null"), 2);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenAYearOfOrdersAddsUp) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    EXPECT_EQ(figure("count(*) from sales_order"), 250);
    EXPECT_GT(figure("count(distinct date_trunc('month', ordered_on)) from sales_order"), 11);
    for (std::string status : {"draft", "in_force", "executing", "completed", "void"})
        EXPECT_GT(figure("count(*) from sales_order where status = '" + status + "'"), 2) << status;
    for (std::string status : {"waiting", "partial", "done", "overdue"})
        EXPECT_GT(figure("count(*) from payment_plan where status = '" + status + "'"), 0) << status;
    EXPECT_EQ(
        figure("count(*) from sales_order o where received_fen <> coalesce((select sum(amount_fen) from payment p "
               "where p.order_id = o.id), 0) or amount_fen <> (select sum(subtotal_fen) from order_line l where "
               "l.order_id = o.id) or planned_fen <> coalesce((select sum(amount_fen) from payment_plan p where "
               "p.order_id = o.id), 0)"),
        0);
    EXPECT_EQ(
        figure("count(*) from payment_plan p where received_fen <> coalesce((select sum(a.amount_fen) from "
               "payment_allocation a where a.plan_id = p.id), 0) or (status = 'done') <> (received_fen = amount_fen)"),
        0);
    EXPECT_EQ(figure("count(*) from customer c where (deal_status = 'closed') <> (exists (select 1 from opportunity p "
                     "where p.customer_id = c.id and p.status = "
                     "'won') or exists (select 1 from sales_order o where "
                     "o.customer_id = c.id and o.status in ('in_force', 'executing', 'completed')))"),
              0);
    EXPECT_EQ(figure("count(*) from payment where paid_on > date '2026-11-25'"), 0);
    EXPECT_GT(figure("count(*) from timer where ref_kind = 'payment_plan'"), 10);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenQuotesInvoicesAndConsentAreOfOnePiece) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    for (std::string status : {"draft", "in_review", "in_force", "accepted", "expired", "rejected", "void"})
        EXPECT_GT(figure("count(*) from quote where status = '" + status + "'"), 0) << status;
    EXPECT_EQ(
        figure("count(*) from quote q where amount_fen <> (select sum(subtotal_fen) from quote_line l where "
               "l.quote_id = q.id) or (status = 'accepted') <> (order_id is not null) or (status = 'accepted' and "
               "q.id is distinct from (select o.quote_id from sales_order o where o.id = q.order_id))"),
        0);
    EXPECT_EQ(figure("count(*) from quote where quoted_on > date '2026-11-25' or (status = 'in_force') <> (valid_until "
                     ">= date '2026-11-25' and status = 'in_force')"),
              0);
    EXPECT_EQ(figure("count(*) from timer where kind = 'quote_expired'"),
              figure("count(*) from quote where status = 'in_force'"));
    for (std::string status : {"draft", "in_review", "waiting", "issued", "void"})
        EXPECT_GT(figure("count(*) from invoice where status = '" + status + "'"), 0) << status;
    EXPECT_EQ(figure("count(*) from invoice i join sales_order o on o.id = i.order_id where i.amount_fen > "
                     "o.received_fen or (i.status = 'issued') <> (i.invoice_no <> '') or i.applied_on > date "
                     "'2026-11-25' or i.customer_id <> o.customer_id"),
              0);
    EXPECT_EQ(figure("count(*) from (select id from quote where status = 'in_review' union all select id from invoice "
                     "where status = 'in_review') r where not exists (select 1 from approval a join approval_task t on "
                     "t.approval_id = a.id and t.status = 'pending' join employee e on e.id = a.owner_id where "
                     "a.subject_id = r.id and a.status = 'pending' and t.approver_id = e.superior_id)"),
              0);
    EXPECT_GT(figure("count(*) from approval where status = 'pending'"), 3);
    EXPECT_GT(figure("count(distinct status) from approval"), 2);
    EXPECT_EQ(figure("count(*) from approval where ended_at > timestamptz '2026-11-25T16:30:00+08:00'"), 0);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenHalfAYearLiesBehindItAndWorkBefore) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    auto const now = std::string{"timestamptz '2026-11-25T16:30:00+08:00'"};
    EXPECT_GT(figure("count(*) from followup"), 800);
    EXPECT_EQ(figure("count(*) from followup where followed_at > " + now), 0);
    EXPECT_GT(figure("count(distinct followed_at::date) from followup"), 150);
    EXPECT_GT(figure("count(distinct content) from followup"), 20);
    EXPECT_EQ(figure("count(*) from customer c where last_follow_at is distinct from (select max(f.followed_at) from "
                     "followup f where f.customer_id = c.id)"),
              0);
    for (auto const* column :
         {"due_at from task where due_at", "next_contact_at from customer where next_contact_at"}) {
        auto const around = "count(*) from (select " + std::string{column};
        EXPECT_GT(figure(around + " < " + now + ") x"), 10) << column;
        EXPECT_GT(figure(around + " > " + now + ") x"), 10) << column;
        EXPECT_EQ(
            figure(around + " not between " + now + " - interval '12 days' and " + now + " + interval '12 days') x"), 0)
            << column;
    }
    EXPECT_EQ(figure("count(*) from timer where kind <> 'lead_rescore' and due_at <= " + now), 0);
    EXPECT_EQ(figure("count(*) from timer where ref_kind not in ('payment_plan', 'quote', 'lead')"),
              figure("(select count(*) from task where remind_at > " + now +
                     ") + (select count(*) from customer where next_contact_at > " + now + ")"));
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenItsOpportunitiesTellAYear) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    auto const now = std::string{"timestamptz '2026-11-25T16:30:00+08:00'"};
    EXPECT_EQ(figure("count(distinct status) from opportunity"), 4);
    EXPECT_EQ(figure("count(distinct stage_id) from opportunity"), 14) << "every stage of both processes";
    EXPECT_GT(figure("count(*) from opportunity where created_at < " + now + " - interval '200 days'"), 30);
    EXPECT_EQ(figure("count(*) from opportunity where greatest(created_at, stage_entered_at, last_follow_at) > " + now),
              0);
    EXPECT_EQ(
        figure("count(*) from opportunity p where p.stage_id is distinct from (select h.to_stage_id from "
               "stage_history h where h.opportunity_id = p.id order by h.at desc, h.from_stage_id nulls last limit "
               "1)"),
        0);
    EXPECT_EQ(figure("count(*) from opportunity p where exists (select 1 from opportunity_line l where "
                     "l.opportunity_id = p.id) and p.amount_fen <> (select sum(l.subtotal_fen) from opportunity_line l "
                     "where l.opportunity_id = p.id)"),
              0);
    EXPECT_EQ(figure("count(*) from customer c where c.deal_status <> 'closed' and exists (select 1 from opportunity p "
                     "where p.customer_id = c.id and p.status = 'won')"),
              0);
    EXPECT_EQ(figure("count(*) from field_value"), 3 * 400 + 2 * 300 + 2 * 1500);
    EXPECT_EQ(figure("count(*) from customer c where not exists (select 1 from field_value v join field f on f.id = "
                     "v.field_id where v.record_id = c.id and f.key = 'yearly_purchase' and v.number_value = (c.custom "
                     "->> 'yearly_purchase')::numeric)"),
              0);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenLeadsAndPoolsAreFilledAndOfOnePiece) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    EXPECT_EQ(figure("count(*) from high_sea"), 3);
    EXPECT_EQ(figure("count(*) from high_sea_rule where enabled"), 0);
    EXPECT_EQ(figure("count(*) from lead"), 1'500);
    EXPECT_EQ(figure("count(distinct status) from lead"), 6);
    EXPECT_EQ(figure("count(*) from lead where (owner_id is null) <> (status = 'unassigned')"), 0);
    EXPECT_EQ(figure("count(*) from lead where (customer_id is null) = (status = 'converted')"), 0);
    EXPECT_EQ(figure("count(distinct high_sea_id) from customer"), 2);
    for (auto const* object : {"customer", "lead"})
        EXPECT_EQ(figure(std::string{"count(*) from "} + object +
                         " r where (owner_id is null) = (high_sea_id is null) or owner_id is distinct from (select "
                         "v.to_id from ownership_event v where v.object = '" +
                         object + "' and v.object_id = r.id order by v.at desc limit 1)"),
                  0)
            << object;
    EXPECT_EQ(figure("count(*) from lead l where last_follow_at is distinct from (select max(f.followed_at) from "
                     "followup f where f.target_type = 'lead' and f.target_id = l.id)"),
              0);
}

TEST_F(GivenTheDemoCompany, WhenTheExamplesOfTheChatAreTypedThenTheirNamesAreFree) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    EXPECT_EQ(
        figure("count(*) from duplicate_key where value = any('{宏达科技,绿源环保,北辰会展,腾讯科技,13800138000}')"),
        0);
}

TEST(TheStory, OfTwoHundredThousandCustomersHasNoTwoAlike) {
    auto const now = parse_rfc3339("2026-11-25T16:30:00+08:00").value();
    auto names = std::set<std::string>{};
    auto numbers = names, phones = names;
    for (std::size_t n = 0; n < 200'000; ++n) {
        auto const made = account(n, Size::large, now, Zone{});
        names.insert(sales::name_core(made.name));
        numbers.insert(made.no);
        phones.insert(made.mobile);
    }
    EXPECT_EQ(names.size(), 200'000U);
    EXPECT_EQ(numbers.size(), 200'000U);
    EXPECT_EQ(phones.size(), 200'000U);
    EXPECT_FALSE(names.contains("宏达科技"));
}

TEST(TheOrgFile, NamesThePeopleOfTheDatabase) {
    auto const file = json::parse(org_file(Size::small));
    ASSERT_TRUE(file);
    auto const& corp = (*file)["corps"][0];
    EXPECT_EQ(corp["members"].Size(), 60U);
    EXPECT_EQ(json::find_string(corp, "corp_id"), corp_id);
}

TEST_F(GivenTheDemoCompany, WhenLoadedThenNoPageIsEmpty) {
    auto const loaded = load_it();
    ASSERT_TRUE(loaded) << loaded.error().message;
    tenant = loaded->tenant;
    for (std::string table :
         {"customer_tag", "lead_tag", "contact_tag", "opportunity_tag", "holding_cap", "share_rule", "duplicate_pair",
          "import_row", "audit_log", "opportunity_contact", "team_member", "followup_comment", "favourite"})
        EXPECT_GT(figure("count(*) from " + table), 0) << table;
    for (std::string object : {"customer", "opportunity", "lead"})
        EXPECT_GT(figure("count(*) from field_value v join field f on f.tenant_id = v.tenant_id and f.id = v.field_id "
                         "where f.object = '" +
                         object + "'"),
                  100)
            << object;
    EXPECT_GT(figure("count(*) from customer where parent_id is not null"), 20);
    EXPECT_EQ(figure("count(*) from customer c join customer p on p.tenant_id = c.tenant_id and p.id = c.parent_id "
                     "where p.parent_id is not null"),
              0);
    EXPECT_EQ(figure("count(*) from customer where district like '市%'"), 0);
    EXPECT_GT(figure("count(*) from contact where deleted_at is not null"), 0);
    EXPECT_EQ(figure("count(*) from contact t where deleted_at is not null and exists (select 1 from sales_order o "
                     "where o.tenant_id = t.tenant_id and o.contact_id = t.id)"),
              0);
    EXPECT_EQ(figure("count(*) from import_job j where j.created_count + j.failed_count <> (select count(*) from "
                     "import_row r where r.tenant_id = j.tenant_id and r.job_id = j.id)"),
              0);
    EXPECT_EQ(figure("count(*) from duplicate_pair p where not exists (select 1 from contact t join customer c on "
                     "c.tenant_id = t.tenant_id and c.mobile = t.mobile where t.tenant_id = p.tenant_id and "
                     "t.customer_id in (p.first_id, p.second_id) and c.id in (p.first_id, p.second_id) and c.id <> "
                     "t.customer_id)"),
              0);
    EXPECT_EQ(figure("count(*) from audit_log where at > timestamptz '2026-11-25T16:30:00+08:00'"), 0);
}

}  // namespace
}  // namespace wescrm::demo
