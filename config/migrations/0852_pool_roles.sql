-- Seats on pools by role, besides those of persons and departments.
alter table high_sea_seat
    add column role_id bigint,
    drop constraint high_sea_seat_check,
    add constraint high_sea_seat_check check (num_nonnulls(employee_id, department_id, role_id) = 1),
    add foreign key (tenant_id, role_id) references role (tenant_id, id) on delete cascade;
create index high_sea_seat_role on high_sea_seat (tenant_id, role_id) where role_id is not null;
