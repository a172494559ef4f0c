#!/usr/bin/env python3
"""Repeatedly ends or stops the node that owns the busy namespace, while clients go on writing.

Each request is sent once. The clients write through the other nodes; with TERM, one in three writes through the node
that ends, until that refuses connections or says Connection: close. In every other round the lead of the log is first
given to that node. Prints each round's longest time without an
acknowledged write, when its parts were done after the signal, and what became of failed requests. Checks that no
acknowledged write was lost. Starts its own cluster on free loopback ports and ends it.

usage: failover.py [ROUNDS] [--signal KILL|TERM|STOP] [--beside etcd] [--beside DIR]     default 20 rounds of KILL
  --beside etcd   the same in turn with three etcd (Debian: etcd-server), whose leader is taken
  --beside DIR    the same in turn with another build, in a checkout with its jar
"""
import argparse, collections, http.client, os, pathlib, re, signal, statistics, sys, threading, time

from clusters import HOME, Etcd, Flotilla, say, until, workplace

CLIENTS = 6
SETTLE, AFTER, LIMIT = 3.0, 3.0, 60.0  # seconds: pause before a signal, time to watch after the first answer, timeout
TIMEOUT, PAUSE = 1.0, 0.005  # of a request, and before the next: clients and servers share the processor

# What the nodes' logs say; n is the node that is gone. "moved" is when "claimed" began.
MARKS = {
    "detected": r"({n}-\w+ is gone|{n} is out)",
    "elected": r"This node leads the log",
    "out": r"has lost its seat",
    "claimed": r"KeySpace\|default lives here.* claimed in (\d+) ms",
}
PARTS = ["detected", "elected", "out", "moved", "claimed", "answered"]


class Client(threading.Thread):
    """Writes 0, 1, 2 ... to its key, each value once, on one connection to an allowed node, while it is active."""

    def __init__(self, name, system):
        super().__init__(daemon=True)
        self.key, self.system, self.turn = f"failover/{name}", system, name
        self.allowed, self.acknowledged, self.times = None, -1, []
        self.running, self.active = True, threading.Event()
        self.failed = []  # (when, how)

    def run(self):
        n, conn, at = 0, None, None
        while self.active.wait() and self.running:
            allowed = self.allowed or list(self.system.ports.values())
            if conn is None or at not in allowed:
                at = allowed[self.turn % len(allowed)]
                conn = self.connect(at)
            if conn is not None:
                if not self.put(conn, n):
                    conn.close()
                    conn, self.turn = None, self.turn + 1
                n += 1  # a value with an unknown outcome is not used again
                time.sleep(PAUSE)
            else:
                self.turn += 1
                time.sleep(0.01)

    def connect(self, port):
        conn = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            conn.connect()
            return conn
        except OSError:  # nothing was sent: no request has failed
            return None

    def put(self, conn, n):
        """Whether the connection may be used again."""
        try:
            conn.request(*self.system.put(self.key, str(n)))
            r = conn.getresponse()
            body = r.read()
            if r.status != 200 or not self.system.is_done(body):
                raise OSError(f"status {r.status}")
            self.times.append(time.time())
            self.acknowledged = n
            return not r.will_close
        except (OSError, http.client.HTTPException) as e:
            how = str(e) if str(e).startswith("status") else type(e).__name__
            self.failed.append((time.time(), how))
            return False


