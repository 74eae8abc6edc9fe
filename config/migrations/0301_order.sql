-- Orders bear the money: lines with what the product was at the time, plans of payment, payments. Contracts are their legal envelope.

create table contract (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,
    name                text        not null,
    type                text        not null default '',
    customer_id         bigint      not null,
    opportunity_id      bigint,
    owner_id            bigint      not null,
    owner_department_id bigint,                        -- of the owner when he became it: for statistics
    amount_fen          bigint      not null default 0 check (amount_fen >= 0),
    our_signer          text        not null default '',
    their_signer        text        not null default '',
    signed_on           date,
    starts_on           date,
    ends_on             date,
    status              text        not null default 'draft'
        check (status in ('draft', 'in_review', 'in_force', 'expired', 'terminated', 'rejected', 'void')),
    archived            boolean     not null default false,
    renewal_of_id       bigint,
    remark              text        not null default '',
    status_reason       text        not null default '',
    in_force_at         timestamptz,
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    foreign key (tenant_id, renewal_of_id) references contract (tenant_id, id),
    check (ends_on >= starts_on)
);
create index contract_customer on contract (tenant_id, customer_id, created_at desc);
create index contract_owner on contract (tenant_id, owner_id, created_at, id);
create index contract_created on contract (tenant_id, created_at, id);
select protect_by_tenant('contract');

create table sales_order (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,
    name                text        not null,
    customer_id         bigint      not null,
    contact_id          bigint,
    opportunity_id      bigint,
    contract_id         bigint,
    quote_id            bigint,
    owner_id            bigint      not null,
    owner_department_id bigint,
    ordered_on          date        not null,
    ends_on             date,
    delivery_on         date,
    payment_terms       text        not null default '',
    remark              text        not null default '',
    amount_fen          bigint      not null check (amount_fen >= 0),
    received_fen        bigint      not null default 0, -- Σ counted payments, refunds being negative
    planned_fen         bigint      not null default 0, -- Σ plans that are not void
    invoiced_fen        bigint      not null default 0, -- Σ invoices that were applied for and stand
    status              text        not null default 'draft'
        check (status in ('draft', 'in_review', 'in_force', 'executing', 'completed', 'rejected', 'void')),
    status_reason       text        not null default '',
    in_force_at         timestamptz,
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id),
    foreign key (tenant_id, contract_id) references contract (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check (received_fen >= 0 and received_fen <= amount_fen)
);
create index sales_order_customer on sales_order (tenant_id, customer_id, ordered_on desc);
create index sales_order_owner on sales_order (tenant_id, owner_id, created_at, id) include (ordered_on, amount_fen, status);
create index sales_order_created on sales_order (tenant_id, created_at, id) include (owner_id);
create index sales_order_ordered on sales_order (tenant_id, ordered_on, id) include (owner_id, amount_fen, status);
create index sales_order_opportunity on sales_order (tenant_id, opportunity_id) where opportunity_id is not null;
create index sales_order_contract on sales_order (tenant_id, contract_id) where contract_id is not null;
select protect_by_tenant('sales_order');

create table order_line (
    tenant_id    bigint         not null,
    order_id     bigint         not null,
    position     integer        not null,
    product_id   bigint,
    product_code text           not null default '',    -- as the product was at the time
    product_name text           not null,
    unit         text           not null default '',
    list_fen     bigint         not null,
    floor_fen    bigint,
    tax_bp       integer        not null default 0,
    price_fen    bigint         not null check (price_fen >= 0),
    quantity     numeric(15, 4) not null check (quantity > 0),
    discount_bp  integer        not null default 0 check (discount_bp between 0 and 10000), -- taken off
    subtotal_fen bigint         not null,
    primary key (tenant_id, order_id, position),
    foreign key (tenant_id, order_id) references sales_order (tenant_id, id),
    foreign key (tenant_id, product_id) references product (tenant_id, id)
);
create index order_line_product on order_line (tenant_id, product_id) where product_id is not null;
select protect_by_tenant('order_line');

create table payment_plan (
    tenant_id      bigint      not null references tenant (id),
    id             bigint      not null default new_id(),
    order_id       bigint      not null,
    customer_id    bigint      not null,
    owner_id       bigint      not null,
    period         integer     not null check (period > 0),
    due_on         date        not null,
    amount_fen     bigint      not null check (amount_fen > 0),
    received_fen   bigint      not null default 0,
    method         text        not null default '',
    remind_days    integer     not null default 3 check (remind_days between 0 and 365),
    remark         text        not null default '',
    status         text        not null default 'waiting' check (status in ('waiting', 'partial', 'done', 'overdue', 'void')),
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    created_by     bigint,
    primary key (tenant_id, id),
    unique (tenant_id, order_id, period),
    foreign key (tenant_id, order_id) references sales_order (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check (received_fen >= 0 and received_fen <= amount_fen)
);
create index payment_plan_owner on payment_plan (tenant_id, owner_id, due_on, id) include (status);
create index payment_plan_due on payment_plan (tenant_id, due_on, id) include (owner_id, status);
create index payment_plan_customer on payment_plan (tenant_id, customer_id, due_on);
select protect_by_tenant('payment_plan');

create table payment (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,
    order_id            bigint      not null,
    customer_id         bigint      not null,
    plan_id             bigint,                         -- asked for; absent: the oldest open one
    refund_of_id        bigint,                         -- a negative amount gives back this one's
    owner_id            bigint      not null,
    owner_department_id bigint,
    amount_fen          bigint      not null check (amount_fen <> 0),
    paid_on             date        not null,
    method              text        not null default '',
    payer               text        not null default '',
    bank_account        text        not null default '',
    remark              text        not null default '',
    status              text        not null default 'draft' check (status in ('draft', 'in_review', 'approved', 'rejected', 'void')),
    status_reason       text        not null default '',
    approved_at         timestamptz,
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, order_id) references sales_order (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, plan_id) references payment_plan (tenant_id, id),
    foreign key (tenant_id, refund_of_id) references payment (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check ((amount_fen < 0) = (refund_of_id is not null))
);
create index payment_order on payment (tenant_id, order_id);
create index payment_owner on payment (tenant_id, owner_id, created_at, id) include (paid_on, amount_fen, status);
create index payment_created on payment (tenant_id, created_at, id) include (owner_id);
create index payment_paid on payment (tenant_id, paid_on, id) include (owner_id, amount_fen, status);
create index payment_customer on payment (tenant_id, customer_id, paid_on desc);
create index payment_refund on payment (tenant_id, refund_of_id) where refund_of_id is not null;
select protect_by_tenant('payment');

-- Which plans a counted payment, less its refunds, went to. Written anew whenever anything of the order changes.
create table payment_allocation (
    tenant_id  bigint not null,
    payment_id bigint not null,
    plan_id    bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    primary key (tenant_id, payment_id, plan_id),
    foreign key (tenant_id, payment_id) references payment (tenant_id, id),
    foreign key (tenant_id, plan_id) references payment_plan (tenant_id, id)
);
create index payment_allocation_plan on payment_allocation (tenant_id, plan_id);
select protect_by_tenant('payment_allocation');

-- When the customer first and last bought.
alter table customer add column if not exists first_deal_at timestamptz;
alter table customer add column if not exists last_deal_at timestamptz;
