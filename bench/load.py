"""Shared by the scripts here: load by wrk, and what processes use."""
import collections, dataclasses, os, pathlib, re, selectors, socket, statistics, subprocess, sys, time

from clusters import HOME


@dataclasses.dataclass
class Sample:
    """What one run of wrk, or some at once, measured. Times in milliseconds; cpu is that of all nodes per request."""
    requests: int = 0
    rate: float = 0
    p50: float = 0
    p99: float = 0
    failed: int = 0
    cpu: float = 0
    writes: int = 0


class Load:
    """Requests by wrk. Two runs never write an equal value."""
    runs = 0

    def __init__(self, cluster, targets, op, connections, seconds, settle=0.0, namespaces=0, keys=1000, width=4,
                 curve=False):
        """targets: ports and the namespace to use there; the connections are divided among them. curve: counts the
        requests of each second."""
        self.op, self.each, self.settle = op, connections // len(targets), settle
        self.cluster, self.seconds, self.running = cluster, seconds, []
        self.before = cluster.written()
        for port, ns in targets:
            Load.runs += 1
            script = dict(system=cluster.kind, op=op, run=Load.runs, keys=keys, width=width, ns=ns,
                          namespaces=namespaces, connections=self.each, settle=int(1000 * settle), curve=int(curve))
            command = ["wrk", "-t1", f"-c{self.each}", f"-d{seconds + settle:.0f}s", "--timeout", "10s", "--latency",
                       "-s", HOME / "bench/load.lua", f"{cluster.scheme}://127.0.0.1:{port}", "--"]
            if cluster.kind == "zookeeper":
                command = [sys.executable, HOME / "bench/zookeeper.py", str(port), str(self.each), str(seconds)]
            self.running.append(subprocess.Popen(
                command + [f"{k}={v}" for k, v in script.items()], stdout=subprocess.PIPE, text=True))

    def wait(self):
        """The sample. Ends the script if it doesn't measure what it seems to."""
        pids = [self.cluster.pid(n) for n in self.cluster.ports]
        try:
            time.sleep(self.settle)
            used = sum(cpu_seconds(p) for p in pids)
            outputs = [wrk.communicate()[0] for wrk in self.running]
        finally:
            for wrk in self.running:
                wrk.kill()
        self.curve = collections.Counter()  # second of the clock -> requests sent in it
        for second, sent in re.findall(r"^sent\t(\d+)\t(\d+)$", "\n".join(outputs), re.MULTILINE):
            self.curve[int(second)] += int(sent)
        parts = [self.parse(output) for output in outputs]
        total = Sample(sum(p.requests for p in parts), sum(p.rate for p in parts),
                       statistics.mean(p.p50 for p in parts), max(p.p99 for p in parts), sum(p.failed for p in parts))
        total.cpu = 1000 * (sum(cpu_seconds(p) for p in pids) - used) / max(1, total.requests)
        total.writes = self.cluster.written() - self.before
        self.check(total)
        return total

    def parse(self, output):
        def millis(quantile):
            number, unit = re.search(rf"\s{quantile}%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
            return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]
        requests, seconds, unit = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", output).groups()
        took = float(seconds) * {"ms": 0.001, "s": 1, "m": 60}[unit] - self.settle
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        socket_errors = re.search(r"Socket errors: (.*)", output)
        count = int(failed[1]) if failed else 0
        count += sum(map(int, re.findall(r"\d+", socket_errors[1]))) if socket_errors else 0
        return Sample(int(requests), int(requests) / took, millis(50), millis(99), count)

    def check(self, total):
        """One entry of Flotilla's log holds at most as many sets as are under way. Half the entries suffice, as a
        member may learn of the last ones a moment late."""
        wrong = None
        if total.requests == 0 or 2 * total.failed > total.requests:
            wrong = f"{total.failed} of {total.requests} requests failed"
        batch = self.each * len(self.running) if self.cluster.kind == "flotilla" else 1
        if self.op == "put" and 2 * batch * total.writes < total.requests:
            wrong = f"{total.requests} sets, but only {total.writes} writes"
        if wrong:
            sys.exit(f"{self.cluster.name}, {self.op}: {wrong}. This is not a measurement.")


def opening(cluster, port, ns, connections):
    """Opens many connections at once. How many milliseconds each waited for its first answer, a get's."""
    method, path, body = cluster.get("key-0000", ns)
    request = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    selector, began, took = selectors.DefaultSelector(), {}, []
    for _ in range(connections):
        s = socket.socket()
        s.setblocking(False)
        began[s] = time.monotonic()
        s.connect_ex(("127.0.0.1", port))
        selector.register(s, selectors.EVENT_WRITE)
    while began:
        for key, events in selector.select(30) or sys.exit(f"{cluster.name}: no answer within 30 s"):
            s = key.fileobj
            if events & selectors.EVENT_WRITE:
                s.send(request)
                selector.modify(s, selectors.EVENT_READ)
            elif s.recv(65536):
                took.append(1000 * (time.monotonic() - began.pop(s)))
                selector.unregister(s)
                s.close()
            else:
                sys.exit(f"{cluster.name}: closed a connection without an answer")
    return took


def percentile(values, p):
    return sorted(values)[min(len(values) - 1, int(len(values) * p / 100))]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fdatasync(directory, times=200):
    """Median milliseconds to write 300 bytes into a file that has its size already, and fdatasync."""
    took = []
    with open(directory / "fdatasync", "wb+", buffering=0) as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
        for i in range(times):
            began = time.monotonic()
            os.pwrite(file.fileno(), b"x" * 300, 300 * i)
            os.fdatasync(file.fileno())
            took.append(1000 * (time.monotonic() - began))
    return statistics.median(took)


def machine(directory):
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return (f"{os.cpu_count()} cores{f' ({model[1]})' if model else ''}, Linux {os.uname().release}, "
            f"fdatasync of 300 bytes {fdatasync(directory):.2f} ms")


def usage(pid):
    """For each thread: its name of at most 15 characters, switches and nanoseconds on a processor so far."""
    threads = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            switches = sum(map(int, re.findall(r"_ctxt_switches:\s+(\d+)", (task / "status").read_text())))
            nanos = int((task / "schedstat").read_text().split()[0])
            threads[int(task.name)] = (task.joinpath("comm").read_text().strip(), switches, nanos)
        except (FileNotFoundError, ProcessLookupError):
            pass  # the thread has ended
    return threads


def thread_names(pid):
    """The whole names of a JVM's threads; nothing for another process."""
    dump = subprocess.run(["jcmd", str(pid), "Thread.print"], capture_output=True, text=True).stdout
    found = re.findall(r'^"(.*?)" .*?nid=(0x[0-9a-f]+|\d+)', dump, re.MULTILINE)
    return {int(nid, 0): name for name, nid in found}


def by_group(before, after, names):
    """What the threads of each kind have used in between: switches and nanoseconds. Threads that are alike but for
    numbers are of one kind. A thread that has ended in between doesn't count."""
    kinds = {}
    for tid, (name, switches, nanos) in after.items():
        kind = re.sub(r"n\d+-[0-9a-f]+(@group-[0-9A-F]+)?(->)?", "", names.get(tid, name))  # of a member of the log
        kind = re.sub(r"\d+", "*", kind)
        old = before.get(tid, (name, 0, 0))
        s, n = kinds.get(kind, (0, 0))
        kinds[kind] = (s + switches - old[1], n + nanos - old[2])
    return kinds
