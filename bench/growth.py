#!/usr/bin/env python3
"""What it takes to hold more and more keys, of 20 bytes with values of 100: memory, disk, the rate of sets over all of
them, a list of all keys, and a restart after all nodes were killed. Beside etcd, if it is there. Starts its own nodes
on free ports of loopback, and ends them.
"""
import argparse, base64, concurrent.futures, http.client, json, os, pathlib, re, shutil, signal, subprocess, time

from clusters import HOME, Etcd, Flotilla, ask, need, until, workplace
from load import Load, machine

VALUE, AT_ONCE, FILLERS = 100, 64, 4
COLUMNS = ["keys", "system", "filled", "MiB, filled", "MiB, used", "live heap", "disk", "sets", "99 %", "list",
           "restart", "MiB, after"]
LINE = "{:>8} {:8} {:>7} {:>12} {:>12} {:>10} {:>8} {:>8} {:>8} {:>7} {:>8} {:>12}"


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--sizes", default="10000,100000,300000", help="numbers of keys; default: 10000,100000,300000")
    p.add_argument("--systems", default="flotilla,etcd", help="default: flotilla,etcd")
    p.add_argument("--home", type=pathlib.Path, default=HOME, help="another build of Flotilla")
    p.add_argument("--seconds", type=int, default=20, help="of sets by 64 connections; default: 20")
    p.add_argument("--settle", type=int, default=10, metavar="SECONDS", help="before memory is read; default: 10")
    p.add_argument("--ports", type=int, default=19500, metavar="FIRST", help="look for free ones from here on")
    args = p.parse_args()
    args.sizes = [int(s) for s in args.sizes.split(",")]
    args.systems = args.systems.split(",")
    return args


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def value(n):
    return f"{n:021d}".ljust(VALUE, "x")


class OfFlotilla(Flotilla):
    ns, width = "default", 16

    def key(self, n):
        return f"key-{n:016d}"

    def set_all(self, numbers):
        """One transaction."""
        return "PUT", "/v1/txn", json.dumps([{"KV": {"Verb": "set", "Key": self.key(n), "Value": base64_of(value(n))}}
                                             for n in numbers])

    def list(self, size):
        keys = json.loads(ask(self.ports["n1"], "GET", "/v1/kv/?keys", timeout=120)[1])
        return len(keys) == size

    def owner(self):
        self.until("an owner", lambda: "default" in self.owners())
        return self.owners()["default"]

    def kill(self):
        pids = [self.pid(n) for n in self.ports]
        up = self.processes["up"]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        until("the end of the nodes", 60, lambda: not any(pathlib.Path(f"/proc/{p}/cmdline").exists() for p in pids))
        up.kill()
        up.wait(60)

    def again(self):
        self.spawn("up", [self.home / "flotilla", "up", "--data", self.data, "--http-port", str(self.ports["n1"])])

    def first_read(self, n):
        return "GET", f"/v1/kv/{self.key(n)}?raw", ""


class OfEtcd(Etcd):
    ns, width = "d", 14

    def key(self, n):
        return f"d/key-{n:014d}"

    def set_all(self, numbers):
        puts = [{"requestPut": {"key": self.b64(self.key(n)), "value": self.b64(value(n))}} for n in numbers]
        return "POST", "/v3/kv/txn", json.dumps({"success": puts})

    def list(self, size):
        question = {"key": self.b64("d/"), "range_end": self.b64("d0"), "keys_only": True}
        answer = json.loads(ask(self.ports["e1"], "POST", "/v3/kv/range", json.dumps(question), timeout=120)[1])
        return len(answer["kvs"]) == size

    def owner(self):
        return self.leader()

    def kill(self):
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(60)

    def again(self):
        for node in self.ports:
            self.start(node)

    def first_read(self, n):
        return "POST", "/v3/kv/range", json.dumps({"key": self.b64(self.key(n))})


