-- Companies that switch orders off let the contract bear the money. Plans, payments, invoices and figures hang on orders
-- all the same: each contract of such a company has one order, out of sight, that says what the contract says.
alter table sales_order add column mirrors boolean not null default false;  -- it stands for its contract
create unique index sales_order_mirror on sales_order (tenant_id, contract_id) where mirrors;

-- Money may still come in after a contract's term; one that was ended bears no new plans.
create function order_status_of(contract_status text) returns text language sql immutable as
$$
select case contract_status when 'expired' then 'in_force' when 'terminated' then 'completed' else contract_status end
$$;

-- The mirror of one contract, or those of all contracts of the company; who has an order already needs none.
create function mirror_contracts(of_tenant bigint, of_contract bigint) returns void language sql as
$$
insert into sales_order (tenant_id, no, name, customer_id, opportunity_id, contract_id, mirrors, owner_id,
                         owner_department_id, ordered_on, ends_on, currency, amount_fen, status, status_reason,
                         in_force_at, created_at, updated_at, created_by)
select c.tenant_id,
       case when exists (select 1 from sales_order w where w.tenant_id = c.tenant_id and w.no = c.no)
            then c.no || '-' || c.id else c.no end,
       c.name, c.customer_id, c.opportunity_id, c.id, true, c.owner_id, c.owner_department_id,
       coalesce(c.signed_on, (c.created_at at time zone t.time_zone)::date), c.ends_on, c.currency, c.amount_fen,
       order_status_of(c.status), c.status_reason, c.in_force_at, c.created_at, c.updated_at, c.created_by
from contract c join tenant t on t.id = c.tenant_id
where c.tenant_id = of_tenant and (of_contract is null or c.id = of_contract) and c.status <> 'void'
  and not exists (select 1 from sales_order w
                  where w.tenant_id = c.tenant_id and w.contract_id = c.id and (w.mirrors or w.status <> 'void'))
$$;

create function mirror_new_contract() returns trigger language plpgsql as
$$
begin
    -- Whoever switches orders off waits for the contracts that are being made.
    perform 1 from sales_setting s
    where s.tenant_id = new.tenant_id and (s.settings ->> 'orders')::boolean is false for share;
    if found then
        perform mirror_contracts(new.tenant_id, new.id);
    end if;
    return null;
end
$$;

create function mirror_changed_contract() returns trigger language plpgsql as
$$
begin
    update sales_order
    set name = new.name, customer_id = new.customer_id, opportunity_id = new.opportunity_id, owner_id = new.owner_id,
        owner_department_id = new.owner_department_id, ordered_on = coalesce(new.signed_on, ordered_on),
        ends_on = new.ends_on, amount_fen = new.amount_fen, status = order_status_of(new.status), state_id = null,
        status_reason = new.status_reason, in_force_at = new.in_force_at, updated_at = new.updated_at,
        version = version + 1
    where tenant_id = new.tenant_id and contract_id = new.id and mirrors;
    return null;
end
$$;

create trigger contract_mirror_made after insert on contract for each row execute function mirror_new_contract();
create trigger contract_mirror_changed after update on contract for each row execute function mirror_changed_contract();
