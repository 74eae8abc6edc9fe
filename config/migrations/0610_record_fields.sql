-- What else is known of customers and contacts, and which customer belongs to which.

alter table customer
    add column credit_code text             not null default '',  -- unified social credit code
    add column scale       text             not null default '',
    add column phone       text             not null default '',  -- besides the mobile; normalised
    add column website     text             not null default '',
    add column province    text             not null default '',
    add column city        text             not null default '',
    add column district    text             not null default '',
    add column latitude    double precision check (latitude between -90 and 90),
    add column longitude   double precision check (longitude between -180 and 180),
    add column parent_id   bigint,
    add column relation    text             not null default '',  -- to the parent: 子公司, 分公司, …
    add column deleted_by  bigint,
    add check ((latitude is null) = (longitude is null)),
    add check (parent_id <> id),
    add check (parent_id is not null or relation = ''),
    add foreign key (tenant_id, parent_id) references customer (tenant_id, id);
create index customer_parent on customer (tenant_id, parent_id) where parent_id is not null;
create index customer_deleted on customer (tenant_id, deleted_at desc, id) where deleted_at is not null;

alter table contact
    add column phone           text    not null default '',
    add column email           text    not null default '',
    add column wechat          text    not null default '',
    add column department      text    not null default '',
    add column decision_role   text    not null default '' check (decision_role in ('', 'decider', 'influencer', 'user', 'opponent')),
    add column attitude        text    not null default '' check (attitude in ('', 'supportive', 'neutral', 'opposed')),
    add column birthday        date,
    add column disabled        boolean not null default false,
    add column disabled_reason text    not null default '',
    add column deleted_by      bigint,
    add check (disabled or disabled_reason = '');
create index contact_deleted on contact (tenant_id, deleted_at desc, id) where deleted_at is not null;

alter table lead add column deleted_by bigint;
create index lead_deleted on lead (tenant_id, deleted_at desc, id) where deleted_at is not null;

-- Merges on pages and over REST are remembered as those of the chat are.
alter table undo_entry add column channel text not null default 'chat';
create index undo_entry_object on undo_entry (tenant_id, object, object_id, at);
