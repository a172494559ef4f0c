#!/usr/bin/env python3
"""What TLS costs: gets and sets of a node alone with plain HTTP and with HTTPS, beside etcd's, and whose processor it takes.

Each system runs twice, with TLS and without, all side by side; rows take turns. wrk encrypts too, on the same cores, so
the processor time of server and client is shown apart, for each request. Sets are counted as compare.py does. Starts its
own servers on free ports of loopback, and ends them. A JVM compiles its ciphers only after some seconds of load: --warm.
"""
import argparse, http.client, json, resource, shutil, ssl, statistics, subprocess

from clusters import HOME, Cluster, Etcd, Flotilla, need, say, workplace
from load import Load, machine

SETTLE = 1  # seconds to shake hands, which count for wrk alone
COMPILED = 4  # seconds of load on etcd before, which needs no more


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--warm", type=int, default=40, metavar="SECONDS", help="of load on Flotilla before; default: 40")
    p.add_argument("--repeats", type=int, default=5, help="of each row; default: 5")
    p.add_argument("--seconds", type=int, default=3, help="of each row; default: 3")
    p.add_argument("--connections", type=int, default=64, help="default: 64")
    p.add_argument("--no-etcd", action="store_true", help="leave etcd out")
    p.add_argument("--ports", type=int, default=18500, metavar="FIRST", help="look for free ones from here on")
    return p.parse_args()


class Alone(Cluster):
    """A node of its own, with TLS or without."""

    def __init__(self, work, ports, secure):
        Cluster.__init__(self, work, ports, f"{self.kind}-{'TLS' if secure else 'plain'}")
        self.secure, self.scheme = secure, "https" if secure else "http"
        self.port = min(self.ports.values())
        self.ports = {"n1": self.port}
        self.start()
        self.until("ready", lambda: self.set("first", "1"))

    def ask(self, method, path, body=None):
        """Its certificate isn't looked at: it was made a moment ago."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        if self.secure:
            context = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=context)
        try:
            connection.request(method, path, body)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def set(self, key, value):
        return self.ask(*self.put(key, value))

    def pid(self, node):
        return self.processes[node].pid


class AloneFlotilla(Alone, Flotilla):
    def start(self):
        env = {"FLOTILLA_CLUSTER_PORT": str(self.port - 200), "FLOTILLA_RAFT_PORT": str(self.port - 100)}
        if self.secure:
            for command in ["ca", "init"], ["ca", "issue", "--node", "n1"]:
                subprocess.run([HOME / "flotilla", *command, "--ca", self.dir], check=True, stdout=self.log,
                               stderr=subprocess.STDOUT)
            env |= {f"FLOTILLA_TLS_{file}_FILE": str(self.dir / name)
                    for file, name in [("CA", "ca.pem"), ("CERT", "n1.pem"), ("KEY", "n1-key.pem")]}
        self.spawn("n1", [HOME / "flotilla", "node", "--data", self.dir / "n1", "--http", str(self.port)], env)

    def written(self):
        return max(m["Raft"]["Applied"] for m in self.ask("GET", "/v1/cluster")["Members"])


class AloneEtcd(Alone, Etcd):
    def start(self):
        peer, client = f"http://127.0.0.1:{self.port - 100}", f"{self.scheme}://127.0.0.1:{self.port}"
        self.spawn("n1", ["etcd", "--name", "n1", "--data-dir", self.dir / "n1", "--initial-cluster", f"n1={peer}",
                          "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                          "--listen-client-urls", client, "--advertise-client-urls", client]
                   + (["--auto-tls"] if self.secure else []))

    def written(self):
        return int(self.ask(*self.get("none"))["header"]["revision"])


def run(server, op, connections, seconds):
    """The sample, and the milliseconds of processor that wrk took for each request."""
    before = children()
    sample = Load(server, [(server.port, "load")], op, connections, seconds, settle=SETTLE).wait()
    return sample, 1000 * (children() - before) / sample.requests


def children():
    """Seconds of processor of programs that have ended, as wrk does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(servers, op, args):
    rows = {server: [] for server in servers}
    for _ in range(args.repeats):
        for server in servers:
            rows[server].append(run(server, op, args.connections, args.seconds))
    return {server: [statistics.median(figures) for figures in zip(*((s.rate, s.p50, 1000 * s.cpu, 1000 * client)
                                                                    for s, client in samples))]
            for server, samples in rows.items()}


def show(op, medians):
    plain = None
    for server, (rate, p50, node, client) in medians.items():
        plain = (rate, node) if not server.secure else plain
        ratios = f"{rate / plain[0]:>10.2f}{node / plain[1]:>10.2f}" if server.secure else ""
        print(f"{op:5}{server.name:16}{rate:>10,.0f}{p50:>9.2f}{node:>10.0f}{client:>10.0f}{ratios}", flush=True)


def main():
    args = options()
    need("wrk", "wrk")
    with workplace() as work:
        print(machine(work))
        kinds = [AloneFlotilla] + ([AloneEtcd] if shutil.which("etcd") and not args.no_etcd else [])
        servers = [kind(work, args.ports, secure) for kind in kinds for secure in (False, True)]
        for server in servers:
            warm = args.warm if server.kind == "flotilla" else COMPILED
            say(f"{server.name}: under load for {warm} s")
            for op in "put", "get":
                run(server, op, args.connections, max(1, warm // 2))
        print(f"{args.connections} connections, medians of {args.repeats} times {args.seconds} s in turn, after {args.warm}"
              f" s of load, etcd after {COMPILED}.\nProcessor time of the server and of wrk for each request; ratios: TLS to plain")
        print(f"{'':21}{'per s':>10}{'p50 ms':>9}{'node us':>10}{'wrk us':>10}{'rate':>10}{'node':>10}")
        for op, word in ("put", "set"), ("get", "get"):
            show(word, measure(servers, op, args))


if __name__ == "__main__":
    main()
