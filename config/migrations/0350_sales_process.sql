-- Sales processes with their stages, and what every company starts with.

create table sales_process (
    tenant_id       bigint      not null references tenant (id),
    id              bigint      not null default new_id(),
    name            text        not null,
    is_enabled      boolean     not null default true,
    is_default      boolean     not null default false,
    department_ids  bigint[]    not null default '{}',          -- whose opportunities start in it; empty: nobody's in particular
    roll_back       text        not null default 'with_reason' check (roll_back in ('allowed', 'with_reason', 'forbidden')),
    can_skip        boolean     not null default true,          -- else the exit conditions of skipped stages count too
    can_reopen      boolean     not null default true,
    idle_days       integer     not null default 14,            -- without a follow-up for so long: stalled
    overrun_percent integer     not null default 100,           -- of the days that a stage is expected to take
    version         bigint      not null default 1,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    created_by      bigint,
    deleted_at      timestamptz,
    primary key (tenant_id, id)
);
create unique index sales_process_default on sales_process (tenant_id) where is_default and deleted_at is null;
create unique index sales_process_name on sales_process (tenant_id, name) where deleted_at is null;
select protect_by_tenant('sales_process');

create table sales_stage (
    tenant_id       bigint      not null,
    id              bigint      not null default new_id(),
    process_id      bigint      not null,
    position        integer     not null,
    name            text        not null,
    kind            text        not null check (kind in ('open', 'won', 'lost', 'invalid')),
    probability     integer     not null check (probability between 0 and 100),
    expected_days   integer,
    description     text        not null default '',
    required_fields text[]      not null default '{}',          -- to leave it: these are filled
    min_followups   integer     not null default 0,             -- and so many follow-ups were written in it
    deleted_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, process_id) references sales_process (tenant_id, id)
);
create index sales_stage_process on sales_stage (tenant_id, process_id, position);
select protect_by_tenant('sales_stage');

-- Each state of a process that was ever in force.
create table sales_process_version (
    tenant_id  bigint      not null,
    process_id bigint      not null,
    version    bigint      not null,
    definition jsonb       not null,
    changed_at timestamptz not null,
    changed_by bigint,
    primary key (tenant_id, process_id, version),
    foreign key (tenant_id, process_id) references sales_process (tenant_id, id)
);
select protect_by_tenant('sales_process_version');

create function install_sales_process(company bigint) returns void language plpgsql as
$$
declare
    before  text   default current_setting('app.tenant', true);
    process bigint default new_id();
begin
    perform set_config('app.tenant', company::text, true);
    insert into sales_process (tenant_id, id, name, is_default, created_at, updated_at)
        values (company, process, '标准销售流程', true, now(), now());
    insert into sales_stage (tenant_id, process_id, position, name, kind, probability, expected_days, description) values
        (company, process, 1, '初步接洽', 'open', 10, 14, '确认联系人和大致意向'),
        (company, process, 2, '需求确认', 'open', 30, 21, '弄清需求、预算和决策人'),
        (company, process, 3, '方案报价', 'open', 50, 21, '提交方案和报价'),
        (company, process, 4, '商务谈判', 'open', 80, 30, '谈定价格和合同条款'),
        (company, process, 5, '赢单', 'won', 100, null, ''),
        (company, process, 6, '输单', 'lost', 0, null, ''),
        (company, process, 7, '无效', 'invalid', 0, null, '');
    perform set_config('app.tenant', coalesce(before, ''), true);
end
$$;
create function install_for_new_tenant() returns trigger language plpgsql as
$$ begin perform install_sales_process(new.id); return null; end $$;
create trigger tenant_sales_process after insert on tenant for each row execute function install_for_new_tenant();
select install_sales_process(id) from tenant;
