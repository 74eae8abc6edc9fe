-- How promising a lead is: points by rules that administrators write, kept with the lead and why.

create table lead_score_rule (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    name       text        not null check (name <> ''),
    position   integer     not null default 0,
    enabled    boolean     not null default true,
    fact       text        not null,
    test       text        not null check (test in ('is', 'contains', 'known', 'at_least')),
    words      text[]      not null default '{}',  -- of is and contains: any of them
    least      integer,                            -- of at_least
    points     integer     not null check (points between -100 and 100 and points <> 0),
    version    bigint      not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by bigint,
    primary key (tenant_id, id)
);
create unique index lead_score_rule_name on lead_score_rule (tenant_id, name);
select protect_by_tenant('lead_score_rule');

alter table lead
    add column score         integer not null default 0 check (score between 0 and 100),
    add column score_reasons jsonb   not null default '[]';  -- [{"name", "points"}], the rules that matched
create index lead_score on lead (tenant_id, score desc, id) where deleted_at is null;

-- What a company begins with.
create function add_first_lead_scores(company bigint) returns void language sql as
$$
    insert into lead_score_rule (tenant_id, name, position, fact, test, words, least, points)
    select company, r.name, r.position, r.fact, r.test, r.words, r.least, r.points
    from (values ('留有手机', 0, 'mobile', 'known', '{}'::text[], null::integer, 20),
                 ('留有公司名称', 1, 'company', 'known', '{}', null, 10),
                 ('留有微信或邮箱', 2, 'wechat_or_email', 'known', '{}', null, 5),
                 ('有意向产品', 3, 'intended', 'known', '{}', null, 15),
                 ('转介绍而来', 4, 'source', 'contains', '{转介绍,介绍}', null, 20),
                 ('对方是负责人', 5, 'position', 'contains', '{总,经理,主任,厂长,负责人}', null, 15),
                 ('跟进过', 6, 'followups', 'at_least', '{}', 1, 5),
                 ('跟进三次以上', 7, 'followups', 'at_least', '{}', 3, 10),
                 ('约好了下次联系', 8, 'next_contact_at', 'known', '{}', null, 10))
        r (name, position, fact, test, words, least, points);
$$;
create function on_new_company_scores() returns trigger language plpgsql as
$$
declare
    before text := current_setting('app.tenant', true);
begin
    perform set_config('app.tenant', new.id::text, true);
    perform add_first_lead_scores(new.id);
    perform set_config('app.tenant', coalesce(before, ''), true);
    return null;
end
$$;
create trigger tenant_first_lead_scores after insert on tenant for each row execute function on_new_company_scores();
do $$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        perform add_first_lead_scores(company);
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
