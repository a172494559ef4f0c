#!/usr/bin/env python3
"""The cost of renewing 5,000 services with a TTL of 10 s: processor time of each node, and how long a lookup takes
meanwhile. Starts its own cluster on free loopback ports and ends it.

usage: registry.py [SERVICES [SECONDS [RENEW]]]     default 5000, 30, and each service renewed every 5 s
"""
import http.client, json, random, subprocess, sys, threading, time

from clusters import Flotilla, say, workplace
from load import cpu_seconds, percentile

TTL, CLIENTS, SETTLE = 10, 24, 120.0  # seconds, renewing connections, seconds to warm up the nodes
LOOKUPS_PER_SECOND = 50


class Connection:
    """Keeps a connection open; after a failed request, the next one reconnects."""

    def __init__(self, port):
        self.port, self.http = port, None

    def ask(self, method, path, body=None):
        if self.http is None:
            self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            self.http.request(method, path, body)
            answer = self.http.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.http.close()
            self.http = None
            return 0, b""


def in_parallel(work):
    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(CLIENTS)]
    for t in threads:
        t.start()
    return threads


def lookups(base, services, seconds):
    """Prints the milliseconds each lookup took, null for a failed or wrong one; leaves out those made to warm up."""
    at, took, start = [Connection(base + i) for i in range(3)], [], time.monotonic()
    due, counts = start, 0
    while time.monotonic() < start + SETTLE + seconds:
        if time.monotonic() < start + SETTLE:
            counts = len(took)
        due += 1 / LOOKUPS_PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        began = time.monotonic()
        status, answer = at[len(took) % 3].ask("GET", f"/v1/health/service/s{random.randrange(500)}?passing")
        millis = (time.monotonic() - began) * 1000
        took.append(millis if status == 200 and len(json.loads(answer)) == services // 500 else None)
    print(json.dumps(took[counts + 1:]))


def main():
    if sys.argv[1:2] == ["lookups"]:
        return lookups(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    every = float(sys.argv[3]) if len(sys.argv) > 3 else TTL / 2
    with workplace() as work:
        run(services, seconds, every, Flotilla(work))


def run(services, seconds, every, cluster):
    base = cluster.ports["n1"]

    def register(client):
        at = Connection(base + client % 3)
        for n in range(client, services, CLIENTS):
            body = {"Name": f"s{n % 500}", "ID": f"s-{n}", "Address": "10.0.0.1", "Port": 1024 + n,
                    "Check": {"TTL": f"{TTL}s", "Status": "passing"}}
            status, answer = at.ask("PUT", "/v1/agent/service/register", json.dumps(body))
            if status != 200:
                say(f"s-{n} is not registered: {status} {answer[:200]}")

    began = time.monotonic()
    stop = threading.Event()
    failed, renewed = [0], [0] * CLIENTS

    def renew(client):
        """Renews the client's services, spread evenly over the time."""
        at, mine = Connection(base + client % 3), range(client, services, CLIENTS)
        gap, due = every / len(mine), time.monotonic()
        while not stop.is_set():
            for n in mine:
                due += gap
                time.sleep(max(0.0, due - time.monotonic()))
                status, _ = at.ask("PUT", f"/v1/agent/check/pass/service:s-{n}")
                renewed[client] += 1
                failed[0] += status != 200
                if stop.is_set():
                    return

    for t in in_parallel(register):
        t.join()
    say(f"{services} services registered in {time.monotonic() - began:.1f} s")
    renewing = in_parallel(renew)
    # In a process of its own: in this one, lookups would have to wait for the renewing threads.
    looking = subprocess.Popen([sys.executable, __file__, "lookups", str(base), str(services), str(seconds)],
                               stdout=subprocess.PIPE)
    time.sleep(SETTLE)

    pids = [cluster.pid(node) for node in cluster.ports]
    before, done, start = [cpu_seconds(p) for p in pids], sum(renewed), time.monotonic()
    took = json.loads(looking.communicate()[0])
    failed[0] += took.count(None)
    took = [millis for millis in took if millis is not None]
    spent = time.monotonic() - start
    for i, pid in enumerate(pids):
        print(f"n{i + 1}: {100 * (cpu_seconds(pid) - before[i]) / spent:.1f} % of a core")
    print(f"renewals {(sum(renewed) - done) / spent:.0f}/s, lookups {len(took) / spent:.0f}/s, failed or wrong {failed[0]}")
    print(f"a lookup takes p50 {percentile(took, 50):.1f} ms, p99 {percentile(took, 99):.1f} ms, at most {max(took):.1f} ms")
    stop.set()
    for t in renewing:
        t.join()


main()
