-- In which order the tags of a group stood, by WeCom's ids, when both sides were compared last; and what is put into
-- another order here goes there soon, like other changes.
alter table corp_tag_group add tag_order text[] not null default '{}';

create trigger corp_tag_ordered after update of position on tag
    for each row when (old.position is distinct from new.position) execute function follow_with_corp_tags();
