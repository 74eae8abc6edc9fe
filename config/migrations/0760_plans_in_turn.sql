-- Plans as a list opens with them: those that wait for money, the one that is due first at the top; after them those that
-- are over, the latest first. In one value, so that pages can go on from it.
create function plan_turn(status text, due_on date) returns date language sql immutable parallel safe as
$$ select case when status in ('done', 'void') then date '3000-01-01' + (date '2201-01-01' - due_on) else due_on end $$;
create index payment_plan_turn on payment_plan (tenant_id, plan_turn(status, due_on), id) include (owner_id);
