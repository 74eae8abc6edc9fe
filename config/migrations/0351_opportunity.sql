-- Opportunities, what belongs to them, and the history of their stages.

create table opportunity (
    tenant_id           bigint      not null,
    id                  bigint      not null default new_id(),
    no                  text        not null,
    name                text        not null,
    customer_id         bigint      not null,
    contact_id          bigint,
    owner_id            bigint      not null,
    owner_department_id bigint,                                 -- the owner's when he became it
    process_id          bigint      not null,
    stage_id            bigint      not null,
    stage_entered_at    timestamptz not null,
    last_open_stage_id  bigint,                                 -- of a closed one: where it goes when it is reopened
    status              text        not null default 'open' check (status in ('open', 'won', 'lost', 'invalid')),
    amount_fen          bigint      not null default 0 check (amount_fen >= 0),
    is_amount_typed     boolean     not null default true,      -- else the sum of its lines
    probability         integer     not null check (probability between 0 and 100),
    is_probability_typed boolean    not null default false,     -- else the stage's
    expected_close_date date,
    closed_on           date,
    closed_at           timestamptz,
    lost_reason         text        not null default '',
    source              text        not null default '',
    competitor          text        not null default '',
    remark              text        not null default '',
    main_lead_id        bigint,
    last_follow_at      timestamptz,
    next_contact_at     timestamptz,
    custom              jsonb       not null default '{}',
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    deleted_at          timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, process_id) references sales_process (tenant_id, id),
    foreign key (tenant_id, stage_id) references sales_stage (tenant_id, id)
);
create index opportunity_owner on opportunity (tenant_id, owner_id, updated_at desc, id) where deleted_at is null;
create index opportunity_updated on opportunity (tenant_id, updated_at desc, id) where deleted_at is null;
create index opportunity_created on opportunity (tenant_id, created_at desc, id) where deleted_at is null;
create index opportunity_customer on opportunity (tenant_id, customer_id) where deleted_at is null;
create index opportunity_stage on opportunity (tenant_id, stage_id, owner_id) where deleted_at is null;
create index opportunity_expected on opportunity (tenant_id, expected_close_date) where status = 'open' and deleted_at is null;
create index opportunity_closed on opportunity (tenant_id, closed_at) where closed_at is not null and deleted_at is null;
create index opportunity_lead_main on opportunity (tenant_id, main_lead_id) where main_lead_id is not null;
select protect_by_tenant('opportunity');

create table opportunity_lead (
    tenant_id      bigint not null,
    opportunity_id bigint not null,
    lead_id        bigint not null,
    primary key (tenant_id, opportunity_id, lead_id),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id)
);
select protect_by_tenant('opportunity_lead');

create table opportunity_contact (
    tenant_id      bigint not null,
    opportunity_id bigint not null,
    contact_id     bigint not null,
    role           text   not null default 'other' check (role in ('decider', 'influencer', 'user', 'opponent', 'other')),
    primary key (tenant_id, opportunity_id, contact_id),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id)
);
select protect_by_tenant('opportunity_contact');

create table opportunity_line (
    tenant_id      bigint  not null,
    opportunity_id bigint  not null,
    position       integer not null,
    product_id     bigint,
    name           text    not null,
    price_fen      bigint  not null check (price_fen >= 0),
    quantity_milli bigint  not null check (quantity_milli > 0),
    discount_bp    integer not null default 0 check (discount_bp between 0 and 10000), -- taken off
    subtotal_fen   bigint  not null,
    primary key (tenant_id, opportunity_id, position),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id)
);
create index opportunity_line_product on opportunity_line (tenant_id, product_id) where product_id is not null;
select protect_by_tenant('opportunity_line');

-- Append-only: each time an opportunity came into a stage.
create table stage_history (
    tenant_id           bigint      not null,
    id                  bigint      not null default new_id(),
    opportunity_id      bigint      not null,
    process_id          bigint      not null,
    from_stage_id       bigint,
    to_stage_id         bigint      not null,
    at                  timestamptz not null,
    actor_id            bigint,
    channel             text        not null,
    seconds             bigint      not null default 0,         -- spent in the former stage
    amount_fen          bigint      not null,                   -- at that instant
    expected_close_date date,
    reason              text        not null default '',
    primary key (tenant_id, id),
    foreign key (tenant_id, opportunity_id) references opportunity (tenant_id, id)
);
create index stage_history_opportunity on stage_history (tenant_id, opportunity_id, at);
create index stage_history_to on stage_history (tenant_id, to_stage_id, at);
select protect_by_tenant('stage_history');
create trigger stage_history_append_only before update or delete on stage_history for each row execute function refuse_change();
