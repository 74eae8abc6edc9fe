-- What a company knows of its people and WeCom does not: their number and the day they came.
alter table employee add column employee_no text, add column joined_on date;
create unique index employee_number on employee (tenant_id, lower(employee_no)) where employee_no is not null;
