-- The audit log says where somebody sat and what the record was called then; and whether anybody changed it afterwards
-- can be found out: each day of a company has a digest of its rows, chained to that of the day before.

alter table audit_log
    add column client      text not null default '',  -- address of a page or key; of a chat WeCom's message id
    add column agent       text not null default '',
    add column object_name text not null default '';  -- at that time; '' if it had none

create table audit_seal (
    tenant_id bigint      not null,
    day       date        not null,                    -- of the company's calendar
    begins_at timestamptz not null,
    ends_at   timestamptz not null,
    rows      bigint      not null,
    hash      bytea       not null,                    -- SHA-256 over the seal before and the digest of the day's rows
    sealed_at timestamptz not null,
    primary key (tenant_id, day),
    foreign key (tenant_id) references tenant (id)
);
select protect_by_tenant('audit_seal');
create trigger audit_seal_append_only before update or delete on audit_seal for each row execute function refuse_change();

-- What a row says, whatever the settings of the session.
create function audit_digest(entry audit_log) returns bytea language sql stable parallel safe as
$$
    select sha256(convert_to(jsonb_build_array(
        entry.tenant_id, entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.actor_id, entry.via,
        entry.request_id, entry.object, entry.object_id, entry.action, entry.before, entry.after, entry.reason,
        entry.client, entry.agent, entry.object_name)::text, 'UTF8'))
$$;
