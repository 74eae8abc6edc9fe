-- What happens when an opportunity comes into a stage: {tasks: [{title, due_days, assignee}], reminder_days, values: [{field,
-- value}]}.
alter table sales_stage add column on_entry jsonb not null default '{}';
