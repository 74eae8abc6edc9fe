-- Somebody who checks in at a desk says where he is in words.
alter table followup_place
    alter column latitude drop not null,
    alter column longitude drop not null,
    add check ((latitude is null) = (longitude is null));
