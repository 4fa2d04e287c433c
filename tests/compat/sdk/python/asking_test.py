"""Shows that the check of answers can fail: each wrong answer below must be found."""

from huaweicloudsdkdli import v1 as models

from asking import misfits

RIGHT = {'is_success': True, 'connections': [{'create_time': 1, 'hosts': [], 'available_queue_info': [], 'elastic_resource_pools': []}], 'count': 1}
WRONG = {
    'a number as text': {**RIGHT, 'count': '1'},
    'a boolean as text': {**RIGHT, 'is_success': 'true'},
    'a boolean as number': {**RIGHT, 'count': True},
    'no array': {name: RIGHT[name] for name in ('is_success', 'count')},
    'an object as array': {**RIGHT, 'connections': {}},
    'a wrong member inside': {**RIGHT, 'connections': [{**RIGHT['connections'][0], 'create_time': '1566888011125'}]},
    'a missing array inside': {**RIGHT, 'connections': [{'hosts': []}]},
}

assert list(misfits(RIGHT, 'ListEnhancedConnectionsResponse', models, 'answer')) == [], 'a right answer is refused'
for what, body in WRONG.items():
    assert list(misfits(body, 'ListEnhancedConnectionsResponse', models, 'answer')), f'{what} is not found'
print(f'{len(WRONG)} wrong answers were found')
