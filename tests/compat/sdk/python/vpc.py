"""The VPC service in the versions that clients mix: VPCs, subnets, security groups and rules, route tables, tags, and 404 afterwards."""

from huaweicloudsdkvpc import v2, v3

from asking import ask, client, expect, only, play, refused, same, until

one, three = client(v2.VpcClient), client(v3.VpcClient)
made = {}


def vpcs():
    written = v2.CreateVpcOption(cidr='192.168.0.0/16', name='sdk-vpc', description='made by an SDK', enterprise_project_id='0')
    made['vpc'] = id = ask(one.create_vpc, v2.CreateVpcRequest(v2.CreateVpcRequestBody(written))).vpc.id
    read = lambda: ask(one.show_vpc, v2.ShowVpcRequest(id)).vpc
    same(written, until(read, lambda vpc: vpc.status == 'OK', 'the VPC'), without=('tags',))
    same(written, only((vpc for vpc in ask(one.list_vpcs, v2.ListVpcsRequest(limit=2000)).vpcs if vpc.id == id), 'listed VPCs'), without=('tags',))
    changed = v2.UpdateVpcOption(name='sdk-vpc-2', description='changed by an SDK')
    ask(one.update_vpc, v2.UpdateVpcRequest(id, v2.UpdateVpcRequestBody(changed)))
    same(changed, read())
    newer = ask(three.show_vpc, v3.ShowVpcRequest(id)).vpc
    expect((newer.id, newer.name, newer.cidr, newer.status), (id, 'sdk-vpc-2', '192.168.0.0/16', 'ACTIVE'), 'the v3 object')
    assert any(vpc.id == id for vpc in ask(three.list_vpcs, v3.ListVpcsRequest()).vpcs), 'the v3 list lacks the VPC'


def subnets():
    written = v2.CreateSubnetOption(
        name='sdk-subnet', description='made by an SDK', cidr='192.168.20.0/24', vpc_id=made['vpc'], gateway_ip='192.168.20.1', ipv6_enable=False,
        dhcp_enable=True, primary_dns='100.125.4.25', secondary_dns='8.8.8.8', dns_list=['100.125.4.25', '8.8.8.8'])
    made['subnet'] = id = ask(one.create_subnet, v2.CreateSubnetRequest(v2.CreateSubnetRequestBody(written))).subnet.id
    read = lambda: ask(one.show_subnet, v2.ShowSubnetRequest(id)).subnet
    subnet = until(read, lambda found: found.status == 'ACTIVE', 'the subnet')
    same(written, subnet)
    expect(subnet.neutron_network_id, id, 'the network id')
    assert subnet.neutron_subnet_id not in (None, '', id), 'the neutron subnet id is another one'
    same(written, only(ask(one.list_subnets, v2.ListSubnetsRequest(vpc_id=made['vpc'])).subnets, 'subnets of the VPC'))
    changed = v2.UpdateSubnetOption(name='sdk-subnet-2', description='changed by an SDK', dhcp_enable=True, dns_list=['8.8.8.8'])
    expect(ask(one.update_subnet, v2.UpdateSubnetRequest(made['vpc'], id, v2.UpdateSubnetRequestBody(changed))).subnet.id, id, 'the id in the answer')
    same(changed, read())
    refused(400, 'VPC.0204', one.create_subnet, v2.CreateSubnetRequest(v2.CreateSubnetRequestBody(
        v2.CreateSubnetOption(name='sdk-overlap', cidr='192.168.20.0/25', vpc_id=made['vpc'], gateway_ip='192.168.20.1'))))
    refused(400, 'VPC.0203', one.create_subnet, v2.CreateSubnetRequest(v2.CreateSubnetRequestBody(
        v2.CreateSubnetOption(name='sdk-outside', cidr='10.0.0.0/24', vpc_id=made['vpc'], gateway_ip='10.0.0.1'))))