def fill(cluster, size):
    def part(first):
        c = http.client.HTTPConnection("127.0.0.1", owner, timeout=60)
        for begin in range(first * AT_ONCE, size, FILLERS * AT_ONCE):
            method, path, body = cluster.set_all(range(begin, min(size, begin + AT_ONCE)))
            for attempt in range(20):
                c.request(method, path, body, {"Content-Type": "application/json"})
                answer = c.getresponse()
                text = answer.read()
                if answer.status == 200:
                    break
                time.sleep(0.5)
            else:
                raise OSError(f"{cluster.name} refuses: {answer.status} {text[:200]}")
        c.close()

    method, path, body = cluster.set_all([0])
    cluster.until("a first write", lambda: ask(next(iter(cluster.ports.values())), method, path, body, 10)[0] == 200)
    owner = cluster.ports[cluster.owner()]
    with concurrent.futures.ThreadPoolExecutor(FILLERS) as threads:
        list(threads.map(part, range(FILLERS)))


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) // 1024


def live_heap(pid):
    """MiB in use after a full collection; 0 for what isn't a JVM."""
    histogram = subprocess.run(["jcmd", str(pid), "GC.class_histogram"], capture_output=True, text=True).stdout
    total = re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.MULTILINE)
    return int(total[1]) >> 20 if total else 0


def memory(cluster, measure):
    """Of the owner, and the larger of the others."""
    owner = cluster.owner()
    sizes = {n: measure(cluster.pid(n)) for n in cluster.ports}
    return f"{sizes[owner]}, {max(sizes[n] for n in cluster.others(owner))}"


def disk(cluster):
    """MiB of the node that takes the most."""
    def taken(directory):
        return sum(f.stat().st_blocks * 512 for f in directory.rglob("*") if f.is_file()) >> 20
    where = getattr(cluster, "data", cluster.dir)
    return max(taken(where / n) for n in cluster.ports)


def restart(cluster, size):
    """Seconds from the start of all nodes to the first answer to a linearizable read."""
    cluster.kill()
    began = time.monotonic()
    cluster.again()

    def answers():
        for port in cluster.ports.values():
            try:
                status, body = ask(port, *cluster.first_read(size // 2), timeout=5)
                if status == 200 and body:
                    return True
            except (OSError, http.client.HTTPException):
                pass
        return False
    cluster.until("a first read", answers)
    return time.monotonic() - began


def one(args, work, system, size):
    cluster = OfFlotilla(work, args.ports, home=args.home) if system == "flotilla" else OfEtcd(work)
    began = time.monotonic()
    fill(cluster, size)
    filled = time.monotonic() - began
    time.sleep(args.settle)
    before = memory(cluster, resident)
    sets = Load(cluster, [(cluster.ports[cluster.owner()], cluster.ns)], "put", 64, args.seconds, settle=1, keys=size,
                width=cluster.width).wait()
    began = time.monotonic()
    if not cluster.list(size):
        raise OSError(f"{cluster.name}: the list isn't what was written")
    listed = time.monotonic() - began
    time.sleep(args.settle)
    used, live, stored = memory(cluster, resident), memory(cluster, live_heap), disk(cluster)
    took = restart(cluster, size)
    time.sleep(args.settle)
    print(LINE.format(size, system, f"{filled:.0f} s", before, used, live, f"{stored} MiB", f"{sets.rate:.0f}/s",
                      f"{sets.p99:.0f} ms", f"{listed:.2f} s", f"{took:.1f} s", memory(cluster, resident)), flush=True)
    cluster.end()


def main():
    args = options()
    need("wrk", "wrk")
    with workplace() as work:
        print(f"{machine(work)}\nmemory: owner, larger of the others. Live heap after a full collection.")
        print(LINE.format(*COLUMNS), flush=True)
        for size in args.sizes:
            for system in args.systems:
                if system == "flotilla" or shutil.which(system):
                    one(args, work, system, size)


if __name__ == "__main__":
    main()
