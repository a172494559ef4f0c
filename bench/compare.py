#!/usr/bin/env python3
"""Sets and linearizable gets of Flotilla beside etcd, and Consul and ZooKeeper if they are there, each on three nodes.

cold: a new cluster, from the moment it is ready; warm: after a minute of load; hot: after minutes of it. Every set
writes a value that was not there before, and what the servers have written is counted: a run that wrote less than was
acknowledged ends the script. Each round has clusters of its own; runs of the systems alternate. Starts its own nodes on
free ports of loopback, and ends them, also after Ctrl-C. Results go to the output, progress to the error output.

A request's time doesn't count the opening of its connection, which "first answer" shows: all connections are opened at
once, each sends a get. (Cold, where each second counts, connections open as they are used.)
"""
import argparse, functools, os, pathlib, shutil, statistics, sys

from clusters import HOME, Consul, Etcd, Flotilla, ZooKeeper, need, say, workplace
from load import Load, Sample, machine, opening, percentile

CROWD = 64  # connections of the warm-up, and of rows that don't say
COLD, SETTLE = 10, 2  # seconds: of each cold row; to open connections

book = {}  # phase -> row -> system -> samples


def numbers(text):
    return [int(n) for n in text.split(",") if n]


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--phases", default="cold,warm", help="of cold, warm, hot; default: cold,warm")
    p.add_argument("--warm", type=int, default=60, metavar="SECONDS", help="of load until it is warm; default: 60")
    p.add_argument("--hot", type=float, default=6, metavar="MINUTES", help="of load until it is hot; default: 6")
    p.add_argument("--rounds", type=int, default=3, help="each with new clusters; default: 3")
    p.add_argument("--repeats", type=int, default=1, help="of the warm and hot rows, in each round; default: 1")
    p.add_argument("--seconds", type=int, default=8, help="of each warm and hot row; default: 8")
    p.add_argument("--connections", type=numbers, default=[1, 64, 256], metavar="N,N...", help="default: 1,64,256")
    p.add_argument("--namespaces", type=numbers, default=[100, 1000], metavar="N,N...",
                   help=f"over how many to spread sets of {CROWD} connections; 0: leave out; default: 100,1000")
    p.add_argument("--through", choices=["leader", "other"], default="leader",
                   help="ask the node that leads the log and owns the namespace, or another; default: leader")
    p.add_argument("--systems", default="etcd,consul,zookeeper,old,flotilla", help="default: all that are there")
    p.add_argument("--old", default=os.environ.get("OLD"), metavar="DIR",
                   help="another build of Flotilla, to measure beside this one; default: $OLD")
    p.add_argument("--consul", default="consul", metavar="BINARY", help="default: consul, if it is in the PATH")
    p.add_argument("--ports", type=int, default=18500, metavar="FIRST", help="look for free ones from here on")
    return p.parse_args()


def available(args, work):
    """What starts a cluster of each system, by its name."""
    starts = {}
    if shutil.which("etcd"):
        starts["etcd"] = functools.partial(Etcd, work, args.ports)
    if shutil.which(args.consul):
        starts["consul"] = functools.partial(Consul, work, args.ports, shutil.which(args.consul))
    if zookeeper := shutil.which("zkServer.sh", path=os.environ["PATH"] + ":/usr/share/zookeeper/bin"):
        starts["zookeeper"] = functools.partial(ZooKeeper, work, args.ports, zookeeper)
    if args.old:
        starts["old"] = functools.partial(Flotilla, work, args.ports, "old", pathlib.Path(args.old).resolve())
    starts["flotilla"] = functools.partial(Flotilla, work, args.ports, "flotilla", HOME)
    for name in args.systems.split(","):
        if name not in starts and name != "old":
            say(f"{name} is not here: measuring without it")
    return {name: start for name, start in starts.items() if name in args.systems.split(",")}


def place(cluster, through):
    """Where requests go: a node and a namespace, which is on the leader."""
    ns, leader = cluster.namespace("load")
    node = leader if through == "leader" else cluster.others(leader)[0]
    say(f"{cluster.name}: {leader} leads and owns {ns}; asking {node}")
    cluster.target, cluster.loaded = (cluster.ports[node], ns), 0


def note(phase, row, cluster, sample):
    book.setdefault(phase, {}).setdefault(row, {}).setdefault(cluster.name, []).append(sample)
    rate = f"{sample.rate:,.0f}/s, " if sample.rate else ""
    say(f"{phase}  {row:32} {cluster.name:10} {rate}p50 {sample.p50:.2f} ms, p99 {sample.p99:.2f} ms"
        + (f", {sample.failed} failed" if sample.failed else ""))


def run(cluster, op, connections, seconds, targets=None, **more):
    sample = Load(cluster, targets or [cluster.target], op, connections, seconds, **more).wait()
    cluster.loaded += seconds
    return sample


def cold(cluster, c):
    for row, op in [(f"set, {c}, at once", "put"), (f"set, {c}, after {COLD} s", "put"),
                    (f"get, {c}, after {2 * COLD} s", "get")]:
        if op == "get":
            run(cluster, "put", CROWD, 2)  # all keys are there then
        note("cold", row, cluster, run(cluster, op, c, COLD))


