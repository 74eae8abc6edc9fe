#include "details.hpp"

#include "tags.hpp"

namespace wescrm::demo {
namespace {

using database::bind;

class Details {
public:
    Details(database::Session& sql, TenantId tenant, std::size_t every, Instant now)
        : sql_{sql}, params_{bind("tenant", tenant), bind("now", now)}, tenant_{tenant}, every_{every}, now_{now} {}

    void write() {
        insert_tags(sql_, tenant_, every_, now_);
        groups();
        people_of_opportunities();
        roles_of_contacts();
        people_at_two();
        teams();
        comments();
        favourites();
        caps();
        share();
        pairs();
        recycle_bin();
        import();
        log();
    }

private:
    void run(std::string const& statement) { sql_.execute(statement, params_); }

    // Every twelfth of some customers with an owner stands above the next three.
    void groups() {
        run("with chosen as (select id, row_number() over (order by no) - 1 as n from (select id, no from customer "
            "where "
            "tenant_id = :tenant and owner_id is not null order by no limit 144) c) update customer c set parent_id = "
            "p.id, relation = (array['子公司', '分公司', '关联工厂'])[1 + (s.n % 12)::integer % 3] from chosen s join "
            "chosen p on p.n = s.n / 12 * 12 where s.n % 12 between 1 and 3 and c.tenant_id = :tenant and c.id = s.id "
            "and :now::timestamptz is not null");
    }

    void people_of_opportunities() {
        run("insert into opportunity_contact (tenant_id, opportunity_id, contact_id, role) select :tenant, o.id, t.id, "
            "case when t.place = 1 then 'decider' when t.place = 2 then 'influencer' else 'user' end from (select id, "
            "customer_id from opportunity where tenant_id = :tenant and :now::timestamptz is not null order by "
            "updated_at desc limit 600) o join lateral (select id, row_number() over (order by is_primary desc, id) as "
            "place from contact where tenant_id = :tenant and customer_id = o.customer_id) t on true");
    }

    void roles_of_contacts() {
        run("update contact t set decision_role = case when t.position in ('总经理', '采购经理') then 'decider' when "
            "t.position in ('技术总监', '财务经理') then 'influencer' else 'user' end, attitude = (array['supportive', "
            "'neutral', 'supportive', 'opposed'])[1 + abs(hashtext(t.name)) % 4], department = case when t.position = "
            "'采购经理' then '采购部' when t.position = '技术总监' then '技术部' when t.position = '财务经理' then "
            "'财务部' else '' end from (select id from customer where tenant_id = :tenant and :now::timestamptz is not "
            "null order by no desc limit 300) c where t.tenant_id = :tenant and t.customer_id = c.id");
    }

    // People who also work at the next customer of the same owner.
    void people_at_two() {
        run("insert into contact_link (tenant_id, contact_id, customer_id, position, decision_role, note, is_open, "
            "created_at, created_by) select :tenant, t.id, c.further, (array['独立董事', '技术顾问', '兼任采购总监', "
            "'集团副总'])[1 + c.n::integer % 4], (array['decider', 'influencer', 'decider', 'user'])[1 + c.n::integer "
            "% "
            "4], (array['', '每周二在这边', '大额采购要他签字', ''])[1 + c.n::integer % 4], true, :now, c.owner_id "
            "from "
            "(select id, owner_id, lead(id) over w as further, lead(owner_id) over w as next_owner, row_number() over "
            "w as n from (select id, no, owner_id from customer where tenant_id = :tenant and owner_id is not null "
            "order by no desc limit 120) x window w as (order by owner_id, no)) c join contact t on t.tenant_id = "
            ":tenant and t.customer_id = c.id and t.is_primary and t.deleted_at is null where c.next_owner = "
            "c.owner_id and c.n % 2 = 0 and not exists (select 1 from contact o where o.tenant_id = :tenant and "
            "o.customer_id = c.further and o.mobile = t.mobile)");
    }

