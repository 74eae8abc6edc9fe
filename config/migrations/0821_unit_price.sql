-- Unit prices to a ten-thousandth of a yuan (e4); amounts of money stay in fen.
alter table product
    alter column price_fen type bigint using price_fen * 100,
    alter column cost_fen type bigint using cost_fen * 100;
alter table product rename column price_fen to price_e4;
alter table product rename column cost_fen to cost_e4;

alter table price_book_row
    alter column price_fen type bigint using price_fen * 100,
    alter column floor_fen type bigint using floor_fen * 100;
alter table price_book_row rename column price_fen to price_e4;
alter table price_book_row rename column floor_fen to floor_e4;

alter table order_line
    alter column list_fen type bigint using list_fen * 100,
    alter column floor_fen type bigint using floor_fen * 100,
    alter column price_fen type bigint using price_fen * 100;
alter table order_line rename column list_fen to list_e4;
alter table order_line rename column floor_fen to floor_e4;
alter table order_line rename column price_fen to price_e4;

alter table quote_line
    alter column list_fen type bigint using list_fen * 100,
    alter column floor_fen type bigint using floor_fen * 100,
    alter column price_fen type bigint using price_fen * 100;
alter table quote_line rename column list_fen to list_e4;
alter table quote_line rename column floor_fen to floor_e4;
alter table quote_line rename column price_fen to price_e4;

alter table opportunity_line alter column price_fen type bigint using price_fen * 100;
alter table opportunity_line rename column price_fen to price_e4;
