#!/usr/bin/env python3
"""Programs that use Consul, against three nodes of Flotilla: HAProxy, Ansible, and Patroni with PostgreSQL.

    bench/clients/programs.py [haproxy] [ansible] [patroni]

Prints a row of a table for each, and ends with 1 if one failed. A program that isn't installed is left out, and says so.
"""
import concurrent.futures, csv, json, os, pathlib, shutil, signal, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from clusters import Flotilla, ask, free_base, say, until, workplace  # noqa: E402

POSTGRES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))


class Failed(Exception):
    pass


def check(what, ok):
    if not ok:
        raise Failed(what)
    say(f"  {what}")


# ---- HAProxy


def haproxy(flotilla, work):
    """Checks by HTTP/1.0 without a Host, as `option httpchk` makes them, of a node that stops and comes back."""
    front = free_base(24500)
    servers = "".join(f"  server {n} 127.0.0.1:{p} check inter 200 fall 2 rise 2\n" for n, p in flotilla.ports.items())
    backends = {"options": "option httpchk", "get": "option httpchk GET /v1/health/state/any"}
    file = work / "haproxy.cfg"
    file.write_text(
        "global\n  maxconn 100\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 20s\n  timeout server 20s\n"
        "  timeout check 1s\n"
        f"frontend in\n  bind 127.0.0.1:{front}\n  stats enable\n  stats uri /stats\n  default_backend get\n"
        + "".join(f"backend {name}\n  {how}\n{servers}" for name, how in backends.items()))
    process = subprocess.Popen(["haproxy", "-db", "-f", file], stdout=flotilla.log, stderr=subprocess.STDOUT)

    def states():
        body = ask(front, "GET", "/stats;csv")[1].decode().lstrip("# ")
        rows = csv.DictReader(body.splitlines())
        return {(r["pxname"], r["svname"]): r["status"] for r in rows if r["pxname"] in backends and r["svname"] in flotilla.ports}

    def all_are(status, *nodes):
        now = states()
        return all(now[backend, node].startswith(status) for backend in backends for node in nodes)

    try:
        until("all nodes checked", 60, lambda: all_are("UP", *flotilla.ports))
        check("three nodes are up", True)
        stopped = "n2"
        os.kill(flotilla.pid(stopped), signal.SIGSTOP)
        try:
            until(
                "the stopped node's checks alone", 60, lambda: all_are("DOWN", stopped) and all_are("UP", *flotilla.others(stopped)))
            check("a node that stands still is down", True)
            until("a write through HAProxy", 60, lambda: ask(front, "PUT", "/v1/kv/haproxy", "1", 10)[1] == b"true")
            check("requests go to the others", True)
        finally:
            os.kill(flotilla.pid(stopped), signal.SIGCONT)
        until("the node's return", 60, lambda: all_are("UP", *flotilla.ports))
        check("it is up again", True)
    finally:
        process.terminate()
        process.wait()


# ---- Ansible


