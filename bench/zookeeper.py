#!/usr/bin/env python3
"""Load on a ZooKeeper server, as load.lua is for the others: wrk speaks only HTTP. Prints what wrk would print.

A get is preceded by a sync, as otherwise it may be stale. This client takes more processor
time than wrk, so what it measures is a lower bound.

usage: zookeeper.py PORT CONNECTIONS SECONDS name=value ...     the names are those of load.lua
"""
import select, socket, struct, sys, time

CREATE, GET, SET, SYNC = 1, 4, 5, 9
NODE_EXISTS = -110


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">i", len(raw)) + raw


def request(kind, path, *rest):
    body = struct.pack(">ii", 1, kind) + text(path) + b"".join(rest)
    return struct.pack(">i", len(body)) + body


def create(path):
    anyone = struct.pack(">ii", 1, 31) + text("world") + text("anyone")
    return request(CREATE, path, text(b""), anyone, struct.pack(">i", 0))


class Connection:
    def __init__(self, port):
        self.socket, self.rest = socket.create_connection(("127.0.0.1", port)), b""
        hello = struct.pack(">iqiq", 0, 0, 30000, 0) + text(bytes(16)) + b"\0"
        self.socket.sendall(struct.pack(">i", len(hello)) + hello)
        while not self.answers():
            pass

    def answers(self):
        """Those that have come, waiting for some bytes at most."""
        data = self.socket.recv(65536)
        if not data:
            sys.exit("the server closed a connection")
        self.rest += data
        found = []
        while len(self.rest) >= 4:
            end = 4 + struct.unpack_from(">i", self.rest)[0]
            if len(self.rest) < end:
                break
            found.append(self.rest[4:end])
            self.rest = self.rest[end:]
        return found

    def send(self, data, answers):
        self.began, self.open = time.monotonic(), answers
        self.socket.sendall(data)


def error(answer):
    return struct.unpack_from(">i", answer, 12)[0]


def prepare(connection, paths):
    """Creates what isn't there."""
    missing = [create(path) for path in paths]
    for i in range(0, len(missing), 100):
        connection.socket.sendall(b"".join(missing[i:i + 100]))
        left = len(missing[i:i + 100])
        while left:
            for answer in connection.answers():
                left -= 1
                if error(answer) not in (0, NODE_EXISTS):
                    sys.exit(f"create: error {error(answer)}")


def main():
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    o = dict(arg.split("=", 1) for arg in sys.argv[4:])
    spread, count = int(o["namespaces"]), int(o["keys"])
    began = time.monotonic()
    all_of_them = [Connection(port) for _ in range(connections)]
    parents = [f"/{o['ns']}{i}" for i in range(spread)] or [f"/{o['ns']}"]
    keys = [f"{parents[i % len(parents)]}/key-{i:04}" for i in range(count)]
    if o["op"] == "put":
        prepare(all_of_them[0], parents + keys)
    time.sleep(max(0.0, began + float(o["settle"]) / 1000 - time.monotonic()))

    serial, n, failed, took = int(o["run"]) * 10 ** 9, 0, 0, []
    poll, by_fd = select.epoll(), {c.socket.fileno(): c for c in all_of_them}

    def send(c):
        nonlocal serial, n
        n, serial = (n + 7) % count, serial + 1
        if o["op"] == "put":
            c.send(request(SET, keys[n], text(f"{serial:021}" + "x" * 79), struct.pack(">i", -1)), 1)
        else:
            c.send(request(SYNC, keys[n]) + request(GET, keys[n], b"\0"), 2)

    began = time.monotonic()
    for fd, c in by_fd.items():
        poll.register(fd, select.EPOLLIN)
        send(c)
    while time.monotonic() < began + seconds:
        for fd, _ in poll.poll(0.1):
            c = by_fd[fd]
            for answer in c.answers():
                failed += error(answer) != 0
                c.open -= 1
                if c.open == 0:
                    took.append(time.monotonic() - c.began)
                    send(c)
    lasted = time.monotonic() - began
    took.sort()
    for p in (50, 99):
        print(f"  {p}%  {1000 * took[len(took) * p // 100] if took else 0:.3f}ms")
    print(f"  {len(took)} requests in {lasted + float(o['settle']) / 1000:.2f}s")
    print(f"  Non-2xx or 3xx responses: {failed}")


if __name__ == "__main__":
    main()
