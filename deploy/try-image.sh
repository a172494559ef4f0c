#!/bin/bash
# Builds docker/Dockerfile and runs docker/docker-compose.yml for real where there is no Docker engine: by
# podman and buildah, as root on Debian. For the base images that the Dockerfile names, Debian with its own
# Java stands in, made by debootstrap. What that doesn't show is in docs/operating/install.md.
#   apt-get install podman buildah podman-compose netavark aardvark-dns runc debootstrap
#   deploy/try-image.sh DIR [JAVA_HOME]
# DIR keeps the stand-ins. JAVA_HOME is another Java of this machine, to run the nodes with.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
dir=$(cd "$1" && pwd)
runtime=eclipse-temurin:17-jre
if [ -n "${2:-}" ]; then runtime=eclipse-temurin:other-jre; fi
say() { printf '\n== %s\n' "$*"; }

# For machines without systemd, whose control groups are of both versions.
cat >"$dir/containers.conf" <<CONF
[network]
network_backend = "netavark"
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
CONF
export CONTAINERS_CONF="$dir/containers.conf"

debian() { # NAME IMAGE PACKAGE...: Debian with these packages, as this image
  if podman image exists "docker.io/library/$2"; then return; fi
  say "$2: Debian with ${*:3}"
  [ -d "$dir/$1" ] || debootstrap --variant=minbase bookworm "$dir/$1" >/dev/null
  cp -L /etc/resolv.conf "$dir/$1/etc/resolv.conf"
  chroot "$dir/$1" sh -c "mount -t proc proc /proc && apt-get update -q && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends ca-certificates ${*:3} && apt-get clean; umount /proc" >/dev/null
  if [ "$1" = other ]; then
    mkdir -p "$dir/$1/opt/java" && cp -aL "$JAVA_OF_NODES/." "$dir/$1/opt/java"
    ln -sf /opt/java/bin/java "$dir/$1/usr/local/bin/java"
  fi
  # Whom this machine trusts.
  cp -L /etc/ssl/certs/ca-certificates.crt "$dir/$1/etc/ssl/certs/"
  if [ -e /etc/ssl/certs/java/cacerts ] && [ -d "$dir/$1/etc/ssl/certs/java" ]; then
    cp -L /etc/ssl/certs/java/cacerts "$dir/$1/etc/ssl/certs/java/"
  fi
  tar -C "$dir/$1" --exclude='./proc/*' -c . | podman import -q - "docker.io/library/$2"
}
debian build maven:3.9-eclipse-temurin-17 openjdk-17-jdk-headless maven
if [ -n "${2:-}" ]; then
  JAVA_OF_NODES=$2 debian other "$runtime"
else
  debian jre "$runtime" openjdk-17-jre-headless
fi

say "build"
env -u CONTAINERS_CONF buildah bud --isolation=chroot --format docker --layers --build-arg RUNTIME=$runtime \
  -f docker/Dockerfile --ignorefile docker/Dockerfile.dockerignore -t localhost/flotilla . \
  >"$dir/build.log" 2>&1 || { tail -20 "$dir/build.log"; exit 1; }
grep 'Created\|Successfully' "$dir/build.log"
quietly() { "$@" 2> >(grep -v 'systemd connection' >&2); }
quietly podman run --rm --entrypoint ls localhost/flotilla -l /opt/flotilla

say "compose: the first start"
FLOTILLA_HTTP_TOKEN=$(openssl rand -hex 16)
export FLOTILLA_HTTP_TOKEN
compose() { (cd docker && podman-compose -f docker-compose.yml "$@" >>"$dir/compose.log" 2>&1); }
trap 'compose down -t 30; podman volume rm -f docker_n1 docker_n2 docker_n3 >/dev/null 2>&1 || true' EXIT
ready() { # PORT...
  for port; do
    for _ in $(seq 400); do curl -sf "127.0.0.1:$port/ready" >/dev/null && continue 2; sleep 0.3; done
    echo "$port is not ready"; exit 1
  done
  echo "ready: $*"
}
ask() { curl -s --retry 9 --retry-connrefused -w ' %{http_code}\n' -H "X-Consul-Token: $FLOTILLA_HTTP_TOKEN" "$@"; }
FLOTILLA_BOOTSTRAP=true compose up -d --no-build
ready 8500 8501 8502
ask -X PUT -d green http://127.0.0.1:8500/v1/kv/colour
ask 'http://127.0.0.1:8502/v1/kv/colour?raw'
echo "without the token: $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8502/v1/kv/colour)"
pid() { podman inspect -f '{{.State.Pid}}' "docker_$1_1"; }
echo "n1 runs as user $(stat -c %u "/proc/$(pid n1)"), $(tr '\0' '\n' <"/proc/$(pid n1)/maps" | grep -o 'flotilla-.*\(jsa\|aot\)$' | sort -u)"

say "kill -9 of the container of n2"
podman kill -s KILL docker_n2_1
ask -X PUT -d blue http://127.0.0.1:8500/v1/kv/colour
quietly podman start docker_n2_1
ready 8501
ask 'http://127.0.0.1:8501/v1/kv/colour?raw'

say "kill -9 of the process of n3: the container is restarted"
kill -9 "$(pid n3)"
sleep 1
ready 8502

say "the members' copies"
quietly podman exec -e FLOTILLA_HTTP_ADDR=n1:8500,n2:8500,n3:8500 docker_n1_1 flotilla verify
for n in n1 n2 n3; do
  quietly podman healthcheck run "docker_${n}_1" && echo "$n is healthy"
done

say "down, and up again with the same volumes"
compose down -t 30
compose up -d --no-build
ready 8500 8501 8502
ask 'http://127.0.0.1:8501/v1/kv/colour?raw'
say "all as it should be"
