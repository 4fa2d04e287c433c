"""The identity service: look-ups that clients make by themselves, tokens, users, access keys, and what ends with them."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.region import region as regions
from huaweicloudsdkdli.v1 import DliClient, ListQueuesRequest
from huaweicloudsdkiam.v3 import *

from asking import ask, client, expect, only, play, refused, same, setting

made = {}
domain = only(ask(client(IamClient, GlobalCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'), 'unknown')).keystone_list_auth_domains,
                  KeystoneListAuthDomainsRequest()).domains, 'domains')
iam = client(IamClient, GlobalCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'), domain.id))


def look_ups():
    """A client that is given a region and no project id asks for both by itself."""
    region = regions.Region(setting('PROJECT_NAME'), setting('ENDPOINT'))
    dli = DliClient.new_builder().with_credentials(BasicCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'))).with_region(region).build()
    expect(dli.get_credentials().project_id, setting('PROJECT_ID'), 'the project that the client found')
    ask(dli.list_queues, ListQueuesRequest())
    service = IamClient.new_builder().with_credentials(GlobalCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'))).with_region(region).build()
    expect(service.get_credentials().domain_id, domain.id, 'the domain that the client found')


def projects():
    project = only(ask(iam.keystone_list_projects, KeystoneListProjectsRequest(name=setting('PROJECT_NAME'), enabled=True)).projects, 'projects by name')
    expect((project.id, project.domain_id, project.enabled, project.is_domain), (setting('PROJECT_ID'), domain.id, True, False), 'the project')
    expect(ask(iam.keystone_list_projects, KeystoneListProjectsRequest(name='nowhere')).projects, [], 'projects by another name')
    assert any(each.id == project.id for each in ask(iam.keystone_list_auth_projects, KeystoneListAuthProjectsRequest()).projects)
    same(project, ask(iam.keystone_show_project, KeystoneShowProjectRequest(project.id)).project)


def more_projects():
    written = KeystoneCreateProjectOption(name=f"{setting('PROJECT_NAME')}_sdk", parent_id=domain.id, domain_id=domain.id, description='made by an SDK')
    project = ask(iam.keystone_create_project, KeystoneCreateProjectRequest(KeystoneCreateProjectRequestBody(written))).project
    same(written, project)
    changed = KeystoneUpdateProjectOption(description='changed by an SDK')
    ask(iam.keystone_update_project, KeystoneUpdateProjectRequest(project.id, KeystoneUpdateProjectRequestBody(changed)))
    same(changed, ask(iam.keystone_show_project, KeystoneShowProjectRequest(project.id)).project)


def sign_in(name, password, scope):
    user = PwdPasswordUser(PwdPasswordUserDomain(setting('DOMAIN_NAME')), name, password)
    auth = PwdAuth(PwdIdentity(['password'], PwdPassword(user)), scope)
    return KeystoneCreateUserTokenByPasswordRequest(body=KeystoneCreateUserTokenByPasswordRequestBody(auth))


def tokens():
    for scope in (AuthScope(project=AuthScopeProject(id=setting('PROJECT_ID'))), AuthScope(project=AuthScopeProject(name=setting('PROJECT_NAME'))),
                  AuthScope(domain=AuthScopeDomain(id=domain.id)), AuthScope(domain=AuthScopeDomain(name=setting('DOMAIN_NAME')))):
        issued = ask(iam.keystone_create_user_token_by_password, sign_in(setting('USER'), setting('PASSWORD'), scope))
        assert issued.x_subject_token, 'no token in the header'
        expect(issued.token.user.name, setting('USER'), 'the user of the token')
        if scope.project is not None:
            expect(issued.token.project.id, setting('PROJECT_ID'), 'the project of the token')
        valid = ask(iam.keystone_validate_token, KeystoneValidateTokenRequest(issued.x_subject_token))
        expect((valid.token.user.id, valid.token.expires_at), (issued.token.user.id, issued.token.expires_at), 'the validated token')
    made['owner'] = issued.token.user.id


def catalog():
    services = {service.type for service in ask(iam.keystone_show_catalog, KeystoneShowCatalogRequest()).catalog}
    assert {'dli', 'vpc', 'iam'} <= services | {'identity', 'iam'}, f'the catalog holds {services}'


def users():
    written = KeystoneCreateUserOption(name='sdk_user', domain_id=domain.id, password='Correct-horse-battery-2', enabled=True, description='made by an SDK')
    user = ask(iam.keystone_create_user, KeystoneCreateUserRequest(KeystoneCreateUserRequestBody(written))).user
    made['user'] = user.id
    same(written, user, without=('password',))
    same(written, only(ask(iam.keystone_list_users, KeystoneListUsersRequest(name='sdk_user')).users, 'users by name'), without=('password',))
    changed = KeystoneUpdateUserOption(description='changed by an SDK', password='Correct-horse-battery-3')
    ask(iam.keystone_update_user_by_admin, KeystoneUpdateUserByAdminRequest(user.id, KeystoneUpdateUserByAdminRequestBody(changed)))
    expect(ask(iam.keystone_show_user, KeystoneShowUserRequest(user.id)).user.description, 'changed by an SDK', 'the description')
    scope = AuthScope(domain=AuthScopeDomain(id=domain.id))
    ask(iam.keystone_create_user_token_by_password, sign_in('sdk_user', 'Correct-horse-battery-3', scope))
    refused(401, 401, iam.keystone_create_user_token_by_password, sign_in('sdk_user', 'Correct-horse-battery-2', scope))


def access_keys():
    keys = lambda: ask(iam.list_permanent_access_keys, ListPermanentAccessKeysRequest(made['user'])).credentials
    key = ask(iam.create_permanent_access_key, CreatePermanentAccessKeyRequest(CreatePermanentAccessKeyRequestBody(
        CreateCredentialOption(made['user'], 'made by an SDK')))).credential
    assert key.access and key.secret, 'a new key comes with its secret'
    listed = only(keys(), 'keys of the user')
    expect((listed.access, listed.status, listed.description), (key.access, 'active', 'made by an SDK'), 'the listed key')
    own = client(IamClient, GlobalCredentials(key.access, key.secret, domain.id))
    ask(own.keystone_list_auth_domains, KeystoneListAuthDomainsRequest())
    change = lambda status: ask(iam.update_permanent_access_key, UpdatePermanentAccessKeyRequest(key.access, UpdatePermanentAccessKeyRequestBody(
        UpdateCredentialOption(status, 'changed by an SDK')))).credential
    expect(change('inactive').status, 'inactive', 'the status of the key')
    refused(401, 'APIGW.0301', own.keystone_list_auth_domains, KeystoneListAuthDomainsRequest())
    change('active')
    expect(ask(iam.show_permanent_access_key, ShowPermanentAccessKeyRequest(key.access)).credential.description, 'changed by an SDK', 'the description')
    ask(own.keystone_list_auth_domains, KeystoneListAuthDomainsRequest())
    ask(iam.delete_permanent_access_key, DeletePermanentAccessKeyRequest(key.access))
    expect(keys(), [], 'keys after delete')
    refused(401, 'APIGW.0301', own.keystone_list_auth_domains, KeystoneListAuthDomainsRequest())


def delete():
    ask(iam.keystone_delete_user, KeystoneDeleteUserRequest(made['user']))
    expect(ask(iam.keystone_list_users, KeystoneListUsersRequest(name='sdk_user')).users, [], 'users after delete')


play(look_ups, projects, more_projects, tokens, catalog, users, access_keys, delete)
