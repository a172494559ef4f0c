"""Takes the place of py-consul's own conftest.py, whose servers are containers: these are processes."""
import collections, json, os, pathlib, shutil, socket, subprocess, tempfile, time, uuid

import pytest
import requests

Consul = collections.namedtuple("Consul", ["container", "port", "version"])


@pytest.fixture(scope="session", autouse=True)
def _unset_consul_token():
    os.environ.pop("CONSUL_HTTP_TOKEN", None)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def server(token=None):
    directory = pathlib.Path(tempfile.mkdtemp())
    port, raft, cluster = free_port(), free_port(), free_port()
    config = {"ports": {"http": port, "server": raft, "serf_lan": cluster}, "enable_script_checks": True}
    if token:
        config |= {"primary_datacenter": "dc1", "acl": {"enabled": True, "tokens": {"initial_management": token}}}
    (directory / "config.json").write_text(json.dumps(config))
    process = subprocess.Popen(
        ["consul", "agent", "-dev", "-bind=127.0.0.1", f"-config-dir={directory}"],
        cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}/v1/"
        until(lambda: requests.get(base + "status/leader", timeout=2).json())
        headers = {"X-Consul-Token": token} if token else {}
        version = requests.get(base + "agent/self", headers=headers, timeout=10).json()["Config"]["Version"]
        yield Consul(process, port, version)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(directory, ignore_errors=True)


def until(condition):
    end = time.monotonic() + 60
    while True:
        try:
            if condition():
                return
        except (requests.RequestException, ValueError):
            pass
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.05)


@pytest.fixture
def consul_instance():
    yield from server()


@pytest.fixture
def acl_consul_instance():
    token = uuid.uuid4().hex
    for instance in server(token):
        yield instance, token


@pytest.fixture
def consul_port(consul_instance):
    return consul_instance.port, consul_instance.version
