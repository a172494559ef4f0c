#!/usr/bin/env python3
"""What Flotilla costs before it has work: time to the first HTTP answer and until ready; then memory, processor time
and thread switches of idle nodes. Starts its own nodes on free ports of loopback, and ends them.
"""
import argparse, pathlib, re, subprocess, time

from clusters import HOME, Flotilla, ask, free_base, until, workplace
from load import by_group, thread_names, usage


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--settle", type=int, default=180, metavar="SECONDS",
                   help="before nodes are idle: the compiler is busy for the first minutes; default: 180")
    p.add_argument("--seconds", type=int, default=30, help="to measure idle nodes; default: 30")
    p.add_argument("--threads", action="store_true", help="show as well which threads it is")
    return p.parse_args()


def one_node(work):
    base, began = free_base(20500), time.monotonic()

    def answers(method, path, body=None):
        return lambda: ask(base, method, path, body)[0] < 500

    with open(work / "agent.log", "w") as log:
        node = subprocess.Popen([HOME / "flotilla", "agent", "-dev", f"-http-port={base}", f"-server-port={base - 100}",
                                 f"-serf-lan-port={base - 200}"], stdout=log, stderr=log, start_new_session=True)
    try:
        until("an answer", 60, answers("GET", "/v1/status/leader"))
        print(f"one node's first HTTP answer       {1000 * (time.monotonic() - began):.0f} ms", flush=True)
        until("a write", 60, answers("PUT", "/v1/kv/first", "1"))
        print(f"one node's first acknowledged set  {1000 * (time.monotonic() - began):.0f} ms", flush=True)
    finally:
        node.terminate()
        node.wait(60)


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) // 1024


def main():
    args = options()
    with workplace() as work:
        for _ in range(3):
            one_node(work)
        began = time.monotonic()
        cluster = Flotilla(work)
        took = 1000 * (time.monotonic() - began)
        print(f"three nodes ready                  {took:.0f} ms after ./flotilla up", flush=True)
        time.sleep(args.settle)
        leader, pids = cluster.leader(), {n: cluster.pid(n) for n in cluster.ports}
        names = {n: thread_names(pid) for n, pid in pids.items()} if args.threads else {}
        before = {n: usage(pid) for n, pid in pids.items()}
        time.sleep(args.seconds)
        for n, pid in pids.items():
            kinds = by_group(before[n], usage(pid), names.get(n, {}))
            switches, nanos = (sum(k[i] for k in kinds.values()) / args.seconds for i in (0, 1))
            print(f"idle node {n}{' (leader)' if n == leader else ''}: {resident(pid)} MiB resident, "
                  f"{nanos / 1e7:.1f} % of a core, {switches:.0f} switches a second")
            for kind in sorted(kinds, key=kinds.get, reverse=True) if args.threads else []:
                s, t = kinds[kind]
                if s > args.seconds / 2:
                    each = f"{s / args.seconds:>8.1f} switches{t / 1e3 / args.seconds:>8.0f} us, a second"
                    print(f"  {kind[:60]:60}{each}")


if __name__ == "__main__":
    main()
