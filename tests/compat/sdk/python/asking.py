"""What every script here shares: clients from the environment, calls whose answers must fit the vendor's own models, and waiting."""

import atexit
import os
import re
import sys
import time
import traceback
from decimal import Decimal

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

# What JSON may hold where a model declares this; bool is no int here although Python says so.
_KINDS = {'str': (str,), 'int': (int,), 'float': (int, float, Decimal), 'bool': (bool,), 'datetime': (str,), 'object': (object,)}
# Arrays that the contract leaves out of some answers: rows come with synchronous DDL alone, a second array beside the list confuses other clients.
_OPTIONAL = {('CreateSqlJobResponse', 'schema'), ('CreateSqlJobResponse', 'rows'), ('CountResourcesByTagsResponse', 'resources'),
             ('Table', 'partition_columns'), ('ShowTableResponse', 'storage_properties'), ('ShowSqlJobDetailResponse', 'tags'),
             ('Partition', 'locations'), ('ListVpcPeeringsResponse', 'peerings_links')}
_count = {'answers': 0, 'refusals': 0}
atexit.register(lambda: print(f"{_count['answers']} answers fitted the models, {_count['refusals']} refusals were as published", flush=True))


def setting(name):
    """One setting of the stage, such as ENDPOINT."""
    return os.environ[f'TRIBUTARY_{name}']


def client(kind, credentials=None):
    """A client of one service for the stage's project, with its keys unless others are given."""
    keys = credentials or BasicCredentials(setting('ACCESS_KEY'), setting('SECRET_KEY'), setting('PROJECT_ID'))
    return kind.new_builder().with_credentials(keys).with_endpoint(setting('ENDPOINT')).build()


def ask(call, request):
    """Makes a call. Its raw answer must have every declared array, and in each declared member the declared kind: the SDK itself would convert silently."""
    try:
        answer = call(request)
    except ServiceResponseException as error:
        raise AssertionError(f'{call.__name__} answered {error.status_code} {error.error_code} {error.error_msg}') from None
    body = answer.to_json_object()
    if answer.status_code == 204:
        expect(body, None, 'the body of a 204')
    else:
        wrong = list(misfits(body, type(answer).__name__, call.__self__.model_package, type(answer).__name__))
        assert not wrong, f'{call.__name__} answered {answer.status_code}: ' + '; '.join(wrong)
        assert not isinstance(body, dict) or body.get('is_success', True) is True, f'{call.__name__} answered {body}'
    _count['answers'] += 1
    return answer


def refused(status, code, call, request):
    """Makes a call that must be refused with this status and code (None where no page names one), a text and a request id; returns the text."""
    try:
        answer = call(request)
    except ServiceResponseException as error:
        refusal = error
    else:
        raise AssertionError(f'{call.__name__} should have been refused with {code} and answered {answer}')
    expect((refusal.status_code, refusal.error_code), (status, code or refusal.error_code), f'{call.__name__}: {refusal.error_msg}')
    assert refusal.error_code and refusal.error_msg and refusal.request_id, f'{call.__name__} was refused without code, text or request id'
    _count['refusals'] += 1
    return refusal.error_msg


def play(*parts):
    """Runs the parts of a script in order, each whatever the one before came to, so that one run shows everything that is wrong."""
    failed = []
    for part in parts:
        try:
            part()
        except Exception:
            failed.append(part.__name__)
            traceback.print_exc()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def expect(actual, wanted, what):
    """Equality that says what differs."""
    assert actual == wanted, f'{what}: {actual!r} instead of {wanted!r}'


def same(written, read, without=()):
    """Every member that was written must be read again with the same value, except those that the contract does not return."""
    compared = [name for name in written.openapi_types if getattr(written, name) is not None and name not in without]
    assert compared, f'{type(written).__name__} has nothing to compare'
    for name in compared:
        expect(getattr(read, name), getattr(written, name), f'{type(read).__name__}.{name}')


def only(items, what):
    """The single item of a list."""
    found = list(items)
    assert len(found) == 1, f'{len(found)} of {what} instead of one: {found}'
    return found[0]


def until(read, is_done, what, seconds=20):
    """Reads again every 50 ms until the answer will do; returns that answer."""
    end = time.monotonic() + seconds
    while True:
        answer = read()
        if is_done(answer):
            return answer
        assert time.monotonic() < end, f'still waiting for {what} after {seconds} s: {answer}'
        time.sleep(0.05)


def misfits(value, declared, models, path):
    """What in a JSON value is not as the SDK's models declare it, one sentence each."""
    if value is None:
        return
    listed = re.fullmatch(r'list\[(.*)\]', declared)
    mapped = re.fullmatch(r'dict\(str, (.*)\)', declared)
    if declared in _KINDS:
        if not isinstance(value, _KINDS[declared]) or (isinstance(value, bool) and declared in ('int', 'float')):
            yield f'{path} is {value!r} where the SDK declares {declared}'
    elif listed or mapped:
        if not isinstance(value, list if listed else dict):
            yield f'{path} is {value!r} where the SDK declares {declared}'
            return
        for key, item in enumerate(value) if listed else value.items():
            yield from misfits(item, (listed or mapped).group(1), models, f'{path}[{key}]')
    else:
        yield from _misfits_of_model(value, declared, models, path)


def _misfits_of_model(value, declared, models, path):
    model = getattr(models, declared)
    if not isinstance(value, dict):
        yield f'{path} is {value!r} where the SDK declares {declared}'
        return
    for name, kind in model.openapi_types.items():
        key = model.attribute_map[name]
        if key in value:
            yield from misfits(value[key], kind, models, f'{path}.{key}')
        elif kind.startswith('list[') and (declared, name) not in _OPTIONAL:
            yield f'{path} has no {key}, not even an empty list'
