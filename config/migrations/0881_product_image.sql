-- Products have pictures: attachments, of which one can be put first. They go with their product.
alter table product add column first_image_id bigint;
create trigger forget_files after delete on product for each row execute function forget_files('product');
