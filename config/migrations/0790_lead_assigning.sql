-- When a rule of lead assignment counts, and imports whose leads go where the rules say.
alter table lead_assignment_rule
    add column days      text not null default 'any' check (days in ('any', 'working', 'free')),
    add column time_from text check (time_from ~ '^[0-2][0-9]:[0-5][0-9]$'),  -- of the company's day
    add column time_to   text check (time_to ~ '^[0-2][0-9]:[0-5][0-9]$');    -- before time_from: over midnight
alter table import_job add column assign_by_rules boolean not null default false;