class Round:
    def __init__(self, system, clients, sig, leads):
        for c in clients:
            c.active.set()
        time.sleep(SETTLE)
        self.victim = system.victim(leads)
        self.led = system.leads(self.victim)
        gone = system.ports[self.victim]
        for i, c in enumerate(clients):
            inside = sig == signal.SIGTERM and i % 3 == 0
            c.allowed = [gone] if inside else [p for p in system.ports.values() if p != gone]
        time.sleep(0.5)
        ends = {node: path.stat().st_size for node, path in system.logs().items()}
        pid = system.pid(self.victim)
        self.began = time.time()
        os.kill(pid, sig)
        for c in clients:
            if c.allowed == [gone]:
                c.allowed = None  # it stays while it is served, and then goes elsewhere
        # Answers in flight at the signal may still arrive: the pause only ends with answers that follow it.
        until("an acknowledged write", LIMIT,
              lambda: sum(t > self.began + 0.2 for c in clients for t in c.times) > 20)
        time.sleep(AFTER)
        times = sorted(t for c in clients for t in list(c.times) if t > self.began)
        self.gap, answered = max((b - a, b) for a, b in zip([self.began] + times, times))
        self.failed = collections.Counter(how for c in clients for t, how in list(c.failed) if t > self.began)
        self.marks = self.read_marks(system.logs(), ends)
        self.marks["answered"] = answered - self.began
        if sig == signal.SIGSTOP:
            os.kill(pid, signal.SIGCONT)
        system.back(self.victim, sig == signal.SIGSTOP)
        for c in clients:
            c.active.clear()  # the other system has its turn
            c.times.clear()
            c.failed.clear()

    def read_marks(self, logs, ends):
        """The first of each kind, in seconds after the signal."""
        marks = {}
        local = time.localtime(self.began)
        midnight = self.began - (local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec) - self.began % 1
        for node, path in logs.items():
            with open(path, errors="replace") as file:
                file.seek(ends[node])
                for line in file:
                    at = re.match(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) ", line)
                    if not at:
                        continue
                    h, m, s, ms = map(int, at.groups())
                    after = (midnight + h * 3600 + m * 60 + s + ms / 1000 - self.began) % 86400
                    for mark, pattern in MARKS.items():
                        found = re.search(pattern.format(n=self.victim), line)
                        if found and after < marks.get(mark, 86000):
                            marks[mark] = after
                            if mark == "claimed":
                                marks["moved"] = after - int(found[1]) / 1000
        return marks


def show(system, rounds, name):
    def spread(seconds):
        ms = sorted(1000 * s for s in seconds)
        return f"{ms[0]:6.0f} {statistics.median(ms):6.0f} {ms[-1]:6.0f}"

    led = sum(r.led for r in rounds)
    print(f"{system.name}, {len(rounds)} times SIG{name}; {led} times the node led the log as well")
    print("  milliseconds             least median   most")
    for part in PARTS:
        seconds = [r.marks[part] for r in rounds if part in r.marks]
        if seconds:
            print(f"  {part:18} {f'({len(seconds)})':>5} {spread(seconds)}")
    print(f"  no write for             {spread([r.gap for r in rounds])}")
    failed = sum((r.failed for r in rounds), collections.Counter())
    print("  failed requests: " + (", ".join(f"{n} {how}" for how, n in failed.most_common()) or "none"))


def start(which, work):
    say(f"starting three nodes of {which}")
    if which == "etcd":
        return Etcd(work)
    home = pathlib.Path(which).resolve()
    name = "flotilla" if home == HOME else home.name
    return Flotilla(work, name=name, home=home, env={"FLOTILLA_LOG_PER_MINUTE": "10000"})


def run(systems, count, name):
    lost = 0
    clients = {s.name: [Client(i, s) for i in range(CLIENTS)] for s in systems}
    rounds = {s.name: [] for s in systems}
    for each in range(count):
        for s in systems:
            if each == 0:
                [c.start() for c in clients[s.name]]
            r = Round(s, clients[s.name], getattr(signal, "SIG" + name), each % 2 == 0)
            rounds[s.name].append(r)
            parts = ", ".join(f"{p} {1000 * r.marks[p]:.0f}" for p in PARTS if p in r.marks)
            say(f"round {each + 1:2}: {s.name} {r.victim}{' (leader)' if r.led else ''}: no write for "
                f"{1000 * r.gap:.0f} ms; {parts}; failed: {dict(r.failed)}")
    for s in systems:
        for c in clients[s.name]:
            c.running = False
            c.active.set()
        for c in clients[s.name]:
            c.join(5)
        lost += sum(s.read(c.key) < c.acknowledged for c in clients[s.name])
        show(s, rounds[s.name], name)
    print(f"acknowledged writes lost: {lost}")
    return 1 if lost else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--signal", choices=["KILL", "TERM", "STOP"], default="KILL")
    parser.add_argument("--beside", action="append", default=[])
    args = parser.parse_args()
    with workplace() as work:
        return run([start(which, work) for which in [HOME] + args.beside], args.rounds, args.signal)


if __name__ == "__main__":
    sys.exit(main())
