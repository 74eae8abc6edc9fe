-- Leads: who may become a customer. Their pool, clocks and owners are those of high seas (0260).

create table lead (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,
    name                text        not null,               -- the person, or the company
    company             text        not null default '',
    company_core        text        not null default '',
    search_keys         text        not null default '',
    mobile              text,                               -- normalised
    phone               text        not null default '',
    wechat              text        not null default '',
    email               text        not null default '',
    position            text        not null default '',
    province            text        not null default '',
    city                text        not null default '',
    address             text        not null default '',
    source              text        not null default '',
    channel             text        not null default '',    -- QR code, form, campaign, …
    level               text        not null default '',
    intended            text        not null default '',    -- products of interest
    remark              text        not null default '',
    status              text        not null default 'pending' check (status in ('unassigned', 'pending', 'following', 'converted', 'invalid', 'void')),
    invalid_reason      text        not null default '',
    owner_id            bigint,
    high_sea_id         bigint,
    acquired_kind       text        not null default 'create' check (acquired_kind in ('create', 'claim', 'assign', 'transfer')),
    acquired_at         timestamptz not null,
    recycle_due_at      timestamptz,
    last_follow_at      timestamptz,
    next_contact_at     timestamptz,
    pool_entered_at     timestamptz,
    pool_entry          text check (pool_entry in ('create', 'return', 'recall', 'recycle', 'import', 'move')),
    pool_reason         text        not null default '',
    pool_entries        integer     not null default 0,
    former_owner_id     bigint,
    recycle_rule_id     bigint,
    recycle_high_sea_id bigint,
    recycle_floor_at    timestamptz,
    recycle_extra_days  integer     not null default 0,
    protected_until     timestamptz,
    assign_rule_id      bigint,                             -- which rule gave it to its owner
    assign_reason       text        not null default '',
    customer_id         bigint,
    contact_id          bigint,
    opportunity_id      bigint,
    converted_at        timestamptz,
    converted_by        bigint,
    converted_kind      text check (converted_kind in ('new', 'existing')),
    custom              jsonb       not null default '{}',
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    deleted_at          timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, high_sea_id) references high_sea (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check ((status = 'unassigned') = (high_sea_id is not null and owner_id is null) or status in ('void', 'invalid')),
    check (owner_id is null or high_sea_id is null)
);
create index lead_owner on lead (tenant_id, owner_id, updated_at desc, id) where deleted_at is null;
create index lead_updated on lead (tenant_id, updated_at desc, id) where deleted_at is null;
create index lead_created on lead (tenant_id, created_at desc, id) where deleted_at is null;
create index lead_next_contact on lead (tenant_id, owner_id, next_contact_at) where next_contact_at is not null and deleted_at is null;
create index lead_recycle_due on lead (tenant_id, recycle_due_at, id) where recycle_due_at is not null and deleted_at is null;
create index lead_pool on lead (tenant_id, high_sea_id, pool_entered_at desc, id) where high_sea_id is not null and deleted_at is null;
create index lead_customer on lead (tenant_id, customer_id) where customer_id is not null;
create index lead_mobile on lead (tenant_id, mobile) where mobile is not null;
create index lead_company on lead (tenant_id, company_core) where company_core <> '';
select protect_by_tenant('lead');

-- As customer_word.
create table lead_word (
    tenant_id bigint not null,
    word      text   collate "C" not null,
    lead_id   bigint not null,
    primary key (tenant_id, word, lead_id)
);
create index lead_word_lead on lead_word (tenant_id, lead_id);
select protect_by_tenant('lead_word');
