-- What is sold, in a tree of categories, and price books: other prices for some customers or departments, for a while.

create table product_category (
    tenant_id  bigint      not null references tenant (id),
    id         bigint      not null default new_id(),
    parent_id  bigint,
    name       text        not null,
    sort_order integer     not null default 0,
    version    bigint      not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by bigint,
    primary key (tenant_id, id),
    unique nulls not distinct (tenant_id, parent_id, name),
    foreign key (tenant_id, parent_id) references product_category (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
select protect_by_tenant('product_category');

create table product (
    tenant_id   bigint      not null references tenant (id),
    id          bigint      not null default new_id(),
    code        text        not null,
    name        text        not null,
    category_id bigint,
    unit        text        not null default '',
    price_fen   bigint      not null check (price_fen >= 0),
    cost_fen    bigint      check (cost_fen >= 0),
    tax_bp      integer     not null default 0 check (tax_bp between 0 and 10000),
    spec        text        not null default '',
    description text        not null default '',
    status      text        not null default 'on' check (status in ('on', 'off')),
    sort_order  integer     not null default 0,
    search_keys text        not null default '',   -- lower case: code, name, pinyin, initials
    version     bigint      not null default 1,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    created_by  bigint,
    primary key (tenant_id, id),
    unique (tenant_id, code),
    foreign key (tenant_id, category_id) references product_category (tenant_id, id),
    foreign key (tenant_id, created_by) references employee (tenant_id, id)
);
create index product_created on product (tenant_id, created_at desc, id);
create index product_category_of on product (tenant_id, category_id);
select protect_by_tenant('product');

create table price_book (
    tenant_id      bigint      not null references tenant (id),
    id             bigint      not null default new_id(),
    name           text        not null,
    enabled        boolean     not null default true,
    valid_from     date,                                -- both inclusive, of the company's calendar; null: without end
    valid_to       date,
    customer_ids   bigint[]    not null default '{}',   -- for these customers …
    department_ids bigint[]    not null default '{}',   -- … or sellers of these departments and below; both empty: for all
    remark         text        not null default '',
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    created_by     bigint,
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id, created_by) references employee (tenant_id, id),
    check (valid_to >= valid_from)
);
select protect_by_tenant('price_book');

create table price_book_row (
    tenant_id    bigint         not null,
    book_id      bigint         not null,
    product_id   bigint         not null,
    min_quantity numeric(15, 4) not null default 0,     -- the price from so many on
    price_fen    bigint         not null check (price_fen >= 0),
    floor_fen    bigint         check (floor_fen >= 0), -- below it somebody must agree
    primary key (tenant_id, book_id, product_id, min_quantity),
    foreign key (tenant_id, book_id) references price_book (tenant_id, id),
    foreign key (tenant_id, product_id) references product (tenant_id, id)
);
create index price_book_row_product on price_book_row (tenant_id, product_id);
select protect_by_tenant('price_book_row');

-- How documents are numbered: prefix, date and a counter that begins anew each day, month, year or never.
create table numbering_rule (
    tenant_id  bigint      not null references tenant (id),
    object     text        not null check (object in ('product', 'quote', 'contract', 'order', 'payment', 'invoice')),
    prefix     text        not null,
    restart    text        not null check (restart in ('daily', 'monthly', 'yearly', 'never')),
    digits     integer     not null check (digits between 1 and 10),
    version    bigint      not null default 1,
    updated_at timestamptz not null,
    primary key (tenant_id, object)
);
select protect_by_tenant('numbering_rule');
