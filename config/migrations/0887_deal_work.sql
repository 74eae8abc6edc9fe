-- The rule of what makes a deal has changed: how far all customers have been looked at again.
create table deal_work (
    tenant_id   bigint      not null primary key references tenant (id),
    started_at  timestamptz not null,
    position    bigint      not null default 0,    -- the last customer that is through
    total       bigint      not null,
    done        bigint      not null default 0,
    changed     bigint      not null default 0,    -- whose status is another one now
    finished_at timestamptz
);
select protect_by_tenant('deal_work');
