-- What waits for somebody's consent, who is asked, and what each said.

create table approval_setting (
    tenant_id  bigint      not null references tenant (id),
    object     text        not null,                    -- order, quote, discount, payment, contract, invoice
    mode       text        not null check (mode in ('none', 'superior')),
    above_fen  bigint      not null default 0 check (above_fen >= 0), -- asked only above it
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    primary key (tenant_id, object)
);
select protect_by_tenant('approval_setting');

create table approval (
    tenant_id     bigint      not null references tenant (id),
    id            bigint      not null default new_id(),
    kind          text        not null,                 -- order.submit
    subject_type  text        not null,                 -- order
    subject_id    bigint      not null,
    subject_no    text        not null,
    subject_name  text        not null,
    customer_name text        not null default '',
    amount_fen    bigint,
    cause         text        not null default '',      -- why somebody must agree, in words
    applicant_id  bigint      not null,
    owner_id      bigint      not null,                 -- of the subject: whose superiors are asked
    status        text        not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'withdrawn', 'terminated')),
    ended_at      timestamptz,
    version       bigint      not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    created_by    bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, applicant_id) references employee (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create unique index approval_one_pending on approval (tenant_id, subject_type, subject_id) where status = 'pending';
create index approval_subject on approval (tenant_id, subject_type, subject_id, created_at desc);
create index approval_applicant on approval (tenant_id, applicant_id, created_at, id);
create index approval_created on approval (tenant_id, created_at, id);
select protect_by_tenant('approval');

create table approval_step (
    tenant_id   bigint  not null,
    approval_id bigint  not null,
    position    integer not null,
    mode        text    not null check (mode in ('all', 'any', 'sequence')),
    status      text    not null check (status in ('pending', 'approved', 'rejected', 'cancelled')),
    note        text    not null default '',            -- how the approvers were found
    primary key (tenant_id, approval_id, position),
    foreign key (tenant_id, approval_id) references approval (tenant_id, id)
);
select protect_by_tenant('approval_step');

create table approval_task (
    tenant_id   bigint      not null,
    id          bigint      not null default new_id(),
    approval_id bigint      not null,
    position    integer     not null,
    approver_id bigint      not null,
    status      text        not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'transferred', 'cancelled')),
    comment     text        not null default '',
    decided_at  timestamptz,
    created_at  timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, approval_id, position) references approval_step (tenant_id, approval_id, position),
    foreign key (tenant_id, approver_id) references employee (tenant_id, id)
);
create unique index approval_task_once on approval_task (tenant_id, approval_id, position, approver_id) where status = 'pending';
create index approval_task_approval on approval_task (tenant_id, approval_id, position, id);
create index approval_task_approver on approval_task (tenant_id, approver_id, status, created_at);
select protect_by_tenant('approval_task');
