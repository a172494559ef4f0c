"""Debian's python3-consul against a node: every kind of key-value call.  usage: kv_client.py PORT"""

import sys
import threading
import time

import consul

port = int(sys.argv[1])
c = consul.Consul(port=port)


def check(what, expected, got):
    if expected != got:
        sys.exit("%s: expected %r, got %r" % (what, expected, got))
    print("ok", what)


check("a missing key", None, c.kv.get("py/none")[1])
check("put", True, c.kv.put("py/a", "1"))
index, entry = c.kv.get("py/a")
check("get", b"1", entry["Value"])
check("its index", entry["ModifyIndex"], int(index))
check("bytes", True, c.kv.put("py/bytes", bytes(range(256))))
check("the same bytes", bytes(range(256)), c.kv.get("py/bytes")[1]["Value"])
check("an empty value", True, c.kv.put("py/empty", ""))
check("is null", None, c.kv.get("py/empty")[1]["Value"])
check("a key with ç, % and spaces", True, c.kv.put("py/ç 100%/x", "ñ".encode()))
check("is found", "ñ".encode(), c.kv.get("py/ç 100%/x")[1]["Value"])

check("flags", True, c.kv.put("py/flags", "x", flags=2**64 - 1))
check("of 64 bits", 2**64 - 1, c.kv.get("py/flags")[1]["Flags"])

check("cas=0 on a key that is there", False, c.kv.put("py/a", "2", cas=0))
check("cas with its index", True, c.kv.put("py/a", "2", cas=entry["ModifyIndex"]))
check("cas with an old index", False, c.kv.put("py/a", "3", cas=entry["ModifyIndex"]))
entry = c.kv.get("py/a")[1]
check("delete with a wrong cas", False, c.kv.delete("py/a", cas=entry["ModifyIndex"] + 1))
check("delete with cas", True, c.kv.delete("py/a", cas=entry["ModifyIndex"]))
check("gone", None, c.kv.get("py/a")[1])

for key in ["tree/a/1", "tree/a/2", "tree/b"]:
    c.kv.put(key, key)
check(
    "recurse",
    ["tree/a/1", "tree/a/2", "tree/b"],
    [e["Key"] for e in c.kv.get("tree/", recurse=True)[1]],
)
check("keys", ["tree/a/", "tree/b"], c.kv.get("tree/", keys=True, separator="/")[1])
check("delete recurse", True, c.kv.delete("tree/a", recurse=True))
check("what is left", ["tree/b"], c.kv.get("tree/", keys=True)[1])

index = c.kv.get("py/watched")[0]
threading.Timer(0.5, lambda: c.kv.put("py/watched", "new")).start()
began = time.monotonic()
index, entry = consul.Consul(port=port).kv.get("py/watched", index=index, wait="60s")
check("a blocking query", b"new", entry["Value"])
check("woken in time", True, 0.3 < time.monotonic() - began < 30)

for consistency in ["consistent", "stale"]:
    c.kv.put("py/c", consistency)
    got = consul.Consul(port=port, consistency=consistency).kv.get("py/c")[1]
    check(consistency, consistency.encode(), got["Value"])
check("token", b"stale", c.kv.get("py/c", token="any")[1]["Value"])

check("status.leader", True, ":" in c.status.leader())
check("agent.self", "dc1", c.agent.self()["Config"]["Datacenter"])
check("agent.members", True, c.agent.self()["Member"] in c.agent.members())
check("catalog.datacenters", ["dc1"], c.catalog.datacenters())
