-- Quotes, which become orders when they are accepted, and invoices for orders.

create table quote (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,
    revision            integer     not null default 1,
    replaces_id         bigint,                         -- the revision before
    name                text        not null,
    customer_id         bigint      not null,
    contact_id          bigint,
    opportunity_id      bigint,
    owner_id            bigint      not null,
    owner_department_id bigint,
    quoted_on           date        not null,
    valid_until         date,
    terms               text        not null default '',
    remark              text        not null default '',
    amount_fen          bigint      not null check (amount_fen >= 0),
    status              text        not null default 'draft'
        check (status in ('draft', 'in_review', 'in_force', 'accepted', 'expired', 'rejected', 'void')),
    status_reason       text        not null default '',
    order_id            bigint,                         -- made when it was accepted
    in_force_at         timestamptz,
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    primary key (tenant_id, id),
    unique (tenant_id, no, revision),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, contact_id) references contact (tenant_id, id),
    foreign key (tenant_id, replaces_id) references quote (tenant_id, id),
    foreign key (tenant_id, order_id) references sales_order (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index quote_customer on quote (tenant_id, customer_id, created_at desc);
create index quote_owner on quote (tenant_id, owner_id, created_at, id);
create index quote_created on quote (tenant_id, created_at, id) include (owner_id);
select protect_by_tenant('quote');

create table quote_line (
    tenant_id    bigint         not null,
    quote_id     bigint         not null,
    position     integer        not null,
    product_id   bigint,
    product_code text           not null default '',
    product_name text           not null,
    unit         text           not null default '',
    list_fen     bigint         not null,
    floor_fen    bigint,
    tax_bp       integer        not null default 0,
    price_fen    bigint         not null check (price_fen >= 0),
    quantity     numeric(15, 4) not null check (quantity > 0),
    discount_bp  integer        not null default 0 check (discount_bp between 0 and 10000),
    subtotal_fen bigint         not null,
    primary key (tenant_id, quote_id, position),
    foreign key (tenant_id, quote_id) references quote (tenant_id, id),
    foreign key (tenant_id, product_id) references product (tenant_id, id)
);
create index quote_line_product on quote_line (tenant_id, product_id) where product_id is not null;
select protect_by_tenant('quote_line');

create table invoice_title (
    tenant_id   bigint      not null references tenant (id),
    id          bigint      not null default new_id(),
    customer_id bigint      not null,
    kind        text        not null check (kind in ('company', 'person')),
    name        text        not null,
    tax_no      text        not null default '',
    bank        text        not null default '',
    account     text        not null default '',
    address     text        not null default '',
    phone       text        not null default '',
    is_default  boolean     not null default false,
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    created_by  bigint,
    primary key (tenant_id, id),
    unique (tenant_id, customer_id, name),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
select protect_by_tenant('invoice_title');

create table invoice (
    tenant_id           bigint      not null references tenant (id),
    id                  bigint      not null default new_id(),
    no                  text        not null,           -- of the application
    order_id            bigint      not null,
    customer_id         bigint      not null,
    title_name          text        not null,           -- as the title was at the time
    title_kind          text        not null,
    tax_no              text        not null default '',
    kind                text        not null check (kind in ('special', 'normal', 'electronic')),
    tax_bp              integer     not null default 0 check (tax_bp between 0 and 10000),
    owner_id            bigint      not null,
    owner_department_id bigint,
    amount_fen          bigint      not null check (amount_fen > 0),
    applied_on          date        not null,
    invoice_no          text        not null default '',
    issued_on           date,
    remark              text        not null default '',
    status              text        not null default 'draft'
        check (status in ('draft', 'in_review', 'waiting', 'issued', 'rejected', 'void', 'red')),
    status_reason       text        not null default '',
    version             bigint      not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    created_by          bigint,
    primary key (tenant_id, id),
    unique (tenant_id, no),
    foreign key (tenant_id, order_id) references sales_order (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id),
    foreign key (tenant_id, owner_id) references employee (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index invoice_order on invoice (tenant_id, order_id);
create index invoice_customer on invoice (tenant_id, customer_id, applied_on desc);
create index invoice_owner on invoice (tenant_id, owner_id, created_at, id);
create index invoice_created on invoice (tenant_id, created_at, id) include (owner_id);
select protect_by_tenant('invoice');
