-- Merging and sharing can be taken back in the chat too.
alter table undo_entry drop constraint undo_entry_action_check;
alter table undo_entry add check (action in ('create', 'change', 'owner', 'tags', 'share', 'merge'));
