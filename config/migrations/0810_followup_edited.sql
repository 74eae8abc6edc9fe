-- When its author last changed a follow-up; null: it is as it was written.
alter table followup add column edited_at timestamptz;

-- By SMS and in a WeCom conversation too, and about documents.
alter table followup drop constraint followup_method_check;
alter table followup add constraint followup_method_check
    check (method in ('call', 'visit', 'wechat', 'wecom', 'email', 'sms', 'meeting', 'other')) not valid;
alter table followup drop constraint followup_target_type_check;
alter table followup add constraint followup_target_type_check
    check (target_type in ('lead', 'customer', 'contact', 'opportunity', 'quote', 'contract', 'order', 'payment')) not valid;

-- Which customers have any about documents: those are seen with the documents alone.
create index followup_document on followup (tenant_id, customer_id)
    where target_type in ('quote', 'contract', 'order', 'payment');