def security_groups():
    written = v3.CreateSecurityGroupOption(name='sdk-group', description='made by an SDK', enterprise_project_id='0')
    group = ask(three.create_security_group, v3.CreateSecurityGroupRequest(v3.CreateSecurityGroupRequestBody(security_group=written))).security_group
    made['group'] = id = group.id
    same(written, group)
    same(written, ask(three.show_security_group, v3.ShowSecurityGroupRequest(id)).security_group)
    older = ask(one.show_security_group, v2.ShowSecurityGroupRequest(id)).security_group
    expect((older.name, older.description), (written.name, written.description), 'the v1 object')
    expect(len(older.security_group_rules), 4, 'rules of a fresh group')
    changed = v3.UpdateSecurityGroupOption('sdk-group-2', 'changed by an SDK')
    ask(three.update_security_group, v3.UpdateSecurityGroupRequest(id, v3.UpdateSecurityGroupRequestBody(security_group=changed)))
    same(changed, only(ask(three.list_security_groups, v3.ListSecurityGroupsRequest(name=['sdk-group-2'])).security_groups, 'groups by name'))
    assert any(each.id == id for each in ask(one.list_security_groups, v2.ListSecurityGroupsRequest(limit=2000)).security_groups), 'the v1 list lacks the group'
    expect(ask(one.list_security_groups, v2.ListSecurityGroupsRequest(marker='ffffffff-ffff-ffff-ffff-ffffffffffff')).security_groups, [], 'groups beyond the end')
    second = ask(one.create_security_group, v2.CreateSecurityGroupRequest(v2.CreateSecurityGroupRequestBody(v2.CreateSecurityGroupOption('sdk-group-v1')))).security_group
    expect(second.name, 'sdk-group-v1', 'the group of the older call')
    ask(three.delete_security_group, v3.DeleteSecurityGroupRequest(second.id))
    refused(404, 'VPC.0603', three.show_security_group, v3.ShowSecurityGroupRequest(second.id))


def security_group_rules():
    written = v3.CreateSecurityGroupRuleOption(
        security_group_id=made['group'], description='made by an SDK', direction='ingress', ethertype='IPv4', protocol='tcp', multiport='5432',
        remote_ip_prefix='172.16.0.0/16', action='allow', priority=1)
    rule = ask(three.create_security_group_rule, v3.CreateSecurityGroupRuleRequest(
        v3.CreateSecurityGroupRuleRequestBody(security_group_rule=written))).security_group_rule
    same(written, rule)
    same(written, ask(three.show_security_group_rule, v3.ShowSecurityGroupRuleRequest(rule.id)).security_group_rule)
    mine = ask(three.list_security_group_rules, v3.ListSecurityGroupRulesRequest(security_group_id=[made['group']])).security_group_rules
    assert any(each.id == rule.id for each in mine), 'the list lacks the rule'
    older = v2.CreateSecurityGroupRuleOption(
        security_group_id=made['group'], description='older', direction='ingress', ethertype='IPv4', protocol='tcp', port_range_min=3306, port_range_max=3310,
        remote_ip_prefix='172.17.0.0/16')
    second = ask(one.create_security_group_rule, v2.CreateSecurityGroupRuleRequest(v2.CreateSecurityGroupRuleRequestBody(older))).security_group_rule
    same(older, ask(one.show_security_group_rule, v2.ShowSecurityGroupRuleRequest(second.id)).security_group_rule)
    expect(ask(three.show_security_group_rule, v3.ShowSecurityGroupRuleRequest(second.id)).security_group_rule.multiport, '3306-3310', 'the range in v3')
    listed = ask(one.list_security_group_rules, v2.ListSecurityGroupRulesRequest(security_group_id=made['group'])).security_group_rules
    assert {rule.id, second.id} <= {each.id for each in listed}, 'the v1 list lacks a rule'
    ask(three.delete_security_group_rule, v3.DeleteSecurityGroupRuleRequest(rule.id))
    ask(one.delete_security_group_rule, v2.DeleteSecurityGroupRuleRequest(second.id))
    refused(404, 'VPC.0603', three.show_security_group_rule, v3.ShowSecurityGroupRuleRequest(rule.id))


def tags():
    kinds = [
        (made['vpc'], one.batch_create_vpc_tags, v2.BatchCreateVpcTagsRequest, v2.BatchCreateVpcTagsRequestBody, one.batch_delete_vpc_tags,
         v2.BatchDeleteVpcTagsRequest, v2.BatchDeleteVpcTagsRequestBody, one.show_vpc_tags, v2.ShowVpcTagsRequest),
        (made['subnet'], one.batch_create_subnet_tags, v2.BatchCreateSubnetTagsRequest, v2.BatchCreateSubnetTagsRequestBody, one.batch_delete_subnet_tags,
         v2.BatchDeleteSubnetTagsRequest, v2.BatchDeleteSubnetTagsRequestBody, one.show_subnet_tags, v2.ShowSubnetTagsRequest),
        (made['group'], one.batch_create_security_group_tags, v2.BatchCreateSecurityGroupTagsRequest, v2.BatchCreateSecurityGroupTagsRequestBody,
         one.batch_delete_security_group_tags, v2.BatchDeleteSecurityGroupTagsRequest, v2.BatchDeleteSecurityGroupTagsRequestBody,
         one.show_security_group_tags, v2.ShowSecurityGroupTagsRequest),
    ]
    for id, add, Add, AddBody, remove, Remove, RemoveBody, show, Show in kinds:
        read = lambda: sorted((tag.key, tag.value) for tag in ask(show, Show(id)).tags)
        expect(read(), [], 'tags of a fresh resource')
        ask(add, Add(id, AddBody('create', [v2.ResourceTag('team', 'sdk'), v2.ResourceTag('stage', 'test')])))
        expect(read(), [('stage', 'test'), ('team', 'sdk')], 'tags')
        ask(remove, Remove(id, RemoveBody('delete', [v2.ResourceTag('team', 'sdk')])))
        expect(read(), [('stage', 'test')], 'tags after delete of one')


