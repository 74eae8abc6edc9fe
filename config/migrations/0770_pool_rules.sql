-- Rules that ask for a number of follow-ups; whether and how often more time may be asked for, by pool; records on which somebody's consent is
-- outstanding stay.

alter table high_sea_rule drop constraint high_sea_rule_kind_check;
alter table high_sea_rule
    add constraint high_sea_rule_kind_check
        check (kind in ('no_follow', 'no_deal', 'no_opportunity', 'first_follow', 'contract_end', 'follow_count')),
    add column times integer not null default 1 check (times between 1 and 100);

alter table high_sea
    add column may_extend boolean not null default true,
    add column extension_days integer not null default 90 check (extension_days between 1 and 365),
    add column extension_times integer not null default 2 check (extension_times between 1 and 20);

-- Rules that nobody switched on yet are as they were shipped.
do
$$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        update high_sea_rule r set exempt = r.exempt || '{in_approval}'::text[] from high_sea h
        where r.tenant_id = company and h.tenant_id = company and h.id = r.high_sea_id and h.object = 'customer' and not r.enabled
          and r.exempt = '{closed}';
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;

create or replace function add_first_high_seas(company bigint) returns void language sql as
$$
    insert into high_sea (tenant_id, object, name, is_open, position, claim_daily_limit, holding_cap, cooldown_days)
    values (company, 'customer', '客户公海', true, 100, 20, 200, 7), (company, 'lead', '线索池', true, 100, 20, 200, 7);
    -- A lead that nobody contacts: its owner hears after a day, his superior too after three, after seven it goes back.
    insert into high_sea_rule (tenant_id, high_sea_id, kind, enabled, days, warn_days, superior_step, exempt, position)
    select company, h.id, r.kind, false, r.days, r.warn, r.superior, r.exempt, r.position from high_sea h
    join (values ('customer', 'no_follow', 30, '{7,3,1}'::integer[], null::integer, '{closed,in_approval}'::text[], 0),
                 ('customer', 'no_deal', 90, '{7,3,1}', null, '{closed,in_approval}', 1),
                 ('lead', 'first_follow', 7, '{6,4,1}', 4, '{}', 0),
                 ('lead', 'no_follow', 30, '{7,3,1}', null, '{}', 1))
        r (object, kind, days, warn, superior, exempt, position) on r.object = h.object
    where h.tenant_id = company;
$$;
