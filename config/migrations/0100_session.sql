-- Signing in to pages: sessions, sign-ins under way, and the log of both.

create table session (
    tenant_id       bigint      not null references tenant (id),
    id              bigint      not null default new_id(),
    employee_id     bigint      not null,
    token_hash      bytea       not null,               -- SHA-256; the token stands in the cookie only
    csrf            text        not null,               -- goes along with forms
    auth_generation bigint      not null,               -- of the employee when he signed in; a higher one ends the session
    created_at      timestamptz not null,
    seen_at         timestamptz not null,
    ended_at        timestamptz,
    address         text        not null default '',
    agent           text        not null default '',
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index session_employee on session (tenant_id, employee_id) where ended_at is null;
create index session_seen on session (tenant_id, seen_at);
select protect_by_tenant('session');

create table signin (
    tenant_id  bigint      not null references tenant (id),
    state_hash bytea       not null,                    -- SHA-256 of the random state, which also stands in a cookie
    target     text        not null,                    -- the page that was asked for
    created_at timestamptz not null,
    used_at    timestamptz,
    primary key (tenant_id, state_hash)
);
create index signin_created on signin (tenant_id, created_at);
select protect_by_tenant('signin');

create table signin_log (
    tenant_id   bigint      not null references tenant (id),
    id          bigint      not null default new_id(),
    at          timestamptz not null,
    employee_id bigint,                                 -- null: nobody we know
    user_id     text        not null default '',
    kind        text        not null check (kind in ('webview', 'qr', 'signout')),
    result      text        not null,                   -- ok, unknown, disabled, outsider, state, code
    address     text        not null default '',
    agent       text        not null default '',
    primary key (tenant_id, id),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index signin_log_at on signin_log (tenant_id, at desc, id desc);
select protect_by_tenant('signin_log');
