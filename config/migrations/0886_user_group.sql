-- Named sets of people, kept by administrators; share rules give records to them.
create table user_group (
    tenant_id   bigint      not null references tenant (id),
    id          bigint      not null default new_id(),
    name        text        not null,
    description text        not null default '',
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    created_by  bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create unique index user_group_name on user_group (tenant_id, lower(name));
select protect_by_tenant('user_group');

create table user_group_member (
    tenant_id   bigint not null,
    group_id    bigint not null,
    employee_id bigint not null,
    primary key (tenant_id, group_id, employee_id),
    foreign key (tenant_id, group_id) references user_group (tenant_id, id) on delete cascade,
    foreign key (tenant_id, employee_id) references employee (tenant_id, id)
);
create index user_group_member_employee on user_group_member (tenant_id, employee_id);
select protect_by_tenant('user_group_member');

alter table share_rule drop constraint share_rule_target_type_check;
alter table share_rule
    add column target_group_id bigint,
    add constraint share_rule_target_type_check check (target_type in ('employee', 'department', 'role', 'group')),
    add constraint share_rule_target_group_check check ((target_type = 'group') = (target_group_id is not null)),
    add constraint share_rule_target_group_fkey foreign key (tenant_id, target_group_id)
        references user_group (tenant_id, id);
create index share_rule_to_group on share_rule (tenant_id, target_group_id) where enabled;
