"""Rights on a queue: granted, listed, replaced, taken back."""

from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkdli.v1 import *
from huaweicloudsdkiam import v3 as identity

from asking import ask, client, expect, only, play, refused, setting

QUEUE, USER = 'sdk_shared', 'sdk_colleague'
dli = client(DliClient)
iam = client(identity.IamClient, GlobalCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'), 'unused'))
made = {}


def prepare():
    domain = only(ask(iam.keystone_list_auth_domains, identity.KeystoneListAuthDomainsRequest()).domains, 'domains')
    made['user'] = ask(iam.keystone_create_user, identity.KeystoneCreateUserRequest(identity.KeystoneCreateUserRequestBody(
        identity.KeystoneCreateUserOption(name=USER, domain_id=domain.id, password='Correct-horse-battery-4')))).user.id
    ask(dli.create_queue, CreateQueueRequest(CreateQueueRequestBody(queue_name=QUEUE, cu_count=16, resource_mode=1)))


def change_rights():
    def read():
        users = ask(dli.list_queue_users, ListQueueUsersRequest(QUEUE))
        expect(users.queue_name, QUEUE, 'the queue in the answer')
        return {entry.user_name: (entry.is_admin, sorted(entry.privileges)) for entry in users.privileges}

    change = lambda action, *privileges: ask(dli.register_authorized_queue, RegisterAuthorizedQueueRequest(
        RegisterAuthorizedQueueRequestBody(QUEUE, USER, action, list(privileges))))
    expect(read(), {setting('USER'): (True, ['ALL'])}, 'users of a fresh queue')
    change('grant', 'SUBMIT_JOB', 'DROP_QUEUE')
    expect(read()[USER], (False, ['DROP_QUEUE', 'SUBMIT_JOB']), 'after a grant')
    change('revoke', 'DROP_QUEUE')
    expect(read()[USER], (False, ['SUBMIT_JOB']), 'after a revoke')
    change('update', 'CANCEL_JOB', 'RESTART')
    expect(read()[USER], (False, ['CANCEL_JOB', 'RESTART']), 'after replacing')
    change('update')
    expect(read(), {setting('USER'): (True, ['ALL'])}, 'after taking everything')
    refused(400, 'DLI.0001', dli.register_authorized_queue, RegisterAuthorizedQueueRequest(
        RegisterAuthorizedQueueRequestBody(QUEUE, USER, 'grant', ['FLY'])))


def clear():
    ask(dli.delete_queue, DeleteQueueRequest(QUEUE))
    ask(iam.keystone_delete_user, identity.KeystoneDeleteUserRequest(made['user']))


play(prepare, change_rights, clear)
