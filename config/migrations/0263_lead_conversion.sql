-- What a conversion made and filled, so that it can be taken back for a day.
create table lead_conversion (
    tenant_id        bigint      not null,
    id               bigint      not null default new_id(),
    lead_id          bigint      not null,
    customer_id      bigint      not null,
    made_customer    boolean     not null,
    contact_id       bigint,
    made_contact     boolean     not null default false,
    opportunity_id   bigint,
    claimed          boolean     not null default false,    -- the customer came out of a pool
    former_status    text        not null,
    filled           jsonb       not null default '{}',     -- empty fields of an existing customer that the lead filled
    customer_version bigint      not null,
    at               timestamptz not null,
    by_id            bigint,
    undone_at        timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, lead_id) references lead (tenant_id, id),
    foreign key (tenant_id, customer_id) references customer (tenant_id, id)
);
create index lead_conversion_lead on lead_conversion (tenant_id, lead_id, at);
select protect_by_tenant('lead_conversion');
