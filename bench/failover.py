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
import argparse, base64, collections, http.client, json, os, pathlib, re, shutil, signal, socket, statistics
import subprocess, sys, tempfile, threading, time

HOME = pathlib.Path(__file__).resolve().parent.parent
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


def say(text):
    print(text, file=sys.stderr, flush=True)


def is_free(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0


def free_base(start):
    for base in range(start, 60000, 300):
        if all(is_free(base - below + i) for below in (0, 100, 200) for i in range(3)):
            return base
    sys.exit("no free ports")


def ask(port, method, path, body=None, timeout=2):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        c.request(method, path, body)
        r = c.getresponse()
        return r.status, r.read()
    finally:
        c.close()


def until(what, seconds, condition):
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            pass
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


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


class Flotilla:
    def __init__(self, work, home=HOME):
        self.name, self.home = "flotilla" if home == HOME else home.name, home
        self.dir = work / self.name
        self.dir.mkdir()
        base = free_base(19500)
        self.ports = {f"n{i + 1}": base + i for i in range(3)}
        self.log = open(self.dir / "up.log", "w")
        self.up = subprocess.Popen(
            [self.home / "flotilla", "up", "--data", self.dir / "data", "--http-port", str(base)],
            stdout=self.log, stderr=subprocess.STDOUT, env={**os.environ, "FLOTILLA_LOG_PER_MINUTE": "10000"})
        self.await_ready()

    def await_ready(self):
        for node, port in self.ports.items():
            until(f"{node} ready", 120, lambda: ask(port, "GET", "/ready")[0] == 200)

    def view(self):
        for port in self.ports.values():
            try:
                status, body = ask(port, "GET", "/v1/cluster")
                if status == 200:
                    return json.loads(body)
            except (OSError, http.client.HTTPException):
                pass
        raise OSError("no node answers")

    def owner(self):
        shards = self.view().get("Shards") or []
        return next((s["Node"] for s in shards if "default" in (s.get("Namespaces") or [])), None)

    def leads(self, node):
        return self.view()["Leader"] == node

    def victim(self, leads):
        """The owner of the namespace. It leads the log as well, or doesn't, if this build can hand over the lead."""
        until("an owner", 60, self.owner)
        owner = self.owner()
        port = self.ports[owner]
        status, body = ask(port, "GET", "/v1/operator/raft/configuration")
        if status == 200 and leads != self.leads(owner):
            leader = owner if leads else next(node for node in self.ports if node != owner)
            peer = next(s["ID"] for s in json.loads(body)["Servers"] if s["Node"] == leader)
            ask(port, "PUT", f"/v1/operator/raft/transfer-leader?id={peer}", timeout=30)
            until("the lead", 60, lambda: self.leads(owner) == leads)
        return owner

    def pid(self, node):
        state = json.loads((self.dir / "data" / "up.json").read_text())
        return next(n["process"]["pid"] for n in state["nodes"] if n["id"] == node)

    def back(self, node, stopped):
        """Once it is a member again."""
        if not stopped:
            subprocess.run([self.home / "flotilla", "restart", node, "--data", self.dir / "data"], check=True,
                           stdout=self.log, stderr=subprocess.STDOUT)
        self.await_ready()
        until("three members", 60, lambda: sum(m.get("Status") == "Up" for m in self.view()["Members"]) == 3)

    def logs(self):
        return {node: self.dir / "data" / node / "log" for node in self.ports}

    def put(self, key, value):
        return "PUT", f"/v1/kv/{key}", value

    def is_done(self, body):
        return body == b"true"

    def read(self, key):
        return int(ask(next(iter(self.ports.values())), "GET", f"/v1/kv/{key}?raw", timeout=10)[1])

    def end(self):
        self.up.terminate()
        self.up.wait(60)
        self.log.close()


class Etcd:
    name = "etcd"

    def __init__(self, work):
        self.dir = work / "etcd"
        self.dir.mkdir()
        base = free_base(29500)
        self.ports = {f"e{i + 1}": base + i for i in range(3)}
        self.peers = {node: port - 100 for node, port in self.ports.items()}
        self.log = open(self.dir / "log", "w")
        self.processes = {}
        for node in self.ports:
            self.start(node)
        until("etcd's leader", 60, self.victim)

    def start(self, node):
        peer, client = (f"http://127.0.0.1:{p[node]}" for p in (self.peers, self.ports))
        self.processes[node] = subprocess.Popen(
            ["etcd", "--name", node, "--data-dir", self.dir / node,
             "--initial-cluster", ",".join(f"{n}=http://127.0.0.1:{p}" for n, p in self.peers.items()),
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--listen-client-urls", client, "--advertise-client-urls", client],
            stdout=self.log, stderr=subprocess.STDOUT)

    def leads(self, node):
        return node == self.victim()

    def victim(self, leads=True):
        """The leader: nobody else owns anything."""
        ids = {}
        for node, port in self.ports.items():
            status = json.loads(ask(port, "POST", "/v3/maintenance/status", "{}")[1])
            ids[status["header"]["member_id"]] = node
        return ids[status["leader"]]

    def pid(self, node):
        return self.processes[node].pid

    def back(self, node, stopped):
        if not stopped:
            self.processes[node].wait(60)
            self.start(node)
        until("three members", 60, self.victim)

    def logs(self):
        return {}

    @staticmethod
    def b64(text):
        return base64.b64encode(text.encode()).decode()

    def put(self, key, value):
        return "POST", "/v3/kv/put", json.dumps({"key": self.b64(key), "value": self.b64(value)})

    def is_done(self, body):
        return b"revision" in body

    def read(self, key):
        question = json.dumps({"key": self.b64(key)})
        answer = json.loads(ask(next(iter(self.ports.values())), "POST", "/v3/kv/range", question, timeout=10)[1])
        return int(base64.b64decode(answer["kvs"][0]["value"]))

    def end(self):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(60)
        self.log.close()


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--signal", choices=["KILL", "TERM", "STOP"], default="KILL")
    parser.add_argument("--beside", action="append", default=[])
    args = parser.parse_args()
    sig = getattr(signal, "SIG" + args.signal)
    work = pathlib.Path(tempfile.mkdtemp())
    systems, lost = [], 0
    try:
        for which in [HOME] + args.beside:
            say(f"starting three nodes of {which}")
            systems.append(Etcd(work) if which == "etcd" else Flotilla(work, pathlib.Path(which).resolve()))
        clients = {s.name: [Client(i, s) for i in range(CLIENTS)] for s in systems}
        rounds = {s.name: [] for s in systems}
        for each in range(args.rounds):
            for s in systems:
                if each == 0:
                    [c.start() for c in clients[s.name]]
                r = Round(s, clients[s.name], sig, each % 2 == 0)
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
            show(s, rounds[s.name], args.signal)
        print(f"acknowledged writes lost: {lost}")
        return 1 if lost else 0
    finally:
        for s in systems:
            s.end()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
