-- A company's own fields for what is sold and for documents, as customers and leads have them (0352).
alter table product     add column custom jsonb not null default '{}';
alter table quote       add column custom jsonb not null default '{}';
alter table sales_order add column custom jsonb not null default '{}';
alter table contract    add column custom jsonb not null default '{}';
alter table payment     add column custom jsonb not null default '{}';
alter table invoice     add column custom jsonb not null default '{}';
