"""Debian's python3-consul against a node: register, check, look up, watch.  usage: registry_client.py PORT"""

import sys
import threading
import time

import consul

c = consul.Consul(port=int(sys.argv[1]))


def health(name, **options):
    return c.health.service(name, **options)[1]


# register with a TTL check; it is found at once, and not passing before its first heartbeat
assert c.agent.service.register(
    'web', service_id='web-1', address='10.0.0.1', port=80, tags=['v1', 'eu'],
    check=consul.Check.ttl('10s')) is True
time.sleep(0.04)
services = c.agent.services()
assert services['web-1']['Port'] == 80, services
assert [e['Service']['ID'] for e in health('web')] == ['web-1']
assert health('web', passing=True) == []
assert c.agent.check.ttl_pass('service:web-1') is True
found = health('web', passing=True)
assert [(e['Service']['Address'], e['Service']['Port']) for e in found] == [('10.0.0.1', 80)]
assert {check['CheckID'] for check in found[0]['Checks']} == {'service:web-1', 'serfHealth'}

# a second one; by tag; the catalog tells the same
assert c.agent.service.register('web', service_id='web-2', port=81, tags=['v2']) is True
assert [e['Service']['ID'] for e in health('web', tag='v2')] == ['web-2']
index, instances = c.catalog.service('web')
assert [i['ServiceID'] for i in instances] == ['web-1', 'web-2'], instances
assert sorted(c.catalog.services()[1]['web']) == ['eu', 'v1', 'v2']

# a watch is answered when the service changes, and by nothing else
seen = []


def watch():
    seen.append(c.health.service('web', index=index, wait='30s', passing=True))


index = c.health.service('web')[0]
watcher = threading.Thread(target=watch)
watcher.start()
time.sleep(0.5)
assert c.agent.service.register('other', port=9) is True
time.sleep(0.5)
assert seen == []
assert c.agent.check.ttl_fail('service:web-1') is True
watcher.join(10)
assert int(seen[0][0]) > int(index)
assert [e['Service']['ID'] for e in seen[0][1]] == ['web-2']

# maintenance, checks of their own, states
assert c.agent.service.maintenance('web-2', True, 'new disk') is True
assert health('web', passing=True) == []
assert c.agent.service.maintenance('web-2', False) is True
assert c.agent.check.register('disk', check_id='disk', ttl='30s') is True
assert 'disk' in {check['CheckID'] for check in c.health.state('critical')[1]}
assert c.agent.check.ttl_pass('disk') is True
assert 'disk' in c.agent.checks()
assert c.agent.check.deregister('disk') is True

# a node of somebody else
assert c.catalog.register('printer', '10.0.0.9', service={'Service': 'print', 'Port': 515}) is True
assert 'printer' in {n['Node'] for n in c.catalog.nodes()[1]}
assert [i['Address'] for i in c.catalog.service('print')[1]] == ['10.0.0.9']
assert c.catalog.deregister('printer') is True

# events
event = c.event.fire('deploy', body='v2')
assert event['ID'] in {e['ID'] for e in c.event.list('deploy')[1]}

# gone
assert c.agent.service.deregister('web-1') is True
assert c.agent.service.deregister('web-2') is True
time.sleep(0.04)
assert c.catalog.service('web')[1] == []
# the members: one, which leads; it is one already, and nobody else is
config = c.operator.raft_config()
assert [(s['Node'], s['Leader'], s['Voter']) for s in config['Servers']] == [('n1', True, True)], config
member = c.agent.members()[0]
assert c.agent.join('%s:%d' % (member['Addr'], member['Port'])) is True
try:
    c.agent.force_leave('nobody')
    raise AssertionError('nobody was made to leave')
except consul.ConsulException as e:
    assert "agent: No node found with name 'nobody'" in str(e), e

print('ok')