    void teams() {
        run("insert into team_member (tenant_id, object, object_id, employee_id, power, created_at, added_by) select "
            ":tenant, 'customer', c.id, e.id, case when c.n % 3 = 0 then 'write' else 'read' end, :now, c.owner_id "
            "from (select id, owner_id, row_number() over (order by no desc) as n from customer where tenant_id = "
            ":tenant and owner_id is not null and deal_status = 'closed' order by no desc limit 30) c join (select "
            "e.id, row_number() over (order by e.user_id) as n from employee e where e.tenant_id = :tenant and "
            "e.position = '客户经理') e on e.n = 1 + c.n % 3 where e.id <> c.owner_id");
    }

    // What superiors and colleagues say below the latest follow-ups.
    void comments() {
        run("insert into followup_comment (tenant_id, followup_id, content, author_id, created_at) select :tenant, "
            "f.id, (array['预算批下来了及时说，我陪你去一趟', '这家的对比表上周做过一份，去文件里找', "
            "'付款方式守住三四三', "
            "'样机的反馈记得抄送研发'])[1 + f.n::integer % 4], e.superior_id, least(:now, f.followed_at + interval '2 "
            "hours') from (select id, author_id, followed_at, row_number() over (order by followed_at desc, id) as n "
            "from followup where tenant_id = :tenant and target_type = 'customer' order by followed_at desc, id limit "
            "120) f join employee e on e.tenant_id = :tenant and e.id = f.author_id and e.superior_id is not null "
            "where f.n % 4 = 0");
    }

    void favourites() {
        run("insert into favourite (tenant_id, employee_id, object, object_id, created_at) select :tenant, e.id, "
            "'customer', c.id, :now from employee e join lateral (select id from customer where tenant_id = :tenant "
            "and owner_id is not null and level = '重点' order by no limit 6) c on true where e.tenant_id = :tenant "
            "and e.superior_id is null");
    }

    void caps() {
        run("insert into holding_cap (tenant_id, object, department_id, cap, created_at, updated_at) select :tenant, "
            "x.object, d.id, x.cap, :now, :now from (values ('customer', '苏州销售部', 120), ('customer', "
            "'天津销售部', 100), ('lead', '销售中心', 300)) x(object, name, cap) join department d on d.tenant_id = "
            ":tenant and d.name = x.name");
        run("insert into holding_cap (tenant_id, object, employee_id, cap, created_at, updated_at) select :tenant, "
            "'customer', e.id, 300, :now, :now from employee e where e.tenant_id = :tenant and e.position = "
            "'销售代表' order by e.user_id limit 1");
    }

    // Those who serve customers after the sale see whom they serve.
    void share() {
        run("insert into share_rule (tenant_id, objects, source_type, source_department_id, target_type, "
            "target_department_id, power, conditions, created_at, updated_at) select :tenant, '{customer,order}', "
            "'department', s.id, 'department', t.id, 'read', '[]', :now, :now from department s join department t on "
            "t.tenant_id = :tenant and t.name = '客户服务部' where s.tenant_id = :tenant and s.name = '上海销售部'");
    }

    // Customers who have somebody with the telephone of another company, and a lead of a company that is known.
    void pairs() {
        run("with chosen as (select id, mobile, row_number() over (order by no) as n from (select id, no, mobile from "
            "customer where tenant_id = :tenant and owner_id is not null and mobile is not null order by no desc limit "
            "10) c), pair as (select a.id as other, a.mobile, b.id as customer from chosen a join chosen b on b.n = "
            "a.n + "
            "1 where a.n % 2 = 1), told as (update contact t set mobile = p.mobile from "
            "pair p where t.tenant_id = :tenant and t.customer_id = p.customer and not t.is_primary and t.id = (select "
            "min(m.id) from contact m where m.tenant_id = :tenant and m.customer_id = p.customer and not "
            "m.is_primary) returning t.customer_id) insert into duplicate_pair (tenant_id, first_id, second_id, "
            "reasons, score, found_at) select :tenant, least(p.other, p.customer), greatest(p.other, p.customer), "
            "'{contact}', 60, :now from pair p where p.customer in (select customer_id from told)");
    }

