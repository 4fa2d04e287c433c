-- Messages are kept as data that every language can say: the template and what goes into it. What was kept before is shown as it was.

update peerings set err_msg = json_object('template', '{0}', 'values', json_array(err_msg)) where err_msg <> '';
update pool_peerings set err_msg = json_object('template', '{0}', 'values', json_array(err_msg)) where err_msg <> '';
update classic_connections set err_msg = json_object('template', '{0}', 'values', json_array(err_msg)) where err_msg <> '';
update classic_bindings set err_msg = json_object('template', '{0}', 'values', json_array(err_msg)) where err_msg <> '';
update jobs set message = json_object('template', '{0}', 'values', json_array(message)) where message <> '';
update connection_tests set message = json_object('template', '{0}', 'values', json_array(message)) where message <> '';
update reachability set message = json_object('template', '{0}', 'values', json_array(message)) where message <> '';
