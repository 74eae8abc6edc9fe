-- Customers, contacts, follow-ups, and the log of who owned what.

-- Running numbers per company and kind, e.g. the customers of 2026.
create table counter (
    tenant_id bigint not null references tenant (id),
    name      text   not null,
    value     bigint not null,
    primary key (tenant_id, name)
);
select protect_by_tenant('counter');

create table customer (
    tenant_id       bigint      not null references tenant (id),
    id              bigint      not null default new_id(),
    no              text        not null,
    name            text        not null,
    short_name      text        not null default '',
    name_core       text        not null,               -- without place, legal suffix, punctuation: the duplicate key
    search_keys     text        not null default '',    -- lower case: name, short name, number, pinyin, initials
    level           text        not null default '',
    industry        text        not null default '',
    source          text        not null default '',
    mobile          text,                               -- normalised
    address         text        not null default '',
    remark          text        not null default '',
    owner_id        bigint,
    high_sea_id     bigint,
    deal_status     text        not null default 'open' check (deal_status in ('open', 'closed')),
    acquired_kind   text        not null default 'create' check (acquired_kind in ('create', 'claim', 'assign', 'transfer')),
    acquired_at     timestamptz not null,
    recycle_due_at  timestamptz,
    last_follow_at  timestamptz,
    next_contact_at timestamptz,
    custom          jsonb       not null default '{}',
    version         bigint      not null default 1,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    created_by      bigint,
    deleted_at      timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index customer_owner on customer (tenant_id, owner_id, updated_at desc, id) where deleted_at is null;
create index customer_updated on customer (tenant_id, updated_at desc, id) where deleted_at is null;
create index customer_created on customer (tenant_id, created_at desc, id) where deleted_at is null;
create index customer_next_contact on customer (tenant_id, owner_id, next_contact_at) where next_contact_at is not null and deleted_at is null;
select protect_by_tenant('customer');

-- What makes two records the same; unique, so that two who create at once cannot both win.
create table duplicate_key (
    tenant_id bigint not null,
    object    text   not null,
    kind      text   not null,                          -- name_core, mobile
    value     text   not null,
    object_id bigint not null,
    primary key (tenant_id, object, kind, value)
);
create index duplicate_key_object on duplicate_key (tenant_id, object, object_id);
select protect_by_tenant('duplicate_key');

create table contact (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    customer_id bigint      not null,
    name        text        collate "C" not null,
    mobile      text,
    position    text        not null default '',
    is_primary  boolean     not null default false,
    remark      text        not null default '',
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    created_by  bigint,
    deleted_at  timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index contact_customer on contact (tenant_id, customer_id);
create index contact_name on contact (tenant_id, name);
create index contact_mobile on contact (tenant_id, mobile) where mobile is not null;
select protect_by_tenant('contact');

create table followup (
    tenant_id       bigint      not null,
    id              bigint      not null default new_id(),
    target_type     text        not null check (target_type in ('lead', 'customer', 'contact', 'opportunity', 'order')),
    target_id       bigint      not null,
    customer_id     bigint,
    content         text        not null,
    method          text        not null default 'other' check (method in ('call', 'visit', 'wechat', 'email', 'meeting', 'other')),
    author_id       bigint      not null,
    followed_at     timestamptz not null,
    next_contact_at timestamptz,
    version         bigint      not null default 1,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    created_by      bigint,
    deleted_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, author_id) references employee (tenant_id, id)
);
create index followup_target on followup (tenant_id, target_type, target_id, followed_at desc, id);
create index followup_customer on followup (tenant_id, customer_id, followed_at desc, id);
create index followup_author on followup (tenant_id, author_id, followed_at desc, id);
select protect_by_tenant('followup');

create table team_member (
    tenant_id   bigint      not null,
    object      text        not null,
    object_id   bigint      not null,
    employee_id bigint      not null,
    power       text        not null check (power in ('read', 'write')),
    expires_at  timestamptz,
    children    text[]      not null default '{}',
    created_at  timestamptz not null default now(),
    primary key (tenant_id, object, object_id, employee_id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index team_member_employee on team_member (tenant_id, employee_id, object);
select protect_by_tenant('team_member');

-- Append-only: created, claimed, assigned, transferred, returned, recycled, …
create table ownership_event (
    tenant_id          bigint      not null,
    id                 bigint      not null default new_id(),
    object             text        not null,
    object_id          bigint      not null,
    kind               text        not null,
    from_id            bigint,
    to_id              bigint,
    from_department_id bigint,
    to_department_id   bigint,
    high_sea_id        bigint,
    actor_id           bigint,
    channel            text        not null,
    rule_id            bigint,
    reason             text        not null default '',
    at                 timestamptz not null,
    primary key (tenant_id, id)
);
create index ownership_event_object on ownership_event (tenant_id, object, object_id, at);
create index ownership_event_to on ownership_event (tenant_id, to_id, at);
select protect_by_tenant('ownership_event');
create trigger ownership_event_append_only before update or delete on ownership_event for each row execute function refuse_change();

-- What was written in a chat and may be taken back within a day.
create table undo_entry (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    employee_id bigint      not null,
    at          timestamptz not null,
    object      text        not null,
    object_id   bigint      not null,
    action      text        not null check (action in ('create', 'change')),
    version     bigint      not null,
    label       text        not null,
    before      jsonb       not null default '{}',
    undone_at   timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index undo_entry_recent on undo_entry (tenant_id, employee_id, at);
select protect_by_tenant('undo_entry');

-- By what a customer is found: its whole names (=), pairs of their characters, pinyin and initials (~), phones and their ends (#). A plain table,
-- because an index over an expression cannot be used below row-level security (its operators are not leakproof).
create table customer_word (
    tenant_id   bigint not null,
    word        text   collate "C" not null,
    customer_id bigint not null,
    primary key (tenant_id, word, customer_id)
);
create index customer_word_customer on customer_word (tenant_id, customer_id);
select protect_by_tenant('customer_word');
