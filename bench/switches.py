#!/usr/bin/env python3
"""Where one request goes: its time, and the processor time and thread switches that it costs on each node.

One connection asks the node that leads the log and owns the namespace. Beside it etcd, if it is installed, and what the
disk takes for a lone write. Switches are those the kernel counts for each thread, voluntary or not; all that a node
does meanwhile counts, also what it does when idle, which the last row shows. Starts its own nodes on free ports of
loopback, and ends them.

A JVM needs minutes under load to get hot: --warm 360.
"""
import argparse, pathlib, shutil, time

from clusters import HOME, Etcd, Flotilla, need, say, workplace
from load import Load, by_group, fdatasync, machine, thread_names, usage

ROWS = [("GET /v1/status/leader", "status"), ("linearizable get", "get"),
        ("put of an equal value", "equal"), ("put", "put")]
ETCD_ROWS = [("etcd's get", "get"), ("etcd's put", "put")]
CROWD, KEYS = 64, 100


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("builds", nargs="*", type=pathlib.Path, default=[HOME], metavar="BUILD",
                   help="directories of Flotilla, measured one after another; default: this one")
    p.add_argument("--warm", type=int, default=60, metavar="SECONDS",
                   help=f"of load before, by {CROWD} connections, then as much as a quarter by one; default: 60")
    p.add_argument("--seconds", type=int, default=10, help="of each row; default: 10")
    p.add_argument("--threads", action="store_true", help="show as well which threads it is")
    p.add_argument("--apart", action="store_true",
                   help="ask one node, while another owns the namespace, and the third leads")
    p.add_argument("--no-etcd", action="store_true", help="leave etcd out")
    p.add_argument("--ports", type=int, default=18500, metavar="FIRST", help="look for free ones from here on")
    return p.parse_args()


class Table:
    def __init__(self, cluster, args):
        self.cluster, self.args = cluster, args
        ns, owner = cluster.namespace("load", leads=not args.apart)
        leader = cluster.leader()
        asked = cluster.others(leader, owner)[0] if args.apart else owner
        self.target = cluster.ports[asked], ns
        self.nodes = [leader] + cluster.others(leader)
        self.roles = {n: "+".join(w for w, who in [("leads", leader), ("owns", owner), ("asked", asked)] if who == n)
                      or "follows" for n in self.nodes}
        self.details = []

    def load(self, op, seconds, connections=1):
        return Load(self.cluster, [self.target], op, connections, seconds, keys=KEYS).wait()

    def warm_up(self, rows):
        each = max(1, self.args.warm // len(rows))
        for seconds, connections in [(each, CROWD), (max(1, each // 4), 1)]:
            for _, op in reversed(rows):  # puts first: a get wants to find its key
                self.load(op, seconds, connections)

    def head(self):
        print(f"{'':26}{'per s':>8}{'p50 ms':>9}{'p99 ms':>9}"
              + "".join(f"{f'{n} {self.roles[n]}':>24}" for n in self.nodes))
        print(f"{'':52}" + f"{'cpu ms':>15}{'switches':>9}" * len(self.nodes))

    def row(self, name, op):
        if op:
            self.load(op, 2)  # an equal value is there before it is put; and the row before is over
        before = {n: usage(self.cluster.pid(n)) for n in self.nodes}
        if op:
            sample = self.load(op, self.args.seconds)
            per, figures = sample.requests, f"{sample.rate:>8,.0f}{sample.p50:>9.2f}{sample.p99:>9.2f}"
        else:
            time.sleep(self.args.seconds)
            per, figures = self.args.seconds, f"{'':26}"
        after = {n: usage(self.cluster.pid(n)) for n in self.nodes}
        for n in self.nodes:
            switches, nanos = (sum(k[i] for k in by_group(before[n], after[n], {}).values()) / per for i in (0, 1))
            figures += f"{nanos / 1e6:>15.2f}{switches:>9.1f}"
        print(f"{name:26}{figures}", flush=True)
        self.details.append((name, per, before, after))

    def show_threads(self):
        names = {n: thread_names(self.cluster.pid(n)) if shutil.which("jcmd") else {} for n in self.nodes}
        for name, per, before, after in self.details:
            kinds = {n: by_group(before[n], after[n], names[n]) for n in self.nodes}
            print(f"\n{name}: microseconds and switches by thread")
            worst = {k: max(kinds[n].get(k, (0, 0))[0] for n in self.nodes) / per for n in self.nodes for k in kinds[n]}
            for kind in sorted(worst, key=worst.get, reverse=True):
                if worst[kind] > 0.05:
                    cells = [kinds[n].get(kind, (0, 0)) for n in self.nodes]
                    print(f"  {kind[:50]:50}" + "".join(f"{t / per / 1000:>15.0f}{s / per:>9.2f}" for s, t in cells))


def measure(cluster, rows, args):
    table = Table(cluster, args)
    say(f"{cluster.name}: {args.warm} s of load first")
    table.warm_up(rows)
    table.head()
    for name, op in rows:
        table.row(name, op)
    table.row("idle, per second", None)
    if args.threads:
        table.show_threads()
    cluster.end()


def main():
    args = options()
    need("wrk", "wrk")
    with workplace() as work:
        print(machine(work))
        for build in args.builds:
            say(f"starting {build}")
            print(f"\n{build.resolve()}, after {args.warm} s of load")
            measure(Flotilla(work, args.ports, home=build.resolve()), ROWS, args)
        if shutil.which("etcd") and not args.no_etcd:
            say("starting etcd")
            print()
            measure(Etcd(work, args.ports), ETCD_ROWS, args)
        print(f"\nfdatasync of 300 bytes alone{fdatasync(work):>15.2f} ms")


if __name__ == "__main__":
    main()
