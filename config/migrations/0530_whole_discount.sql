-- A discount on a whole quote or order, after those of its lines, in basis points: amount = sum of the lines less it.
alter table quote add column discount_bp integer not null default 0 check (discount_bp between 0 and 10000);
alter table sales_order add column discount_bp integer not null default 0 check (discount_bp between 0 and 10000);
