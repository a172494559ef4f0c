#!/usr/bin/env python3
"""Repeatedly kills (-9) the node that owns the busy namespace, while writers continue through the other nodes.

Prints each round's longest time without an acknowledged write, then the distribution; checks that no acknowledged
write was lost. Starts its own cluster on free loopback ports and ends it.

usage: failover.py [ROUNDS]     default 20
"""
import http.client, json, os, pathlib, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

HOME = pathlib.Path(__file__).resolve().parent.parent
WRITERS = 4
SETTLE, AFTER, LIMIT = 3.0, 3.0, 30.0  # seconds: pause before a kill, time to watch after the first answer, timeout


def say(text):
    print(text, file=sys.stderr, flush=True)


def is_free(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0


def free_base():
    for base in range(19500, 60000, 300):
        if all(is_free(base - below + i) for below in (0, 100, 200) for i in range(3)):
            return base
    sys.exit("no free ports")


def get(port, path, timeout=2):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        c.request("GET", path)
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


class Writer(threading.Thread):
    """Writes 0, 1, 2 ... to its key, through whichever allowed node answers within a second."""

    def __init__(self, name, ports):
        super().__init__(daemon=True)
        self.key, self.ports, self.turn = f"failover/{name}", ports, name
        self.avoid, self.acknowledged, self.times, self.running = None, -1, [], True

    def run(self):
        n, conn, at = 0, None, None
        while self.running:
            try:
                if conn is None or at == self.avoid:
                    allowed = [p for p in self.ports if p != self.avoid]
                    at = allowed[self.turn % len(allowed)]
                    conn = http.client.HTTPConnection("127.0.0.1", at, timeout=1)
                conn.request("PUT", f"/v1/kv/{self.key}", str(n))
                r = conn.getresponse()
                if r.read() != b"true" or r.status != 200:
                    raise OSError(r.status)
                self.times.append(time.monotonic())
                self.acknowledged = n
                n += 1
            except (OSError, http.client.HTTPException):
                if conn:
                    conn.close()
                conn, self.turn = None, self.turn + 1
                n += 1  # a value with an unknown outcome is not used again
                time.sleep(0.01)


class Cluster:
    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp())
        base = free_base()
        self.ports = {f"n{i + 1}": base + i for i in range(3)}
        self.log = open(self.dir / "up.log", "w")
        self.up = subprocess.Popen(
            [HOME / "flotilla", "up", "--data", self.dir / "data", "--http-port", str(base)],
            stdout=self.log, stderr=subprocess.STDOUT)
        self.await_ready()

    def await_ready(self):
        for node, port in self.ports.items():
            until(f"{node} ready", 120, lambda: get(port, "/ready")[0] == 200)

    def view(self):
        for port in self.ports.values():
            try:
                status, body = get(port, "/v1/cluster")
                if status == 200:
                    return json.loads(body)
            except (OSError, http.client.HTTPException):
                pass
        raise OSError("no node answers")

    def owner(self):
        view = self.view()
        for shard in view.get("Shards") or []:
            if "default" in (shard.get("Namespaces") or []):
                return shard["Node"]
        return view["Leader"]

    def kill(self, node):
        state = json.loads((self.dir / "data" / "up.json").read_text())
        pid = next(n["process"]["pid"] for n in state["nodes"] if n["id"] == node)
        os.kill(pid, signal.SIGKILL)

    def restart(self, node):
        subprocess.run([HOME / "flotilla", "restart", node, "--data", self.dir / "data"], check=True,
                       stdout=self.log, stderr=subprocess.STDOUT)
        self.await_ready()
        until("three members", 60, lambda: sum(m.get("Status") == "Up" for m in self.view()["Members"]) == 3)

    def end(self):
        self.up.terminate()
        self.up.wait(60)
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def one_round(cluster, writers):
    time.sleep(SETTLE)
    victim = cluster.owner()
    for w in writers:
        w.avoid = cluster.ports[victim]
    time.sleep(0.5)
    killed = time.monotonic()
    cluster.kill(victim)
    # Answers in flight at the kill may still arrive: the pause only ends with answers that follow it.
    until("an acknowledged write", LIMIT,
          lambda: sum(t > killed + 0.2 for w in writers for t in w.times) > 20)
    time.sleep(AFTER)
    times = sorted(t for w in writers for t in list(w.times) if t > killed)
    gap = max(b - a for a, b in zip([killed] + times, times))
    for w in writers:
        w.times.clear()
    cluster.restart(victim)
    return victim, gap


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    say("starting three nodes")
    cluster = Cluster()
    writers = [Writer(i, list(cluster.ports.values())) for i in range(WRITERS)]
    try:
        for w in writers:
            w.start()
        gaps = []
        for i in range(rounds):
            victim, gap = one_round(cluster, writers)
            gaps.append(gap)
            say(f"round {i + 1:2}: {victim} killed, {gap * 1000:5.0f} ms without an acknowledged write")
        for w in writers:
            w.running = False
        for w in writers:
            w.join(5)
        lost = 0
        for w in writers:
            value = int(get(next(iter(cluster.ports.values())), f"/v1/kv/{w.key}?raw", 10)[1])
            lost += value < w.acknowledged
        ms = sorted(g * 1000 for g in gaps)
        print(f"{len(ms)} kills: min {ms[0]:.0f}, median {statistics.median(ms):.0f}, "
              f"p90 {ms[min(len(ms) - 1, int(len(ms) * 0.9))]:.0f}, max {ms[-1]:.0f} ms; "
              f"{sum(m > 5000 for m in ms)} above 5 s; acknowledged writes lost: {lost}")
        return 1 if lost or ms[-1] > 5000 else 0
    finally:
        cluster.end()


if __name__ == "__main__":
    sys.exit(main())
