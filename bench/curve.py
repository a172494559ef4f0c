#!/usr/bin/env python3
"""How fast a cluster gets after its start: sets a second by 64 connections, for each few seconds since it was ready.

Variants differ by JVM options or by the build, and take turns, each time on a new cluster:

  bench/curve.py usual: cold=-XX:TieredStopAtLevel=1 before:../before

A variant is NAME:DIRECTORY=OPTIONS, of which all but the name may be left out. The figures are medians of the rounds.
"ready" is how long ./flotilla up took until all nodes were ready, "cpu" the processor time of the three nodes until
then, in seconds. Starts its own nodes on free ports of loopback, and ends them.
"""
import argparse, pathlib, re, statistics, time

from clusters import HOME, Flotilla, need, say, workplace
from load import Load, cpu_seconds, machine

CROWD = 64


def variant(text):
    name, home, options = re.fullmatch(r"([^:=]*):?([^=]*)=?(.*)", text).groups()
    return name, pathlib.Path(home).resolve() if home else HOME, options


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("variants", nargs="*", type=variant, default=[variant("now")], metavar="VARIANT")
    p.add_argument("--seconds", type=int, default=60, help="of load; default: 60")
    p.add_argument("--step", type=int, default=5, help="seconds that a column is of; default: 5")
    p.add_argument("--rounds", type=int, default=3, help="default: 3")
    p.add_argument("--ports", type=int, default=18500, metavar="FIRST", help="look for free ones from here on")
    return p.parse_args()


def run(work, args, home, options):
    """Seconds until ready, processor time until then, and the rate in each step."""
    began = time.monotonic()
    cluster = Flotilla(work, args.ports, home=home, env={"FLOTILLA_JAVA_OPTS": options} if options else None)
    ready, took = time.time(), time.monotonic() - began
    used = sum(cpu_seconds(cluster.pid(n)) for n in cluster.ports)
    ns, leader = cluster.namespace("load")
    load = Load(cluster, [(cluster.ports[leader], ns)], "put", CROWD, args.seconds, curve=True)
    load.wait()
    cluster.end()
    first = int(ready) + 1  # the first whole second
    steps = range(first, first + args.seconds - args.step + 1, args.step)
    return [took, used] + [sum(load.curve[s + i] for i in range(args.step)) / args.step for s in steps]


def main():
    args = options()
    need("wrk", "wrk")
    found = {name: [] for name, _, _ in args.variants}
    with workplace() as work:
        print(machine(work), flush=True)
        for each in range(args.rounds):
            for name, home, java in args.variants:
                figures = run(work, args, home, java)
                found[name].append(figures)
                say(f"round {each + 1}: {name}: ready after {figures[0]:.1f} s, {figures[1]:.1f} s of processor; "
                    + " ".join(f"{rate:.0f}" for rate in figures[2:]))
    print("sets a second, until that many seconds after ready; medians")
    ends = range(args.step, args.seconds + 1, args.step)
    print(f"{'':20}{'ready':>7}{'cpu':>7}" + "".join(f"{end:>7}" for end in ends))
    for name, runs in found.items():
        ready, used, *rates = (statistics.median(column) for column in zip(*runs))
        print(f"{name:20}{ready:>6.1f}s{used:>6.1f}s" + "".join(f"{rate:>7,.0f}" for rate in rates))


if __name__ == "__main__":
    main()
