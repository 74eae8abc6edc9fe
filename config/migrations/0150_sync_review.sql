-- A synchronisation as a change that people look at, decide about, and can take back.

alter table sync_run drop constraint sync_run_state_check;
alter table sync_run add constraint sync_run_state_check
    check (state in ('running', 'done', 'incomplete', 'held', 'accepted', 'kept', 'preview'));
alter table sync_run add column failed integer not null default 0;        -- people who could not be written
alter table sync_run add column lost_events integer not null default 0;   -- differences that no event had told
alter table sync_run add column undone_at timestamptz;
alter table sync_run add column undone_by bigint;

alter table sync_change add column before_text text not null default '';
alter table sync_change add column after_text text not null default '';

-- An administrator decided that he stays although the lists lack him; until the lists have him again.
alter table employee add column kept_at timestamptz;

-- How the rows were that a run has written, to put them back.
create table sync_undo (
    tenant_id     bigint not null,
    run_id        bigint not null,
    object        text   not null check (object in ('employee', 'department')),
    object_id     bigint not null,
    before        jsonb,                                -- null: the run made it
    version_after bigint,                               -- of the row when the run had ended; null: it was not written
    primary key (tenant_id, run_id, object, object_id),
    foreign key (tenant_id, run_id) references sync_run (tenant_id, id)
);
select protect_by_tenant('sync_undo');
