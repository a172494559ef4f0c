#!/usr/bin/env python3
"""Checks deploy/kubernetes.yml against the schema of Kubernetes' API, as its Python client has it (Debian:
python3-kubernetes): what the API doesn't know is lost on the way through it, and what it needs has to be there.
Also that what the parts say of each other fits together. Needs no cluster, and shows nothing of how it runs.
"""
import json, pathlib, sys

import yaml
from kubernetes import client

HERE = pathlib.Path(__file__).parent
GROUPS = {"v1": "V1", "apps/v1": "V1", "policy/v1": "V1", "networking.k8s.io/v1": "V1"}


class Read:
    """What the client's reader takes for an answer of the API."""

    def __init__(self, data):
        self.data = json.dumps(data)


def passed(api, part):
    kind = GROUPS[part["apiVersion"]] + part["kind"]
    return api.sanitize_for_serialization(api.deserialize(Read(part), kind))


def lost(before, after, where):
    if isinstance(before, dict):
        for key, value in before.items():
            if not isinstance(after, dict) or key not in after:
                yield f"{where}.{key}"
            else:
                yield from lost(value, after[key], f"{where}.{key}")
    elif isinstance(before, list):
        for i, value in enumerate(before):
            yield from lost(value, after[i], f"{where}[{i}]")


def fit(parts):
    nodes, names = parts["StatefulSet"][0], {p["metadata"]["name"] for p in parts["Service"]}
    pod = nodes["spec"]["template"]
    labels = pod["metadata"]["labels"]
    peers = nodes["spec"]["serviceName"]
    yield "the service of the nodes' names", peers in names
    for kind in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
        for part in parts[kind]:
            selector = part["spec"].get("selector") or part["spec"]["podSelector"]
            yield f"{kind} chooses the pods", selector.get("matchLabels", selector).items() <= labels.items()
    container = pod["spec"]["containers"][0]
    ports = {p["containerPort"] for p in container["ports"]}
    for part in parts["Service"]:
        yield "ports of services", {p["port"] for p in part["spec"]["ports"]} <= ports
    seeds = parts["ConfigMap"][0]["data"]["FLOTILLA_SEEDS"].split(",")
    name, count = nodes["metadata"]["name"], nodes["spec"]["replicas"]
    yield "seeds", seeds == [f"{name}-{i}@{name}-{i}.{peers}:8300:8400" for i in range(count)]
    named = {v["name"] for v in pod["spec"]["volumes"]}
    named |= {v["metadata"]["name"] for v in nodes["spec"]["volumeClaimTemplates"]}
    yield "volumes", {m["name"] for m in container["volumeMounts"]} == named
    probes = {container[p]["httpGet"]["port"] for p in ("startupProbe", "livenessProbe", "readinessProbe")}
    yield "ports of probes", probes <= {p["name"] for p in container["ports"]}


def main():
    api, wrong, parts = client.ApiClient(), [], {}
    file = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "kubernetes.yml"
    for part in yaml.safe_load_all(file.read_text()):
        where = f"{part['kind']} {part['metadata']['name']}"
        parts.setdefault(part["kind"], []).append(part)
        try:
            wrong += [f"{field}: unknown" for field in lost(part, passed(api, part), where)]
        except (ValueError, AttributeError, TypeError) as e:
            wrong.append(f"{where}: {e}")
    wrong += [f"doesn't fit: {what}" for what, fits in (fit(parts) if not wrong else []) if not fits]
    print("\n".join(wrong) or f"{sum(map(len, parts.values()))} parts fit the schema, and each other")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
