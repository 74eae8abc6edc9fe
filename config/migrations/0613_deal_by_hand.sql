-- A deal status that an administrator has set, with the reason; null: derived from orders, contracts and opportunities.
alter table customer
    add column deal_fixed  text check (deal_fixed in ('open', 'closed')),
    add column deal_reason text not null default '',
    add check (deal_fixed is not null or deal_reason = '');
