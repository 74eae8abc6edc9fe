-- What a built-in role was given by the product. A role that still is as it was given gets what later versions add to
-- its preset; one that the company changed stays as it is.
create table role_preset (
    tenant_id  bigint not null,
    role_id    bigint not null,
    permission text   not null,
    reach      text   not null,
    primary key (tenant_id, role_id, permission),
    foreign key (tenant_id, role_id) references role (tenant_id, id) on delete cascade
);
select protect_by_tenant('role_preset');
alter table tenant add column role_presets text not null default '';   -- digest of the presets that its roles follow

do $$
declare
    company bigint;
begin
    for company in select id from tenant loop
        perform set_config('app.tenant', company::text, true);
        -- A role that nobody edited is as it was given.
        insert into role_preset (tenant_id, role_id, permission, reach)
            select p.tenant_id, p.role_id, p.permission, p.reach from role_permission p
            join role r on r.tenant_id = p.tenant_id and r.id = p.role_id
            where p.tenant_id = company and r.code is not null and r.version = 1;
    end loop;
    perform set_config('app.tenant', '', true);
end
$$;
