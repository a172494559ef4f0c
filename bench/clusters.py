"""Shared by the scripts here: three nodes of each system, from start to end."""
import base64, contextlib, http.client, json, os, pathlib, re, shutil, signal, socket, subprocess, sys, tempfile, time

HOME = pathlib.Path(__file__).resolve().parent.parent
clusters = []  # those that run: workplace() ends them


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def workplace():
    """A directory for data; afterwards, whatever was started here is ended, also after Ctrl-C."""
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda *_: sys.exit(143))
    work = pathlib.Path(tempfile.mkdtemp(prefix="flotilla-bench-"))
    try:
        yield work
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, http.client.HTTPException):
        say("".join(cluster.ended() for cluster in clusters))
        raise
    finally:
        for cluster in reversed(clusters[:]):
            cluster.end()
        shutil.rmtree(work, ignore_errors=True)


def need(command, package):
    if not shutil.which(command):
        sys.exit(f"{command} is missing. On Debian: apt-get install {package}")


def is_free(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0


def free_base(start):
    """The first of three ports that are free, as are those 100 and 200 below and 100 above them."""
    for base in range(start, 60000, 400):
        if all(is_free(base - below + i) for below in (-100, 0, 100, 200) for i in range(3)):
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


class Cluster:
    """Three nodes in a directory of their own, on three ports of loopback."""
    scheme = "http"

    def __init__(self, work, ports, name):
        self.name, self.dir = name, work / f"{name}-{time.monotonic_ns()}"
        self.dir.mkdir()
        base = free_base(ports)
        self.ports = {f"{name[0]}{i + 1}": base + i for i in range(3)}
        self.log = open(self.dir / "log", "w")
        self.processes = {}
        clusters.append(self)

    def spawn(self, name, command, env=None):
        """In a session of its own: the terminal's Ctrl-C is for this script, which ends its processes in order."""
        self.processes[name] = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT,
                                                start_new_session=True, env={**os.environ, **(env or {})})

    def until(self, what, condition):
        def checked():
            if self.ended():
                sys.exit(self.ended())
            return condition()
        until(f"{self.name}: {what}", 120, checked)

    def ended(self):
        """What is to be said about processes that have ended; nothing if none has."""
        codes = {node: p.poll() for node, p in self.processes.items() if p.poll() is not None}
        log = (self.dir / "log").read_text(errors="replace")[-2000:]
        return f"{self.name} ended, with exit codes {codes}:\n{log}\n" if codes else ""

    def pid(self, node):
        return self.processes[node].pid

    def others(self, *nodes):
        return [n for n in self.ports if n not in nodes]

    def leads(self, node):
        return self.leader() == node

    def namespace(self, prefix, leads=True):
        """A namespace, and its owner, which leads the log or doesn't. Where nobody owns them, any name will do."""
        return prefix, next(n for n in self.ports if self.leads(n) == leads)

    def apart(self, prefix):
        """Two namespaces, each with its owner, another one."""
        return [(prefix + node, node) for node in list(self.ports)[:2]]

    def end(self):
        clusters.remove(self)
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(60)
        self.log.close()


