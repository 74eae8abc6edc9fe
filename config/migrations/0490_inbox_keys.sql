-- A message's MsgId is what its dedupe key is made of now, so the key of the inbox itself tells it; a table beside it cost every callback a
-- second row. A running row is found among the few running ones by their lease, so that no index by number is written for each message.
drop table inbox_message;
drop index inbox_seen;
