-- For whose opportunities a process is, besides by department: by the owner's roles, by the customer's level. Empty: all.
alter table sales_process
    add column role_ids        bigint[] not null default '{}',
    add column customer_levels text[]   not null default '{}';
