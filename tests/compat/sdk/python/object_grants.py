"""Rights on databases: granted, listed from every side, replaced, taken back; and a database that changes hands."""

from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkdli.v1 import *
from huaweicloudsdkiam import v3 as identity

from asking import ask, client, expect, only, play, refused, setting

DATABASE, USER = 'sdk_rights', 'sdk_grantee'
dli = client(DliClient)
iam = client(identity.IamClient, GlobalCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'), 'unused'))
made = {}


def prepare():
    domain = only(ask(iam.keystone_list_auth_domains, identity.KeystoneListAuthDomainsRequest()).domains, 'domains')
    made['user'] = ask(iam.keystone_create_user, identity.KeystoneCreateUserRequest(identity.KeystoneCreateUserRequestBody(
        identity.KeystoneCreateUserOption(name=USER, domain_id=domain.id, password='Correct-horse-battery-4')))).user.id
    ask(dli.create_database, CreateDatabaseRequest(CreateDatabaseRequestBody(DATABASE)))


def change(object, action, *privileges):
    return ask(dli.run_data_authorization_action, RunDataAuthorizationActionRequest(
        RunDataAuthorizationActionRequestBody(USER, action, [DataAuthorizationPrivilege(object, list(privileges))])))


def on_databases():
    object = f'databases.{DATABASE}'

    def read():
        answer = ask(dli.list_authorization_privileges, ListAuthorizationPrivilegesRequest(object))
        expect((answer.object_type, answer.object_name, answer.count), ('database', DATABASE, len(answer.privileges)), 'the object of the answer')
        return {entry.user_name: sorted(entry.privileges) for entry in answer.privileges if not entry.is_admin}

    change(object, 'grant', 'SELECT', 'DESCRIBE_TABLE')
    expect(read(), {USER: ['DESCRIBE_TABLE', 'SELECT']}, 'after a grant')
    users = ask(dli.list_database_users, ListDatabaseUsersRequest(DATABASE)).privileges
    expect(sorted(only((entry for entry in users if entry.user_name == USER), 'grantees').privileges), ['DESCRIBE_TABLE', 'SELECT'], 'from the database')
    change(object, 'update', 'SELECT')
    expect(read(), {USER: ['SELECT']}, 'after replacing')
    change(object, 'revoke', 'SELECT')
    expect(read(), {}, 'after a revoke')
    refused(400, 'DLI.0002', dli.list_authorization_privileges, ListAuthorizationPrivilegesRequest('databases.sdk_nowhere'))


def owners():
    ask(dli.update_database_owner, UpdateDatabaseOwnerRequest(DATABASE, UpdateOwnerRequestBody(USER)))
    expect(only(ask(dli.list_databases, ListDatabasesRequest(keyword=DATABASE)).databases, 'databases').owner, USER, 'the new owner')


def clear():
    ask(dli.delete_database, DeleteDatabaseRequest(DATABASE, False, True))
    ask(iam.keystone_delete_user, identity.KeystoneDeleteUserRequest(made['user']))


play(prepare, on_databases, owners, clear)
