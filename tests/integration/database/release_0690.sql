-- What a company may have had in the release whose last migration was 0690. Run once for each of two companies, in its
-- scope: a migration that does not keep them apart shows. Whatever table is still empty gets a row from
-- row_of_everything.sql.
insert into department (tenant_id, id, name, path) values (current_setting('app.tenant')::bigint, 1, '全公司', '{1}');
insert into employee (tenant_id, id, user_id, name, main_department_id, activated_at)
    select current_setting('app.tenant')::bigint, v.id, v.user_id, v.name, 1, v.at::timestamptz
    from (values (1, 'li', '李雷', null), (2, 'han', '韩梅', null), (3, 'wang', '王芳', '2026-01-05 01:00+00')) v(id, user_id, name, at);
insert into role (tenant_id, id, name) values (current_setting('app.tenant')::bigint, 5, '销售员');
insert into dialogue (tenant_id, employee_id, updated_at) values
    (current_setting('app.tenant')::bigint, 1, '2026-03-02 02:30+00'),
    (current_setting('app.tenant')::bigint, 3, '2026-03-04 02:30+00');

insert into customer (tenant_id, id, no, name, name_core, mobile, phone, credit_code, owner_id, acquired_at, created_at, updated_at, deleted_at)
    select current_setting('app.tenant')::bigint, v.id, v.no, v.name, v.core, v.mobile, v.phone, v.code, 1, now(), now(), now(), v.gone::timestamptz
    from (values (11, 'KH1', '上海宏达科技有限公司', '宏达科技', '13800138000', '021-6888 1234', '91310000MA1K35XX01', null),
                 (12, 'KH2', '宁波华信贸易有限公司', '华信贸易', null, '', '', null),
                 (13, 'KH3', '杭州旧友有限公司', '旧友', '13900139000', '', '', '2026-02-01 00:00+00')) v(id, no, name, core, mobile, phone, code, gone);
insert into contact (tenant_id, id, customer_id, name, mobile, email, created_at, updated_at) values
    (current_setting('app.tenant')::bigint, 21, 11, '陈总', '13700137000', 'Chen@Hongda.cn', now(), now());
insert into lead (tenant_id, id, no, name, company, company_core, mobile, owner_id, status, acquired_at, created_at, updated_at) values
    (current_setting('app.tenant')::bigint, 31, 'XS1', '高建国', '苏州精工机械有限公司', '精工机械', '13600136000', 1, 'pending', now(), now(), now()),
    (current_setting('app.tenant')::bigint, 32, 'XS2', '白冰', '', '', null, 1, 'void', now(), now(), now());
-- As the release before kept them: one record for each.
insert into duplicate_key (tenant_id, object, kind, value, object_id) values
    (current_setting('app.tenant')::bigint, 'customer', 'mobile', '13800138000', 11),
    (current_setting('app.tenant')::bigint, 'customer', 'name', 'as nobody writes it any more', 12);

insert into field (tenant_id, id, object, key, type, position, definition, created_at, updated_at)
    select current_setting('app.tenant')::bigint, v.id, v.object, 'size', 'integer', 1, '{"key": "size", "label": "人数", "type": "integer"}', now(), now()
    from (values (41, 'customer'), (42, 'lead'), (43, 'order')) v(id, object);
insert into field_form (tenant_id, object, version, definition, published_at)
    select current_setting('app.tenant')::bigint, o, 1, '[{"key": "size", "label": "人数"}, {"key": "line", "label": "产线"}]', now()
    from unnest('{customer,lead,order}'::text[]) o;
insert into field_draft (tenant_id, object, base_version, definition, saved_at)
    select current_setting('app.tenant')::bigint, o, 1, '[]', now() from unnest('{customer,order}'::text[]) o;

insert into sales_order (tenant_id, id, no, name, customer_id, owner_id, ordered_on, amount_fen, status, created_at, updated_at) values
    (current_setting('app.tenant')::bigint, 51, 'DD1', '一期', 11, 1, '2026-02-01', 100000, 'in_force', now(), now()),
    (current_setting('app.tenant')::bigint, 52, 'DD2', '二期', 11, 1, '2026-03-01', 200000, 'in_force', now(), now()),
    (current_setting('app.tenant')::bigint, 53, 'DD3', '三期', 11, 1, '2026-03-01', 300000, 'draft', now(), now());
insert into ownership_event (tenant_id, object, object_id, kind, from_id, to_id, to_department_id, channel, at) values
    (current_setting('app.tenant')::bigint, 'order', 52, 'transfer', 1, 2, null, 'api', '2026-03-02'),
    (current_setting('app.tenant')::bigint, 'order', 52, 'handover', 2, 1, 1, 'api', '2026-03-03'),
    (current_setting('app.tenant')::bigint, 'order', 51, 'transfer', 1, 2, 1, 'api', '2026-03-03');
insert into contract (tenant_id, id, no, name, customer_id, owner_id, status, created_at, updated_at) values
    (current_setting('app.tenant')::bigint, 61, 'HT1', '框架合同', 11, 1, 'in_force', now(), now()),
    (current_setting('app.tenant')::bigint, 62, 'HT2', '补充协议', 11, 1, 'in_force', now(), now());
insert into document_change (tenant_id, object, document_id, reason, wanted, before, after, summary, status, created_at)
    select current_setting('app.tenant')::bigint, v.object, v.id, '客户要求', '{}', '{}', '{}', '改金额', v.status, now()
    from (values ('order', 51, 'pending'), ('order', 52, 'rejected'), ('contract', 61, 'withdrawn'), ('contract', 62, 'pending')) v(object, id, status);
insert into payment_plan (tenant_id, id, order_id, customer_id, owner_id, period, due_on, amount_fen, received_fen, status, created_at, updated_at) values
    (current_setting('app.tenant')::bigint, 71, 51, 11, 1, 1, '2026-03-01', 50000, 50000, 'done', now(), now()),
    (current_setting('app.tenant')::bigint, 72, 51, 11, 1, 2, '2026-04-01', 50000, 0, 'waiting', now(), now()),
    (current_setting('app.tenant')::bigint, 73, 53, 11, 1, 1, '2026-04-01', 300000, 0, 'waiting', now(), now());
insert into high_sea_seat (tenant_id, high_sea_id, employee_id)
    select tenant_id, min(id), 2 from high_sea where tenant_id = current_setting('app.tenant')::bigint group by tenant_id;
