"""Debian's python3-consul against a node: sessions and locks.  usage: session_client.py PORT"""

import sys
import threading

import consul

port = int(sys.argv[1])
c = consul.Consul(port=port)


def check(what, expected, got):
    if expected != got:
        sys.exit("%s: expected %r, got %r" % (what, expected, got))
    print("ok", what)


def fails(what, error, call, *args, **kwargs):
    try:
        got = call(*args, **kwargs)
    except error:
        print("ok", what)
        return
    sys.exit("%s: expected %s, got %r" % (what, error.__name__, got))


UNKNOWN = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"

check("no sessions", [], c.session.list()[1])
session = c.session.create()
check("list", [session], [s["ID"] for s in c.session.list()[1]])
info = c.session.info(session)[1]
check("lock-delay", 15000000000, info["LockDelay"])
check("checks", ["serfHealth"], info["NodeChecks"])
check("node", [session], [s["ID"] for s in c.session.node(info["Node"])[1]])
check("destroy", True, c.session.destroy(session))
check("destroyed", None, c.session.info(session)[1])

session = c.session.create(name="my-session", behavior="delete", ttl=20, lock_delay=3)
info = c.session.info(session)[1]
check("ttl", "20s", info["TTL"])
check("behavior", "delete", info["Behavior"])
check("own lock-delay", 3000000000, info["LockDelay"])
check("renew", session, c.session.renew(session)["ID"])
fails("renew of an unknown session", consul.NotFound, c.session.renew, UNKNOWN)
check("ephemeral key", True, c.kv.put("py/ephemeral", "x", acquire=session))
c.session.destroy(session)
check("ephemeral key is gone", None, c.kv.get("py/ephemeral")[1])

a, b = c.session.create(), c.session.create()
fails("acquire by an unknown session", consul.ConsulException, c.kv.put, "py/l", "", acquire=UNKNOWN)
check("acquire", True, c.kv.put("py/l", "1", acquire=a))
check("acquire by another", False, c.kv.put("py/l", "2", acquire=b))
check("acquire again", True, c.kv.put("py/l", "3", acquire=a))
entry = c.kv.get("py/l")[1]
check("holder", a, entry["Session"])
check("lock index", 1, entry["LockIndex"])
check("release by another", False, c.kv.put("py/l", "4", release=b))
check("release", True, c.kv.put("py/l", "5", release=a))
check("free", False, "Session" in c.kv.get("py/l")[1])

index = c.session.list()[0]
seen = []
waiting = threading.Thread(
    target=lambda: seen.extend(consul.Consul(port=port).session.list(index=index)[1])
)
waiting.start()
c.session.create()
waiting.join(10)
check("a list waits for the next session", 3, len(seen))
