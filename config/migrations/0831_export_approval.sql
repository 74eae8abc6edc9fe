-- Files of many rows may need a superior's consent before they can be downloaded; and each is given out once.

alter table approval_setting add column above_count bigint not null default 0 check (above_count >= 0); -- of rows: export

alter table export_job drop constraint export_job_state_check;
alter table export_job add constraint export_job_state_check
    check (state in ('running', 'waiting', 'done', 'refused', 'failed'));
alter table export_job add column downloaded_at timestamptz;  -- first
