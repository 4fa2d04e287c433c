-- Columns that are added to managed tables: files that were written before do not have them.

-- How many columns the table had when the file was written; null: all that it has.
alter table table_files add column column_count integer;
update table_files set column_count = (select json_array_length(columns) from source_tables where source_tables.id = table_files.table_id);
