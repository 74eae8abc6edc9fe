-- A share rule may hold for some records of its source only: [{"field", "test": "is"|"is_not", "values": []}], all of them.
alter table share_rule add column conditions jsonb not null default '[]';
