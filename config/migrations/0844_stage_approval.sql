-- The approval by which an opportunity left its former stage.
alter table stage_history
    add column approval_id bigint,
    add foreign key (tenant_id, approval_id) references approval (tenant_id, id);
create index stage_history_approval on stage_history (tenant_id, approval_id) where approval_id is not null;
