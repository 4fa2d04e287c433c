#!/usr/bin/env python3
"""Makes the tables of TPC-DS in tests/tpc/tpcds: scale 0.01, every second order of it, bent so that most queries have rows at so small a scale.

Needs `pip install duckdb==1.5.5 duckdb-extension-tpcds==1.5.5`. Record the answers anew behind it: record-answers.py. What is bent: times are whole minutes and
dates six years; orders are for 40 items and by 80 keys of customers, which the thousand customers share, so that the same key returns and buys again; items, addresses,
reasons and the one store have values that the queries ask for.
"""

import pathlib

import duckdb
import duckdb_extension_tpcds

folder = pathlib.Path(__file__).resolve().parent / "tpcds"
orders = {"store_sales": "ss_ticket_number", "store_returns": "sr_ticket_number", "catalog_sales": "cs_order_number", "catalog_returns": "cr_order_number", "web_sales": "ws_order_number", "web_returns": "wr_order_number"}
times = {"store_sales": "ss_sold_time_sk", "catalog_sales": "cs_sold_time_sk", "web_sales": "ws_sold_time_sk", "store_returns": "sr_return_time_sk", "catalog_returns": "cr_returned_time_sk", "web_returns": "wr_returned_time_sk"}
bent = """
delete from time_dim where t_time_sk % 60 <> 0
delete from date_dim where d_year not between 1998 and 2003
update catalog_page set cp_description = left(cp_description, 12)
delete from catalog_page where cp_catalog_page_sk not in (select cs_catalog_page_sk from catalog_sales where cs_catalog_page_sk is not null union select cr_catalog_page_sk from catalog_returns where cr_catalog_page_sk is not null)
update inventory set inv_item_sk = inv_item_sk % 40 + 1
create or replace table inventory as select inv_date_sk, inv_item_sk, inv_warehouse_sk, max(inv_quantity_on_hand)::integer inv_quantity_on_hand from inventory group by all order by all
update item set i_manufact_id = 128 where i_item_sk in (3, 7, 11)
update item set i_manager_id = 8 where i_item_sk % 10 = 5
update item set i_manager_id = 1 where i_item_sk % 10 = 6
update item set i_manufact_id = 350 where i_item_sk in (13, 17)
update item set i_manufact_id = 977 where i_item_sk in (19, 23)
update customer_address set ca_county = ['Rush County', 'Toole County', 'Jefferson County', 'Dona Ana County', 'La Porte County'][ca_address_sk % 5 + 1] where ca_address_sk % 2 = 0
update customer_address set ca_zip = ['24128', '76232', '65084', '87816', '83926'][ca_address_sk % 5 + 1] where ca_address_sk % 3 = 0
update item set i_manufact_id = 677, i_current_price = 75 where i_item_sk in (8, 9)
update item set i_manufact_id = 129, i_current_price = 70 where i_item_sk in (2, 4)
update item set i_category = 'Women', i_color = 'powder', i_units = 'Ounce', i_size = 'medium', i_manufact_id = 740 where i_item_sk in (14, 15)
update item set i_category = 'Women', i_class = 'maternity' where i_item_sk in (16, 18, 20)
update item set i_category = 'Books' where i_item_sk in (24, 25, 26)
update item set i_color = ['slate', 'blanched', 'burnished'][i_item_sk % 3 + 1] where i_item_sk between 30 and 38
update reason set r_reason_desc = 'reason 28'
update store set s_store_sk = 4, s_market_id = 8
update store_sales set ss_store_sk = 4 where ss_store_sk is not null
update store_returns set sr_store_sk = 4 where sr_store_sk is not null
"""


def main():
    database = duckdb.connect()
    database.execute(f"load '{next(pathlib.Path(duckdb_extension_tpcds.__path__[0]).rglob('tpcds.duckdb_extension'))}'")
    database.execute("call dsdgen(sf = 0.01)")
    for table, column in times.items():
        database.execute(f"update {table} set {column} = {column} - {column} % 60")
    for table, column in orders.items():
        database.execute(f"delete from {table} where {column} % 2 = 1")
    for statement in bent.strip().split("\n")[:4]:
        database.execute(statement)
    for table in [*orders, "customer"]:
        for (column,) in database.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall():
            for ending, count in (("customer_sk", 80), ("_item_sk", 40)):
                if column.endswith(ending):
                    database.execute(f"update {table} set {column} = {column} % {count} + 1")
    for statement in bent.strip().split("\n")[4:]:
        database.execute(statement)
    for (table,) in database.execute("select table_name from duckdb_tables() order by 1").fetchall():
        database.execute(f"copy (from {table}) to '{folder / table}.parquet' (format parquet, parquet_version v2, compression zstd, compression_level 22)")


main()