    void recycle_bin() {
        run("update contact t set deleted_at = :now::timestamptz - n.place * interval '29 hours', deleted_by = "
            "n.owner_id from (select x.id, c.owner_id, row_number() over (order by x.id) as place from contact x join "
            "customer c on c.tenant_id = :tenant and c.id = x.customer_id and c.owner_id is not null where "
            "x.tenant_id = :tenant and not x.is_primary and not exists (select 1 from opportunity_contact o where "
            "o.tenant_id = :tenant and o.contact_id = x.id) and not exists (select 1 from sales_order o where "
            "o.tenant_id = :tenant and o.contact_id = x.id) and not exists (select 1 from quote q where q.tenant_id = "
            ":tenant and q.contact_id = x.id) order by x.id limit 4) n where t.tenant_id = :tenant and t.id = n.id");
    }

    // A list of an exhibition, of which two lines were wrong.
    void import() {
        run("with job as (insert into import_job (tenant_id, object, file_name, fingerprint, state, headers, mapping, "
            "row_count, position, created_count, failed_count, employee_id, channel, created_at, updated_at, "
            "created_by, finished_at) select :tenant, 'lead', '工业博览会名单.xlsx', 'demo', 'done', array['姓名', "
            "'公司', '手机', '来源'], array['name', 'company', 'mobile', 'source'], 20, 20, 18, 2, e.id, 'page', "
            ":now::timestamptz - interval '12 days', :now::timestamptz - interval '12 days', e.id, :now::timestamptz - "
            "interval '12 days' from employee e where e.tenant_id = :tenant and e.superior_id is null limit 1 "
            "returning id) insert into import_row (tenant_id, job_id, position, number, cells, action, message, "
            "record_id) select :tenant, job.id, l.n, l.n + 1, array[l.name, l.company, case when l.n in (7, 15) then "
            "'1390001' else l.mobile end, '展会'], case when l.n in (7, 15) then 'error' else 'create' end, case when "
            "l.n in (7, 15) then '手机：应为 11 位手机号' else '' end, case when l.n not in (7, 15) then l.id end from "
            "job, (select id, name, company, coalesce(mobile, '') as mobile, row_number() over (order by no) as n from "
            "lead where tenant_id = :tenant and source = '展会' and deleted_at is null order by no limit 20) l");
    }

    // As the operations would have written it: who entered, followed and ordered in the last weeks.
    void log() {
        run("insert into audit_log (tenant_id, at, actor_id, via, object, object_id, action, before, after) select "
            ":tenant, x.at, x.who, (array['chat', 'page', 'chat'])[1 + (x.n % 3)::integer], x.object, x.id, x.action, "
            "x.before, x.after from (select * from (select created_at as at, owner_id as who, 'customer' as object, "
            "id, 'customer.create' as action, null::jsonb as before, jsonb_build_object('no', no, 'name', name, "
            "'level', level, 'source', source) as after, row_number() over (order by no) as n from customer where "
            "tenant_id = :tenant and owner_id is not null order by created_at desc limit 60) c union all select * from "
            "(select updated_at, owner_id, 'opportunity', id, 'opportunity.change', jsonb_build_object('amount_fen', "
            "amount_fen * 9 / 10), jsonb_build_object('amount_fen', amount_fen), row_number() over (order by no) from "
            "opportunity where tenant_id = :tenant and updated_at <= :now order by updated_at desc limit 60) o union "
            "all select * from (select created_at, owner_id, 'order', id, 'order.create', null::jsonb, "
            "jsonb_build_object('no', no, 'name', name, 'amount_fen', amount_fen), row_number() over (order by no) "
            "from sales_order where tenant_id = :tenant order by created_at desc limit 40) s) x");
    }

    database::Session& sql_;
    database::Params params_;
    TenantId tenant_;
    std::size_t every_;
    Instant now_;
};

}  // namespace

void insert_details(database::Session& sql, TenantId tenant, std::size_t every, Instant now) {
    Details{sql, tenant, every, now}.write();
}

}  // namespace wescrm::demo