class Flotilla(Cluster):
    kind = "flotilla"

    def __init__(self, work, ports=19500, name="flotilla", home=HOME, env=None):
        super().__init__(work, ports, name)
        self.home, self.data = home, self.dir / "data"
        first = min(self.ports.values())
        self.ports = {f"n{i + 1}": first + i for i in range(3)}
        self.spawn("up", [home / "flotilla", "up", "--data", self.data, "--http-port", str(first)], env)
        self.await_ready()

    def await_ready(self):
        for node, port in self.ports.items():
            self.until(f"{node} ready", lambda: ask(port, "GET", "/ready")[0] == 200)

    def view(self):
        for port in self.ports.values():
            try:
                status, body = ask(port, "GET", "/v1/cluster")
                if status == 200:
                    return json.loads(body)
            except (OSError, http.client.HTTPException):
                pass
        raise OSError("no node answers")

    def owners(self):
        """The node that owns each namespace in use."""
        return {ns: s["Node"] for s in self.view().get("Shards") or [] for ns in s.get("Namespaces") or []}

    def leader(self):
        return self.view()["Leader"]

    def lead_with(self, owner, leads):
        """Makes the node lead the log, or another one, if this build can hand over the lead. Whether it is so now."""
        status, body = ask(self.ports[owner], "GET", "/v1/operator/raft/configuration")
        if status == 200 and leads != self.leads(owner):
            leader = owner if leads else self.others(owner)[0]
            peer = next(s["ID"] for s in json.loads(body)["Servers"] if s["Node"] == leader)
            ask(self.ports[owner], "PUT", f"/v1/operator/raft/transfer-leader?id={peer}", timeout=30)
            until("the lead", 60, lambda: self.leads(owner) == leads)
        return self.leads(owner) == leads

    def victim(self, leads):
        """The owner of the namespace. It leads the log as well, or doesn't, if this build can hand over the lead."""
        until("an owner", 60, lambda: self.owners()["default"])
        owner = self.owners()["default"]
        self.lead_with(owner, leads)
        return owner

    def new_namespaces(self, prefix):
        for n in range(50):
            ns = f"{prefix}{n}"
            self.set("first", "1", ns)
            self.until(f"the owner of {ns}", lambda: self.owners()[ns])
            yield ns, self.owners()[ns]
        sys.exit(f"{self.name}: 50 namespaces are not where one should be")

    def namespace(self, prefix, leads=True):
        return next((ns, owner) for ns, owner in self.new_namespaces(prefix) if self.lead_with(owner, leads))

    def apart(self, prefix):
        found = {}
        for ns, owner in self.new_namespaces(prefix):
            found.setdefault(owner, ns)
            if len(found) == 2:
                return [(ns, owner) for owner, ns in found.items()]

    def set(self, key, value, ns):
        path = f"/v1/kv/{key}?ns={ns}"
        self.until(f"a first write to {ns}", lambda: ask(self.ports["n1"], "PUT", path, value, 10)[1] == b"true")

    def written(self):
        """The last entry of the log: it holds one or a batch of writes."""
        return max((m.get("Raft") or {}).get("Applied", 0) for m in self.view()["Members"])

    def pid(self, node):
        state = json.loads((self.data / "up.json").read_text())
        return next(n["process"]["pid"] for n in state["nodes"] if n["id"] == node)

    def back(self, node, stopped):
        """Once it is a member again."""
        if not stopped:
            subprocess.run([self.home / "flotilla", "restart", node, "--data", self.data], check=True,
                           stdout=self.log, stderr=subprocess.STDOUT)
        self.await_ready()
        until("three members", 60, lambda: sum(m.get("Status") == "Up" for m in self.view()["Members"]) == 3)

    def logs(self):
        return {node: self.data / node / "log" for node in self.ports}

    def put(self, key, value):
        return "PUT", f"/v1/kv/{key}", value

    def get(self, key, ns="default"):
        return "GET", f"/v1/kv/{key}?raw&ns={ns}", ""

    def is_done(self, body):
        return body == b"true"

    def read(self, key):
        return int(ask(next(iter(self.ports.values())), "GET", f"/v1/kv/{key}?raw", timeout=10)[1])


