#!/usr/bin/env python3
"""What 10,000 questions a second by DNS cost, and what they leave of the sets that the same node serves: sets alone and
with questions take turns. Starts its own cluster on free loopback ports and ends it.
"""
import argparse, json, re, resource, statistics, subprocess

from clusters import Flotilla, ask, need, say, until, workplace
from load import Load, cpu_seconds

SERVICES, INSTANCES = 50, 5


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rate", type=int, default=10_000, help="questions a second; default: 10000")
    p.add_argument("--rounds", type=int, default=2, help="default: 2")
    p.add_argument("--seconds", type=int, default=10, help="of each run; default: 10")
    p.add_argument("--settle", type=int, default=45, help="seconds of both before; default: 45")
    p.add_argument("--connections", type=int, default=64, help="that set; default: 64")
    return p.parse_args()


def register(port):
    for s in range(SERVICES):
        for i in range(INSTANCES):
            body = {"Name": f"s{s}", "ID": f"s{s}-{i}", "Address": f"10.0.{s}.{i}", "Port": 8000 + i, "Tags": [f"v{i}"]}
            status, answer = ask(port, "PUT", "/v1/agent/service/register", json.dumps(body), 10)
            if status != 200:
                raise OSError(f"s{s}-{i} is not registered: {status} {answer}")


def questions(work):
    file = work / "questions"
    kinds = ("s{}.service.consul A", "s{}.service.consul SRV", "v1.s{}.service.consul A", "_s{}._tcp.service.consul SRV")
    file.write_text("".join(kind.format(s) + "\n" for s in range(SERVICES) for kind in kinds) + "n1.node.consul A\n")
    return file


class Asked:
    """Questions at a rate; what came of them, and the processor that asking took."""

    def __init__(self, args, file, port, seconds):
        self.process = subprocess.Popen(
            ["dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", file, "-Q", str(args.rate), "-l", str(seconds), "-c", "4"],
            stdout=subprocess.PIPE, text=True)

    def wait(self):
        output = self.process.communicate()[0]
        codes = re.search(r"Response codes:\s+(.*)", output)[1]
        if not codes.startswith("NOERROR") or "," in codes:
            raise OSError(f"not all answers were as they should be: {codes}")
        number = lambda name: float(re.search(rf"{name}:?\s+([\d.]+)", output)[1])
        return number("Queries per second"), 100 - 100 * number("Queries completed") / number("Queries sent"), \
            1000 * number(r"Average Latency \(s\)")


def main():
    args = options()
    need("wrk", "wrk")
    need("dnsperf", "dnsperf")
    need("dig", "dnsutils")
    with workplace() as work:
        measure(args, Flotilla(work), questions(work))


def children():
    """Processor seconds of those that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(args, cluster, file):
    ns, owner = cluster.namespace("dns")
    port, dns, pid = cluster.ports[owner], cluster.ports[owner] + 100, cluster.pid(owner)
    register(port)
    until("answers", 60, lambda: "10.0." in subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(dns), "+short", f"s{SERVICES - 1}.service.consul"],
        capture_output=True, text=True).stdout)

    def sets(seconds):
        return Load(cluster, [(port, ns)], "put", args.connections, seconds)

    warm = sets(args.settle), Asked(args, file, dns, args.settle)
    [run.wait() for run in warm]

    used, asking = cpu_seconds(pid), children()
    rate, lost, millis = Asked(args, file, dns, args.seconds).wait()
    cpu, asking = cpu_seconds(pid) - used, children() - asking
    print(f"questions alone: {rate:.0f} a second, {lost:.2f} % lost, {millis:.2f} ms on average; "
          f"the node's processor {1e6 * cpu / (rate * args.seconds):.0f} us each, {100 * cpu / args.seconds:.0f} % of a core, "
          f"and dnsperf's {100 * asking / args.seconds:.0f} %", flush=True)
    ratios = []
    for n in range(args.rounds):
        order = (False, True) if n % 2 == 0 else (True, False)
        rates = {}
        for with_questions in order:
            load = sets(args.seconds)
            asked = Asked(args, file, dns, args.seconds) if with_questions else None
            rates[with_questions] = load.wait()
            if asked:
                rate, lost, millis = asked.wait()
        ratios.append(rates[True].rate / rates[False].rate)
        print(f"sets a second: alone {rates[False].rate:.0f} (p50 {rates[False].p50:.1f} ms), "
              f"with {rate:.0f} questions a second {rates[True].rate:.0f} (p50 {rates[True].p50:.1f} ms), "
              f"{ratios[-1]:.2f} times as many; questions: {lost:.2f} % lost, {millis:.2f} ms", flush=True)
    say(f"median of the ratios: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
