-- Whoever has written to the app uses the CRM, though he may never have opened a page.
update employee e set activated_at = d.updated_at from dialogue d
    where d.tenant_id = e.tenant_id and d.employee_id = e.id and e.activated_at is null;
