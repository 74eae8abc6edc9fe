-- Rules of lead assignment may ask for tags, and give a lead to whom it fits best.
alter table lead_assignment_rule
    add column tags bigint[] not null default '{}', -- a lead has one of them; empty: any
    drop constraint lead_assignment_rule_mode_check,
    add constraint lead_assignment_rule_mode_check check (mode in ('round_robin', 'weighted', 'least_open', 'match'));
-- What somebody has sold, the last first.
create index customer_won on customer (tenant_id, owner_id, last_deal_at desc nulls last)
    where deal_status = 'closed' and deleted_at is null;
