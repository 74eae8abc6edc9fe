-- Tags come in groups, which say for what they are, whether a record has one or several of them, and what colour they have; leads,
-- contacts and opportunities are tagged as customers are.

create table tag_group (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    name       text        not null,
    objects    text[]      not null default '{customer,lead,contact,opportunity}',
    is_single  boolean     not null default false,  -- a record has at most one tag of it
    colour     text        not null default 'grey',
    position   integer     not null default 0,
    owner_id   bigint,                              -- null: the company's; else only this person sees and uses it
    is_default boolean     not null default false,  -- where tags go that are made without a group
    version    bigint      not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    constraint tag_group_name unique nulls not distinct (tenant_id, owner_id, name),
    check (cardinality(objects) > 0 and objects <@ array['customer', 'lead', 'contact', 'opportunity']),
    check (colour in ('grey', 'blue', 'green', 'orange', 'red', 'violet')),
    check (not is_default or owner_id is null)
);
create unique index tag_group_default on tag_group (tenant_id) where is_default;
select protect_by_tenant('tag_group');

alter table tag
    add column group_id bigint,
    add column owner_id bigint,                         -- that of its group
    add column position integer not null default 0,
    add column colour   text    not null default '' check (colour in ('', 'grey', 'blue', 'green', 'orange', 'red', 'violet')),
    add column disabled boolean not null default false; -- stays where it is, but nobody puts it on

-- The flat tags of before go into a group that may be used everywhere.
do
$$
declare
    this_tenant bigint;
begin
    for this_tenant in select id from tenant loop
        perform set_config('app.tenant', this_tenant::text, true);
        insert into tag_group (tenant_id, name, is_default, created_at, updated_at)
            select this_tenant, '默认分组', true, min(created_at), min(created_at) from tag
            where tenant_id = this_tenant having count(*) > 0;
        update tag t set group_id = g.id, position = n.position from tag_group g, (
                select id, row_number() over (order by created_at, name) as position from tag where tenant_id = this_tenant) n
            where t.tenant_id = this_tenant and g.tenant_id = this_tenant and n.id = t.id;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;

alter table tag alter column group_id set not null;
alter table tag drop constraint tag_tenant_id_name_key;
alter table tag add constraint tag_name unique nulls not distinct (tenant_id, owner_id, name);
alter table tag add foreign key (tenant_id, group_id) references tag_group (tenant_id, id);
alter table tag add foreign key (tenant_id, owner_id) references employee (tenant_id, id);
create index tag_group_id on tag (tenant_id, group_id, position);

create table lead_tag (
    tenant_id  bigint      not null,
    lead_id    bigint      not null,
    tag_id     bigint      not null,
    created_at timestamptz not null,
    primary key (tenant_id, lead_id, tag_id),
    foreign key (tenant_id, lead_id) references lead (tenant_id, id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id)
);
create index lead_tag_tag on lead_tag (tenant_id, tag_id);
select protect_by_tenant('lead_tag');

create table contact_tag (
    tenant_id  bigint      not null,
    contact_id bigint      not null,
    tag_id     bigint      not null,
    created_at timestamptz not null,
    primary key (tenant_id, contact_id, tag_id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id)
);
create index contact_tag_tag on contact_tag (tenant_id, tag_id);
select protect_by_tenant('contact_tag');

create table opportunity_tag (
    tenant_id      bigint      not null,
    opportunity_id bigint      not null,
    tag_id         bigint      not null,
    created_at     timestamptz not null,
    primary key (tenant_id, opportunity_id, tag_id),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id),
    foreign key (tenant_id, tag_id) references tag (tenant_id, id)
);
create index opportunity_tag_tag on opportunity_tag (tenant_id, tag_id);
select protect_by_tenant('opportunity_tag');

-- The tags that a lead brought along to what it became, per kind of record: {"customer": [ids], "contact": [ids]}.
alter table lead_conversion add column carried_tags jsonb not null default '{}';
