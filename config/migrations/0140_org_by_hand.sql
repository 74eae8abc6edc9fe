-- Departments and employees that are kept by hand, beside those that come from WeCom.

alter table employee add column source text not null default 'wecom' check (source in ('wecom', 'local'));   -- local: the synchronisation leaves him alone
alter table employee add column email text;
alter table employee add column created_by bigint;
alter table employee add column invited_at timestamptz;
alter table employee add column activated_at timestamptz;      -- signed in for the first time

alter table employee_department add column is_local boolean not null default false;       -- given by hand; the synchronisation keeps it
alter table employee_department add column is_local_head boolean not null default false;  -- head by hand, whatever WeCom says

alter table department add column created_by bigint;
alter table role add column created_by bigint;
alter table tenant add column created_by bigint;

update employee e set activated_at = l.at from (select tenant_id, employee_id, min(at) as at from signin_log where result = 'ok' and employee_id is not null
    group by tenant_id, employee_id) l where l.tenant_id = e.tenant_id and l.employee_id = e.id;