def load_until(cluster, seconds):
    """Two thirds of it are sets."""
    rest = seconds - cluster.loaded
    if rest > 1:
        say(f"{cluster.name}: under load for {rest:.0f} s")
        run(cluster, "put", CROWD, round(rest * 2 / 3) or 1)
        run(cluster, "get", CROWD, round(rest / 3) or 1)


def rows(phase, clusters, args):
    for c in args.connections:
        for op, word in [("put", "set"), ("get", "get")]:
            for cluster in clusters:
                note(phase, f"{word}, {c}", cluster, run(cluster, op, c, args.seconds, settle=SETTLE))
    for c in filter(lambda c: c > 1, args.connections):
        for cluster in (c for c in clusters if c.kind != "zookeeper"):
            took = opening(cluster, *cluster.target, c)
            note(phase, f"first answer, {c}", cluster, Sample(p50=percentile(took, 50), p99=percentile(took, 99)))
    for n in filter(None, args.namespaces):
        for cluster in clusters:
            spread = dict(targets=[(cluster.target[0], "spread")], namespaces=n)
            while run(cluster, "put", CROWD, 5, **spread).requests < 1.2 * n:
                pass  # they come into being, each with entries of its own
            note(phase, f"set, {CROWD}, {n:,} namespaces", cluster,
                 run(cluster, "put", CROWD, args.seconds, settle=SETTLE, **spread))
    for cluster in clusters:
        targets = [(cluster.ports[owner], ns) for ns, owner in cluster.apart("two")]
        note(phase, f"set, {CROWD}, 2 namespaces, 2 nodes", cluster,
             run(cluster, "put", CROWD, args.seconds, targets, settle=SETTLE))


def one_round(starts, phases, args):
    clusters = []
    crowds = [c for c in args.connections if c != CROWD] if "cold" in phases else []
    for c in crowds + [CROWD]:
        for name, start in starts.items():
            say(f"starting {name}")
            cluster = start()
            place(cluster, args.through)
            if "cold" in phases and c in args.connections:
                cold(cluster, c)
            if c == CROWD and phases != ["cold"]:
                clusters.append(cluster)
            else:
                cluster.end()
    for phase, seconds in [("warm", args.warm), ("hot", 60 * args.hot)]:
        if phase in phases:
            for cluster in clusters:
                load_until(cluster, seconds)
            for _ in range(args.repeats):
                rows(phase, clusters, args)
    for cluster in clusters:
        cluster.end()


def show(args):
    titles = {"cold": "a new cluster, seconds since it was ready", "warm": f"after {args.warm} s of load",
              "hot": f"after {args.hot:g} minutes of load"}
    print("medians of the rounds; 100-byte values that all differ, 1,000 keys. A row's number is that of connections.")
    print("cpu: milliseconds of processor time per request, of all three nodes; batch: sets per entry of the log.")
    for phase, found in book.items():
        print(f"\n{phase}: {titles[phase]}")
        print(f"  {'':44}{'per s':>9}{'p50 ms':>10}{'p99 ms':>10}{'cpu':>8}{'batch':>7}{'failed':>8}  flotilla is")
        if phase == "cold":
            found = dict(sorted(found.items(), key=lambda r: int(r[0].split(", ")[1])))
        for row, by in found.items():
            for i, (system, samples) in enumerate(by.items()):
                middle = {f: statistics.median(getattr(s, f) for s in samples) for f in ("rate", "p50", "p99", "cpu")}
                failed = sum(s.failed for s in samples)
                batch = statistics.median(s.requests / s.writes if s.writes else 0 for s in samples)
                ratios = [f.rate / s.rate for f, s in zip(by.get("flotilla", []), samples) if s.rate]
                print(f"  {row if i == 0 else '':34}{system:10}"
                      + (f"{middle['rate']:>9,.0f}" if middle["rate"] else f"{'':9}")
                      + f"{middle['p50']:>10.2f}{middle['p99']:>10.2f}"
                      + (f"{middle['cpu']:>8.2f}" if middle["rate"] else f"{'':8}")
                      + (f"{batch:>7.1f}" if row.startswith("set") and system in ("flotilla", "old") else f"{'':7}")
                      + f"{failed or '':>8}"
                      + (f"{statistics.median(ratios):>7.2f} times" if ratios and system != "flotilla" else ""))


def main():
    args = options()
    phases = [p for p in ("cold", "warm", "hot") if p in args.phases.split(",")]
    if not phases or set(args.phases.split(",")) - {"cold", "warm", "hot"}:
        sys.exit("--phases: of cold, warm, hot")
    need("wrk", "wrk")
    with workplace() as work:
        print(machine(work), flush=True)
        starts = available(args, work)
        for each in range(args.rounds):
            say(f"round {each + 1} of {args.rounds}")
            one_round(starts, phases, args)
        show(args)


if __name__ == "__main__":
    main()