def ansible(flotilla, work):
    """A playbook with community.general's modules, run twice: the second time there is nothing to change."""
    port = flotilla.ports["n1"]
    common = {"host": "127.0.0.1", "port": port}
    tasks = [
        {"name": "a key", "community.general.consul_kv": {**common, "key": "app/colour", "value": "blue"}},
        {"name": "the key read", "community.general.consul_kv": {**common, "key": "app/colour", "retrieve": True},
         "register": "read"},
        {"name": "what was read", "ansible.builtin.assert": {"that": "read.data.Value == 'blue'"}},
        {"name": "a service", "community.general.consul": {
            **common, "service_name": "web", "service_port": 80, "tags": ["a", "b"]}},
        {"name": "no key", "community.general.consul_kv": {**common, "key": "app/old", "state": "absent"}},
        {"name": "no service", "community.general.consul": {**common, "service_id": "old", "state": "absent"}},
    ]
    once = [
        {"name": "a session", "community.general.consul_session": {**common, "name": "s", "delay": 15}, "register": "s"},
        {"name": "the lock", "community.general.consul_kv": {
            **common, "key": "app/lock", "value": "me", "session": "{{ s.session_id }}", "state": "acquire"}, "register": "lock"},
        {"name": "the lock is taken", "ansible.builtin.assert": {"that": "lock.changed"}},
        {"name": "the lock given back", "community.general.consul_kv": {
            **common, "key": "app/lock", "value": "", "session": "{{ s.session_id }}", "state": "release"}},
        {"name": "no session", "community.general.consul_session": {**common, "id": "{{ s.session_id }}", "state": "absent"}},
    ]

    def play(steps):
        book = work / "play.yml"
        book.write_text(json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": steps}]))
        out = subprocess.run(
            ["ansible-playbook", "-i", "localhost,", "-e", "ansible_python_interpreter=/usr/bin/python3", book],
            capture_output=True, text=True, timeout=300,
            env={**os.environ, "ANSIBLE_STDOUT_CALLBACK": "json", "HOME": str(work)})
        try:
            found = json.loads(out.stdout[out.stdout.index("{"):])
        except ValueError:
            raise Failed(out.stdout + out.stderr)
        if out.returncode != 0:
            raise Failed(json.dumps([t for p in found["plays"] for t in p["tasks"]], indent=1)[-2000:])
        return found["stats"]["localhost"]["changed"]

    check("key and service made", play(tasks) == 2)
    check("the second time nothing is changed", play(tasks) == 0)
    play(once)
    check("a session takes a lock and gives it back", True)
    check("the service is found", len(json.loads(ask(port, "GET", "/v1/catalog/service/web")[1])) == 1)


# ---- Patroni


class Patroni:
    """Three PostgreSQL servers, each with a Patroni that asks a node of its own."""

    def __init__(self, flotilla, work):
        self.dir = work / "patroni"
        self.dir.mkdir()
        self.dir.chmod(0o755)
        work.chmod(0o755)
        base = free_base(26500)
        self.nodes = dict(zip(("pg1", "pg2", "pg3"), flotilla.ports))
        self.port = {pg: base + i for i, pg in enumerate(self.nodes)}
        self.rest = {pg: base + 100 + i for i, pg in enumerate(self.nodes)}
        self.processes, self.log = {}, flotilla.log
        for pg, node in self.nodes.items():
            (self.dir / pg).mkdir(mode=0o700)
            if os.getuid() == 0:
                shutil.chown(self.dir / pg, "postgres", "postgres")
            config = {
                "scope": "shop", "name": pg,
                "restapi": {"listen": f"127.0.0.1:{self.rest[pg]}", "connect_address": f"127.0.0.1:{self.rest[pg]}"},
                "consul": {"host": f"127.0.0.1:{flotilla.ports[node]}"},
                "bootstrap": {
                    "dcs": {"ttl": 20, "loop_wait": 3, "retry_timeout": 5, "postgresql": {
                        "use_pg_rewind": True, "parameters": {"fsync": "off", "wal_log_hints": "on"}}},
                    "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "no-sync"],
                    "pg_hba": ["local all all trust", "host all all 127.0.0.1/32 trust",
                               "host replication all 127.0.0.1/32 trust"]},
                "postgresql": {
                    "listen": f"127.0.0.1:{self.port[pg]}", "connect_address": f"127.0.0.1:{self.port[pg]}",
                    "data_dir": str(self.dir / pg / "data"), "bin_dir": str(POSTGRES[-1]),
                    "pgpass": str(self.dir / pg / "pgpass"),
                    "parameters": {"unix_socket_directories": str(self.dir / pg)},
                    "authentication": {"superuser": {"username": "postgres"}, "replication": {"username": "standby"},
                                       "rewind": {"username": "rewind"}}},
                "watchdog": {"mode": "off"}}
            (self.dir / f"{pg}.yml").write_text(json.dumps(config))
            (self.dir / f"{pg}.yml").chmod(0o644)
            self.start(pg)

    def start(self, pg):
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        self.processes[pg] = subprocess.Popen(
            ["/usr/bin/patroni", self.dir / f"{pg}.yml"], cwd=self.dir / pg, stdout=self.log, stderr=subprocess.STDOUT,
            start_new_session=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **user)

    def postmaster(self, pg):
        return int((self.dir / pg / "data/postmaster.pid").read_text().split()[0])

    def kill(self, pg):
        postmaster = self.postmaster(pg)
        self.processes[pg].kill()
        os.kill(postmaster, signal.SIGKILL)
        self.processes[pg].wait()

    def roles(self):
        roles = {}
        for pg, port in self.rest.items():
            try:
                roles[pg] = json.loads(ask(port, "GET", "/patroni")[1]).get("role")
            except OSError:
                pass
        return roles

    def primary(self):
        found = [pg for pg, role in self.roles().items() if role in ("master", "primary")]
        return found[0] if len(found) == 1 else None

    def switch_over(self, leader, candidate):
        body = json.dumps({"leader": leader, "candidate": candidate})
        return ask(self.rest[leader], "POST", "/switchover", body, 90)

    def sql(self, pg, text):
        """What it answers, or None."""
        out = subprocess.run(
            [POSTGRES[-1] / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port[pg]), "-U", "postgres", "-c", text],
            capture_output=True, text=True, env={"PGCONNECT_TIMEOUT": "2", "PGOPTIONS": "-c statement_timeout=2000"})
        return out.stdout.strip() if out.returncode == 0 else None

    def end(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for pg, process in self.processes.items():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill(pg)


class Writers:
    """One writes to each server all the time. What a primary's timeline is, the server says with each write."""

    WRITE = "INSERT INTO t VALUES (DEFAULT) RETURNING substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)"

    def __init__(self, patroni):
        self.patroni, self.done, self.on = patroni, [], True
        self.pool = concurrent.futures.ThreadPoolExecutor(3)
        self.all = [self.pool.submit(self.write, pg) for pg in patroni.nodes]

    def write(self, pg):
        while self.on:
            began = time.monotonic()
            timeline = self.patroni.sql(pg, self.WRITE)
            if timeline:
                self.done.append((began, time.monotonic(), int(timeline, 16), pg))
            time.sleep(0.1)

    def end(self):
        self.on = False
        self.pool.shutdown()
        for each in self.all:
            each.result()

    def since(self, when, pg):
        return any(began > when and who == pg for began, _, _, who in list(self.done))

    def conflict(self):
        """A write to an old primary that began when one to a newer had ended already; None if there is none."""
        done = sorted(self.done)
        for began, _, timeline, pg in done:
            newer = [w for w in done if w[1] < began and w[2] > timeline]
            if newer:
                return f"{pg} took a write {began - newer[0][1]:.1f} s after {newer[0][3]} had become primary"
        return None


def patroni(flotilla, work):
    """Bootstrap, a pause of Patroni, the end of the primary, a switchover, a node of Flotilla that stands still."""
    group = Patroni(flotilla, work)
    writers = None

    def replicas(count):
        return sum(role == "replica" for role in group.roles().values()) == count

    def moved(away, why):
        begun = time.monotonic()
        until(why, 120, lambda: group.primary() not in (None, away) and writers.since(begun, group.primary()))
        check(f"{why}: {group.primary()} takes writes after {time.monotonic() - begun:.0f} s", True)

    try:
        until("a primary and two replicas", 180, lambda: group.primary() and replicas(2))
        check(f"bootstrapped, {group.primary()} is primary", True)
        until("a table", 30, lambda: group.sql(group.primary(), "CREATE TABLE IF NOT EXISTS t (id serial)") is not None)
        writers = Writers(group)
        first = group.primary()
        group.processes[first].send_signal(signal.SIGSTOP)
        time.sleep(12)  # less than the TTL of 20 s, more than half of it, which Patroni asks for
        group.processes[first].send_signal(signal.SIGCONT)
        begun = time.monotonic()
        until("writes after the pause", 60, lambda: writers.since(begun, first) and group.primary() == first)
        check("a pause of 12 s of Patroni moves nothing", group.primary() == first)
        group.kill(first)
        moved(first, "the primary was killed")
        group.start(first)
        until("the killed one as a replica", 120, lambda: replicas(2))
        check("it comes back as a replica", group.primary() != first)
        second = group.primary()
        candidate = next(pg for pg in group.nodes if pg != second)
        status, text = group.switch_over(second, candidate)[:2]
        check(f"asked to switch over: {text.decode().strip()}", status == 200)
        until("writes after the switchover", 120, lambda: group.primary() == candidate and replicas(2))
        check(f"{candidate} is primary, {second} follows it", True)
        second = candidate
        node = group.nodes[second]
        os.kill(flotilla.pid(node), signal.SIGSTOP)
        try:
            moved(second, f"the primary's node of Flotilla, {node}, stands still")
        finally:
            os.kill(flotilla.pid(node), signal.SIGCONT)
        until("all as one cluster", 120, lambda: group.primary() and replicas(2))
        writers.end()
        if writers.conflict():
            raise Failed(writers.conflict())
        check(f"of {len(writers.done)} writes none went to an old primary", True)
    finally:
        if writers:
            writers.on = False
        group.end()


PROGRAMS = {
    "haproxy": (haproxy, lambda: shutil.which("haproxy"), "checks by `option httpchk`, a node stopped and back"),
    "ansible": (ansible, lambda: shutil.which("ansible-playbook"), "keys, locks and services by `community.general`"),
    "patroni": (patroni, lambda: shutil.which("patroni") and POSTGRES, "bootstrap, pause, kill, switchover, a node of Flotilla stopped"),
}


def main():
    wanted = sys.argv[1:] or list(PROGRAMS)
    unknown = set(wanted) - set(PROGRAMS)
    if unknown:
        sys.exit(f"no such program: {', '.join(sorted(unknown))}")
    good = True
    with workplace() as work:
        flotilla = Flotilla(work)
        print("| program | what it did | |\n|---|---|---|", flush=True)
        for name in wanted:
            run, installed, what = PROGRAMS[name]
            outcome = "not installed"
            if installed():
                say(name)
                try:
                    run(flotilla, work)
                    outcome = "passed"
                except (Failed, SystemExit) as e:
                    outcome, good = f"failed: {e}", False
            print(f"| {name} | {what} | {outcome} |", flush=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