class Etcd(Cluster):
    kind = "etcd"

    def __init__(self, work, ports=29500):
        super().__init__(work, ports, "etcd")
        self.peers = {node: port - 100 for node, port in self.ports.items()}
        for node in self.ports:
            self.start(node)
        self.until("a leader", self.leader)

    def start(self, node):
        peer, client = (f"http://127.0.0.1:{p[node]}" for p in (self.peers, self.ports))
        self.spawn(node, ["etcd", "--name", node, "--data-dir", self.dir / node,
                          "--initial-cluster", ",".join(f"{n}=http://127.0.0.1:{p}" for n, p in self.peers.items()),
                          "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                          "--listen-client-urls", client, "--advertise-client-urls", client])

    def leader(self):
        ids = {}
        for node, port in self.ports.items():
            status = json.loads(ask(port, "POST", "/v3/maintenance/status", "{}")[1])
            ids[status["header"]["member_id"]] = node
        return ids[status["leader"]]

    def victim(self, leads=True):
        """The leader: nobody else owns anything."""
        return self.leader()

    def written(self):
        """The revision: it counts the writes."""
        return int(json.loads(ask(next(iter(self.ports.values())), *self.get("none"))[1])["header"]["revision"])

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

    def get(self, key, ns="default"):
        return "POST", "/v3/kv/range", json.dumps({"key": self.b64(f"{ns}/{key}")})

    def is_done(self, body):
        return b"revision" in body

    def read(self, key):
        question = json.dumps({"key": self.b64(key)})
        answer = json.loads(ask(next(iter(self.ports.values())), "POST", "/v3/kv/range", question, timeout=10)[1])
        return int(base64.b64decode(answer["kvs"][0]["value"]))


class Consul(Cluster):
    kind = "consul"

    def __init__(self, work, ports=34500, binary="consul"):
        super().__init__(work, ports, "consul")
        for node, port in self.ports.items():
            self.spawn(node, [binary, "agent", "-server", "-bootstrap-expect=3", f"-node={node}", "-bind=127.0.0.1",
                              "-client=127.0.0.1", f"-data-dir={self.dir / node}", f"-http-port={port}",
                              f"-serf-lan-port={port - 100}", f"-server-port={port - 200}", "-serf-wan-port=-1",
                              "-dns-port=-1", "-grpc-port=-1", "-log-level=err",
                              "-hcl=limits { http_max_conns_per_client = 4096 }",
                              *(f"-retry-join=127.0.0.1:{p - 100}" for p in self.ports.values())])
        self.until("a first write", lambda: all(
            ask(p, "PUT", "/v1/kv/first", "1")[1] == b"true" for p in self.ports.values()))

    def leader(self):
        port = int(json.loads(ask(next(iter(self.ports.values())), "GET", "/v1/status/leader")[1]).rsplit(":", 1)[1])
        return next(n for n, p in self.ports.items() if p - 200 == port)

    def written(self):
        """The last entry of the log: each holds one write."""
        stats = json.loads(ask(next(iter(self.ports.values())), "GET", "/v1/agent/self")[1])["Stats"]
        return int(stats["raft"]["applied_index"])

    def get(self, key, ns="default"):
        return "GET", f"/v1/kv/{ns}/{key}?raw&consistent", ""


class ZooKeeper(Cluster):
    kind = "zookeeper"

    def __init__(self, work, ports=39500, script="zkServer.sh"):
        super().__init__(work, ports, "zookeeper")
        servers = [f"server.{i}=127.0.0.1:{port - 100}:{port - 200}" for i, port in enumerate(self.ports.values(), 1)]
        for i, (node, port) in enumerate(self.ports.items(), 1):
            data = self.dir / node
            data.mkdir()
            (data / "myid").write_text(str(i))
            (data / "zoo.cfg").write_text("\n".join([
                "tickTime=2000", "initLimit=10", "syncLimit=5", "maxClientCnxns=0", "admin.enableServer=false",
                "4lw.commands.whitelist=srvr", f"dataDir={data}", f"clientPort={port}", *servers, ""]))
            self.spawn(node, [script, "start-foreground", data / "zoo.cfg"],
                       {"ZOO_LOG_DIR": str(data), "ZOO_LOG4J_PROP": "ERROR,CONSOLE"})
        self.until("a leader", self.leader)

    def status(self, node):
        with socket.create_connection(("127.0.0.1", self.ports[node]), 2) as s:
            s.sendall(b"srvr")
            return b"".join(iter(lambda: s.recv(4096), b"")).decode()

    def leader(self):
        modes = {node: re.search(r"Mode: (\w+)", self.status(node)) for node in self.ports}
        if not all(modes.values()):
            raise OSError("a node doesn't serve yet")
        return next(node for node, mode in modes.items() if mode[1] == "leader")

    def written(self):
        """The lower half of the last transaction's number: they count up while one node leads."""
        return int(re.search(r"Zxid: 0x\w*?(\w{1,8})\n", self.status(self.leader()))[1], 16)