def more_blocks():
    blocks = ['10.88.0.0/16']
    added = ask(three.add_vpc_extend_cidr, v3.AddVpcExtendCidrRequest(made['vpc'], v3.AddVpcExtendCidrRequestBody(vpc=v3.AddExtendCidrOption(blocks))))
    expect(added.vpc.extend_cidrs, blocks, 'blocks in the answer')
    expect(ask(three.show_vpc, v3.ShowVpcRequest(made['vpc'])).vpc.extend_cidrs, blocks, 'blocks as written')
    ask(three.remove_vpc_extend_cidr, v3.RemoveVpcExtendCidrRequest(made['vpc'], v3.RemoveVpcExtendCidrRequestBody(vpc=v3.RemoveExtendCidrOption(blocks))))
    expect(ask(three.show_vpc, v3.ShowVpcRequest(made['vpc'])).vpc.extend_cidrs, [], 'blocks after removing')


def route_tables():
    listed = lambda: ask(one.list_route_tables, v2.ListRouteTablesRequest(vpc_id=made['vpc'])).routetables
    default = only(listed(), 'route tables of the VPC')
    expect((default.default, default.vpc_id, [subnet.id for subnet in default.subnets]), (True, made['vpc'], [made['subnet']]), 'the default table')
    detail = ask(one.show_route_table, v2.ShowRouteTableRequest(default.id)).routetable
    assert any(route.type == 'local' and route.destination == '192.168.20.0/24' for route in detail.routes), 'the local route is missing'
    option = v2.CreateRouteTableReq(name='sdk-table', vpc_id=made['vpc'], description='made by an SDK')
    table = ask(one.create_route_table, v2.CreateRouteTableRequest(v2.CreateRoutetableReqBody(option))).routetable
    same(option, ask(one.show_route_table, v2.ShowRouteTableRequest(table.id)).routetable)
    changed = v2.UpdateRouteTableReq(name='sdk-table-2', description='changed by an SDK')
    ask(one.update_route_table, v2.UpdateRouteTableRequest(table.id, v2.UpdateRoutetableReqBody(changed)))
    same(changed, ask(one.show_route_table, v2.ShowRouteTableRequest(table.id)).routetable)
    move = lambda **lists: ask(one.associate_route_table, v2.AssociateRouteTableRequest(table.id, v2.RoutetableAssociateReqbody(
        v2.AsscoiateReq(v2.AssociateRouteTableAndSubnetReq(**lists)))))
    expect([subnet.id for subnet in move(associate=[made['subnet']]).routetable.subnets], [made['subnet']], 'subnets of the table')
    expect(move(disassociate=[made['subnet']]).routetable.subnets, [], 'subnets after moving back')
    ask(one.delete_route_table, v2.DeleteRouteTableRequest(table.id))
    expect(len(listed()), 1, 'route tables after delete')


def delete():
    refused(409, 'VPC.0104', one.delete_vpc, v2.DeleteVpcRequest(made['vpc']))
    ask(one.delete_security_group, v2.DeleteSecurityGroupRequest(made['group']))
    refused(404, 'VPC.0603', one.show_security_group, v2.ShowSecurityGroupRequest(made['group']))
    ask(one.delete_subnet, v2.DeleteSubnetRequest(made['vpc'], made['subnet']))
    refused(404, 'VPC.0202', one.show_subnet, v2.ShowSubnetRequest(made['subnet']))
    ask(one.delete_vpc, v2.DeleteVpcRequest(made['vpc']))
    refused(404, 'VPC.0105', one.show_vpc, v2.ShowVpcRequest(made['vpc']))


play(vpcs, subnets, security_groups, security_group_rules, tags, more_blocks, route_tables, delete)
