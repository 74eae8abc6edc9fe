-- Companies that register themselves, what they pay for, and how they are linked with their WeCom.

alter table tenant alter column corp_id drop not null;           -- null: registered, the corp id is not proven yet
alter table tenant add column registrant_hash bytea unique;      -- SHA-256 of the phone number of whoever registered it
alter table tenant add column plan text not null default 'full' check (plan in ('trial', 'full'));
alter table tenant add column valid_until timestamptz;           -- afterwards it can only be read; null: without end
-- WeCom's proof of a domain, WW_verify_….txt, served at the root of ours.
alter table tenant add column domain_file text check (domain_file ~ '^WW_verify_[0-9A-Za-z]{1,64}\.txt$');
alter table tenant add column domain_file_content text;
create index tenant_domain_file on tenant (domain_file) where domain_file is not null;

-- A way in for the first administrator until his company is linked. The code is shown once; used once.
create table setup_link (
    tenant_id   bigint      not null references tenant (id),
    code_hash   bytea       not null,                   -- SHA-256
    employee_id bigint      not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    primary key (tenant_id, code_hash),
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
select protect_by_tenant('setup_link');

alter table signin_log drop constraint signin_log_kind_check;
alter table signin_log add constraint signin_log_kind_check check (kind in ('webview', 'qr', 'signout', 'setup'));

-- What an administrator has entered but WeCom has not confirmed yet: only a secret that works for the corp id makes it the
-- company's own (table wecom_app). Sealed with "wecom_draft:<tenant>:<kind>:<column>" as context.
create table wecom_draft (
    tenant_id      bigint      not null references tenant (id),
    kind           text        not null check (kind in ('app', 'contacts', 'external')),
    corp_id        text        not null default '',
    agent_id       bigint      not null default 0,
    secret_sealed  bytea,
    token_sealed   bytea       not null,                -- made by us, for pasting into WeCom's console
    aes_key_sealed bytea       not null,
    checks         jsonb       not null default '{}',   -- step → {ok, errcode, detail, at}
    updated_at     timestamptz not null,
    primary key (tenant_id, kind)
);
select protect_by_tenant('wecom_draft');

alter table wecom_app add column own_keys boolean not null default false;  -- we made the callback keys: shown until they are pasted
alter table wecom_app add column verified_at timestamptz;        -- WeCom has checked the callback address with the current keys

-- Logos; every node serves them from here.
create table company_file (
    tenant_id    bigint      not null references tenant (id),
    kind         text        not null check (kind in ('logo')),
    digest       text        not null,                  -- of the content; stands in the address
    content_type text        not null,
    content      bytea       not null,
    created_at   timestamptz not null,
    primary key (tenant_id, kind)
);
select protect_by_tenant('company_file');
