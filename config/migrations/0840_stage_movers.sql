-- Who may move an opportunity into a stage or out of it; nobody named: whoever may change the opportunity.
alter table sales_stage
    add column mover_ids            bigint[] not null default '{}',    -- employees
    add column mover_department_ids bigint[] not null default '{}',    -- those below included
    add column mover_role_ids       bigint[] not null default '{}',
    add column mover_guards         text     not null default 'both' check (mover_guards in ('both', 'into', 'out'));
