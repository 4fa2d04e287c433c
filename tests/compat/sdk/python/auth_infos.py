"""Datasource authentication in both forms of its calls: create, list, change, delete; passwords never come back."""

from huaweicloudsdkdli.v1 import *

from asking import ask, client, expect, only, play, refused, same

SECRETS = ('password', 'truststore_password', 'keystore_password', 'key_password')
KINDS = [
    dict(auth_info_name='sdk_passwd', datasource_type='passwd', user_name='reader', password='Secret-canary-1'),
    dict(auth_info_name='sdk_css', datasource_type='CSS', user_name='admin', password='Secret-canary-2',
         certificate_location='obs://bucket/CloudSearchService.cer'),
    dict(auth_info_name='sdk_krb', datasource_type='KRB', user_name='kafka', krb5_conf='obs://bucket/krb5.conf', keytab='obs://bucket/user.keytab'),
    dict(auth_info_name='sdk_kafka', datasource_type='Kafka_SSL', truststore_location='obs://bucket/trust.jks', truststore_password='Secret-canary-3',
         keystore_location='obs://bucket/key.jks', keystore_password='Secret-canary-4', key_password='Secret-canary-5'),
]
dli = client(DliClient)


def one_form(form):
    """One round over all kinds; `form` holds the four calls with their models."""
    (create, Create, Body), (list_them, List), (update, Update, Change), (delete, Delete) = form

    def read(name):
        answer = ask(list_them, List(auth_info_name=name))
        expect(answer.count, len(answer.auth_infos), 'count')
        assert b'canary' not in answer.raw_content, 'a password came back'
        return answer.auth_infos

    for members in KINDS:
        written = Body(**members)
        expect(ask(create, Create(written)).message, 'Upload success.', 'the published text')
        same(written, only(read(written.auth_info_name), written.auth_info_name), without=SECRETS)
        refused(400, 'DLI.0006', create, Create(written))
    every = ask(list_them, List(offset=0, limit=100)).auth_infos
    assert {members['auth_info_name'] for members in KINDS} <= {item.auth_info_name for item in every}, 'the whole list lacks some'
    expect(ask(update, Update(Change(auth_info_name='sdk_passwd', user_name='writer', password='Secret-canary-6'))).message, 'Update success.', 'the published text')
    expect(only(read('sdk_passwd'), 'sdk_passwd').user_name, 'writer', 'the new user')
    refused(400, 'DLI.0001', create, Create(Body(auth_info_name='sdk_short', datasource_type='passwd')))
    for members in KINDS:
        expect(ask(delete, Delete(members['auth_info_name'])).message, 'Deleted success.', 'the published text')
        expect(read(members['auth_info_name']), [], 'what is left')


def current_form():
    one_form(((dli.create_job_auth_info, CreateJobAuthInfoRequest, CreateJobAuthInfoRequestBody), (dli.list_job_auth_infos, ListJobAuthInfosRequest),
                (dli.update_job_auth_info, UpdateJobAuthInfoRequest, UpdateJobAuthInfoRequestBody), (dli.delete_job_auth_info, DeleteJobAuthInfoRequest)))


def older_form():
    one_form(((dli.create_auth_info, CreateAuthInfoRequest, CreateAuthInfoRequestBody), (dli.list_auth_info, ListAuthInfoRequest),
                (dli.update_auth_info, UpdateAuthInfoRequest, UpdateAuthInfoRequestBody), (dli.delete_auth_info, DeleteAuthInfoRequest)))


play(current_form, older_form)
