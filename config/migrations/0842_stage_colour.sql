-- The colour of a stage, of those that tags have; null: by its kind.
alter table sales_stage
    add column colour text check (colour in ('grey', 'blue', 'green', 'orange', 'red', 'violet'));
