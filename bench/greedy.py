#!/usr/bin/env python3
"""What a quiet client notices of a greedy one at the same node: its puts and gets alone, then while another address asks
for all that it can get: connections, queries that wait, bodies that never end, writes and lists one after the other.
Starts its own nodes on free ports of loopback, and ends them; FLOTILLA_CLIENT_RATE and the like are theirs.
"""
import argparse, collections, http.client, multiprocessing, socket, time

from clusters import Flotilla, ask, workplace

QUIET, GREEDY = "127.0.0.2", "127.0.0.1"


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--warm", type=int, default=20, help="seconds of the quiet client alone, not shown; default: 20")
    p.add_argument("--seconds", type=int, default=15, help="of each measurement; default: 15")
    return p.parse_args()


def quietly(port, seconds):
    """Each request's time in milliseconds, and how many were not answered with 200."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(QUIET, 0))
    times, failed, end = {"PUT": [], "GET": []}, 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for method, body in ("PUT", b"x" * 100), ("GET", None):
            began = time.monotonic()
            client.request(method, "/v1/kv/quiet", body)
            answer = client.getresponse()
            answer.read()
            times[method].append(1000 * (time.monotonic() - began))
            failed += answer.status != 200
        time.sleep(0.005)
    return times, failed


def head(method, path, length=0):
    return f"{method} /v1{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


def greedily(port, kind, refused):
    held = []
    while True:
        try:
            s = socket.create_connection(("127.0.0.1", port), 10, source_address=(GREEDY, 0))
            held.append(s)
            s.sendall({0: head("GET", "/kv/none?wait=10m&index=1000000000"), 1: head("GET", "/watch"),
                       2: head("PUT", "/kv/greedy", 400_001) + b"x" * 400_000,
                       3: (head("PUT", "/kv/greedy", 1000) + b"x" * 1000) * 50 + head("GET", "/kv/?recurse") * 50}[kind])
            s.settimeout(2 if kind == 3 else 0.001)
            while answer := s.recv(65536):
                with refused.get_lock():
                    refused.value += answer.count(b"HTTP/1.1 429")
        except OSError:
            pass
        for s in held[:-1000]:
            s.close()
        held = held[-1000:]


def show(what, times, failed):
    for method, all_times in times.items():
        of = sorted(all_times)
        half, most = of[len(of) // 2], of[len(of) * 99 // 100]
        print(f"{what:8} {method}: {len(of):6} of them, median {half:.1f} ms, 99 % within {most:.1f} ms", flush=True)
    print(f"{what:8} not answered with 200: {failed}", flush=True)


def refusals(port):
    text = ask(port, "GET", "/metrics", timeout=30)[1].decode()
    return {line.split('"')[1]: int(float(line.split()[-1])) for line in text.splitlines()
            if line.startswith("flotilla_http_refusals_total") and not line.endswith(" 0.0")}


def main():
    args = options()
    with workplace() as work:
        port = next(iter(Flotilla(work).ports.values()))
        quietly(port, args.warm)
        show("alone", *quietly(port, args.seconds))
        refused = multiprocessing.Value("i", 0)
        greedy = [multiprocessing.Process(target=greedily, args=(port, n % 4, refused), daemon=True) for n in range(8)]
        for process in greedy:
            process.start()
        time.sleep(3)
        show("beside", *quietly(port, args.seconds))
        for process in greedy:
            process.kill()
        print(f"refused to the other: {refused.value} seen; by limit: {collections.Counter(refusals(port))}")


if __name__ == "__main__":
    main()
