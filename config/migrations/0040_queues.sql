-- What came in, what must go out, what must happen at an instant, and who works on it. Worked across companies by bucket.

create table node (
    id         bigint      not null primary key,
    started_at timestamptz not null default now(),
    heartbeat  timestamptz not null default now(),
    build      text        not null default '',
    draining   boolean     not null default false
);
create table work_bucket (
    bucket      smallint    not null primary key,
    owner       bigint,
    epoch       bigint      not null default 0,
    lease_until timestamptz
);
insert into work_bucket (bucket) select generate_series(0, 255);

create table inbox (
    tenant_id   bigint      not null,
    msg_day     date        not null,                   -- UTC day of the message's own creation
    dedupe_key  bytea       not null,
    id          bigint      not null generated always as identity,
    channel     smallint    not null,                   -- 1 app 2 contacts 3 external
    agent_id    bigint      not null default 0,
    bucket      smallint    not null,                   -- tenant_id % 256
    lane        bigint      not null,                   -- hash of company and actor or entity
    kind        text        not null,
    received_at timestamptz not null,
    body        bytea       not null,                   -- sealed
    state       smallint    not null default 0,         -- 0 ready 1 running 2 done 3 retry 4 dead 5 ignored
    run_at      timestamptz not null,
    attempts    smallint    not null default 0,
    claim       bigint      not null default 0,         -- fencing token
    lease_until timestamptz,
    claimed_by  bigint,
    last_error  text,
    done_at     timestamptz,
    primary key (tenant_id, msg_day, dedupe_key)
) partition by range (msg_day);
create table inbox_default partition of inbox default;
do $$
declare
    day date;
begin
    -- The first two weeks; the server makes the following ones ahead of time.
    for day in select d::date from generate_series(current_date - 3, current_date + 14, interval '1 day') as d loop
        execute format('create table %I partition of inbox for values from (%L) to (%L)', 'inbox_' || to_char(day, 'YYYYMMDD'), day, day + 1);
        perform protect_queue(format('%I', 'inbox_' || to_char(day, 'YYYYMMDD'))::regclass);
    end loop;
end
$$;
create index inbox_ready on inbox (bucket, run_at, id) where state in (0, 3);
create index inbox_lease on inbox (bucket, lease_until) where state = 1;
create index inbox_seen on inbox (tenant_id, id);
select protect_queue('inbox');
select protect_queue('inbox_default');

-- A message that WeCom repeats with the same MsgId is the same message, whatever else differs.
create table inbox_message (
    tenant_id bigint   not null,
    agent_id  bigint   not null,
    msg_id    text     not null,
    msg_day   date     not null,
    primary key (tenant_id, agent_id, msg_id)
);
select protect_queue('inbox_message');

create table outbox (
    tenant_id     bigint      not null,
    id            bigint      not null generated always as identity,
    bucket        smallint    not null,
    app_id        bigint      not null,
    effect_key    text        not null,
    endpoint      text        not null default 'message/send',
    recipient     text        not null,                 -- userid
    employee_id   bigint,
    kind          text        not null default '',      -- the template
    lane          bigint      not null,
    priority      smallint    not null,
    body          bytea       not null,                 -- the exact JSON bytes, rendered once
    created_at    timestamptz not null,
    not_before    timestamptz not null,
    expires_at    timestamptz not null,
    state         smallint    not null default 0,       -- 0 ready 1 sending 2 sent 3 retry 4 dead 5 expired 6 cancelled 7 uncertain 8 held
    attempts      smallint    not null default 0,
    claim         bigint      not null default 0,
    lease_until   timestamptz,
    claimed_by    bigint,
    first_try_at  timestamptz,
    sent_at       timestamptz,
    errcode       integer,
    errmsg        text,
    wecom_msgid   text,
    response_code text,
    source_kind   text        not null default '',
    source_id     bigint      not null default 0,
    primary key (tenant_id, id),
    unique (tenant_id, effect_key)
);
create index outbox_ready on outbox (bucket, priority, not_before, id) where state in (0, 3);
create index outbox_held on outbox (bucket, tenant_id, app_id) where state = 8;
create index outbox_lease on outbox (bucket, lease_until) where state = 1;
create index outbox_source on outbox (tenant_id, source_kind, source_id);
create index outbox_recent on outbox (tenant_id, app_id, recipient, sent_at) where state = 2;
create index outbox_sent on outbox (bucket, sent_at) where state = 2;
select protect_queue('outbox');

create table timer (
    tenant_id  bigint      not null,
    id         bigint      not null generated always as identity,
    bucket     smallint    not null,
    kind       text        not null,
    ref_kind   text        not null,
    ref_id     bigint      not null,
    due_at     timestamptz not null,
    occurrence integer     not null default 0,
    time_zone  text        not null,
    grace      interval    not null,
    state      smallint    not null default 0,          -- 0 waiting 1 fired 2 cancelled 4 dead
    attempts   smallint    not null default 0,
    last_error text,
    primary key (tenant_id, id),
    unique (tenant_id, kind, ref_kind, ref_id, occurrence)
);
create index timer_due on timer (bucket, due_at) where state = 0;
select protect_queue('timer');

-- The credentials of a company's app, contacts and customer-contact interfaces. Secrets are sealed under the master key with
-- "wecom_app:<tenant>:<kind>:<agent>:<column>" as context.
create table wecom_app (
    tenant_id        bigint      not null references tenant (id),
    id               bigint      not null default new_id(),
    kind             text        not null check (kind in ('app', 'contacts', 'external')),
    agent_id         bigint      not null default 0,
    secret_sealed    bytea       not null,
    token_sealed     bytea       not null,
    aes_key_sealed   bytea       not null,
    old_token_sealed bytea,                             -- still accepted until old_until after a rotation
    old_aes_key_sealed bytea,
    old_until        timestamptz,
    menu_digest      text,                              -- SHA-256 of the custom menu that WeCom has of us
    version          bigint      not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, kind, agent_id)
);
select protect_queue('wecom_app');

create table wecom_credential (
    tenant_id        bigint      not null,
    app_id           bigint      not null,
    kind             smallint    not null,              -- 1 access token 2 jsapi ticket 3 agent ticket
    value_sealed     bytea,
    generation       bigint      not null default 0,
    fetched_at       timestamptz,
    expires_at       timestamptz,
    refreshing_by    bigint,
    refreshing_until timestamptz,
    failures         integer     not null default 0,
    blocked_until    timestamptz,
    primary key (tenant_id, app_id, kind)
);
select protect_queue('wecom_credential');

-- What was uploaded to WeCom, by content: a media id lives 3 days and is uploaded again when it is 2.5 days old.
create table media (
    tenant_id   bigint      not null,
    app_id      bigint      not null,
    sha256      bytea       not null,
    kind        text        not null,                   -- image, voice, video, file
    media_id    text        not null,
    uploaded_at timestamptz not null,
    primary key (tenant_id, app_id, sha256, kind)
);
select protect_queue('media');

-- Queue tables change all the time: vacuum them after a fixed number of changes, at full speed.
alter table inbox_default set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
alter table timer set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
