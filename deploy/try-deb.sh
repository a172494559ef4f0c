#!/bin/bash
# Installs target/flotilla.deb in a fresh Debian, which debootstrap makes, boots that with systemd in a
# container of its own, and uses the service as its operator would. As root, on Debian, with debootstrap
# and systemd-container; some three minutes, half of them Debian's.
#   mvn -Pdeb -DskipTests package && deploy/try-deb.sh [DIR]
# DIR keeps the Debian for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
keep=${1:-}
root=${keep:-$(mktemp -d)/debian}
suite=bookworm
say() { printf '\n== %s\n' "$*"; }

if [ ! -d "$root/usr" ]; then
  say "debootstrap $suite"
  debootstrap --variant=minbase \
    --include=systemd,systemd-sysv,dbus,curl,ca-certificates,apt-utils,adduser,procps \
    "$suite" "$root" >/dev/null
fi
[ -n "$keep" ] || trap 'rm -rf "$(dirname "$root")"' EXIT
cp target/flotilla.deb "$root/root/flotilla.deb"

cat >"$root/root/trial" <<'TRIAL'
#!/bin/bash
# Inside, as the only thing that this Debian is booted for.
say() { printf '\n== %s\n' "$*"; }
ready() { for _ in $(seq 600); do curl -sf 127.0.0.1:8500/ready >/dev/null && return; sleep 0.2; done; echo "NOT READY"; journalctl -u flotilla --no-pager | tail -20; }
pid() { systemctl show -p MainPID --value flotilla; }
failed=0
check() { if "${@:2}"; then echo "ok: $1"; else echo "FAILED: $1"; failed=1; fi; }
trial() {
  say "systemctl status, before anything"
  systemctl is-enabled flotilla; systemctl is-active flotilla
  systemd-analyze verify --man=no flotilla.service && echo "the unit is valid"
  systemd-analyze security --no-pager flotilla.service | tail -1

  say "systemctl enable --now flotilla"
  systemctl enable --now flotilla 2>&1
  ready
  curl -s -w ' %{http_code}\n' -X PUT -d green 127.0.0.1:8500/v1/kv/colour
  flotilla kv get colour
  ps -o user=,args= -p "$(pid)" | cut -c1-150
  check "runs as flotilla" test "$(ps -o user= -p "$(pid)")" = flotilla
  check "with the class archive" grep -q 'flotilla-.*\.\(jsa\|aot\)' "/proc/$(pid)/maps"
  check "may gain no rights" grep -q '^NoNewPrivs:.*1' "/proc/$(pid)/status"
  check "no capabilities" grep -q '^CapBnd:.*0000000000000000' "/proc/$(pid)/status"
  grep 'Max open files' "/proc/$(pid)/limits" # 65536, or what this machine lets a container have
  check "data for their owner only" test "$(stat -c '%U %a' /var/lib/flotilla)" = "flotilla 700"
  check "settings for root and flotilla" test "$(stat -c '%U %G %a' /etc/flotilla/flotilla.conf)" = "root flotilla 640"

  say "kill -9: systemd starts it again"
  kill -9 "$(pid)"; sleep 1; ready
  flotilla kv get colour
  check "started again" test "$(systemctl show -p NRestarts --value flotilla)" = 1

  say "a wrong setting: it ends, says why, and isn't tried again"
  cp -p /etc/flotilla/flotilla.conf /root/conf
  echo 'flotilla.node.watchdog = 1s' >>/etc/flotilla/flotilla.conf
  systemctl restart flotilla
  for _ in $(seq 300); do systemctl is-failed -q flotilla && break; sleep 0.2; done
  systemctl show -p Result -p ExecMainStatus flotilla
  journalctl -u flotilla -o cat --no-pager | grep watchdog | tail -1
  cp -p /root/conf /etc/flotilla/flotilla.conf
  systemctl start flotilla; ready

  say "the package is installed again over the running node"
  echo '# ours' >>/etc/flotilla/flotilla.conf
  before=$(pid)
  dpkg -i /root/flotilla.deb 2>&1 | grep -v '^(\|^Preparing\|^Unpacking'
  check "the node went on" test "$(pid)" = "$before"
  check "the settings are ours" grep -q '# ours' /etc/flotilla/flotilla.conf
  time systemctl restart flotilla; ready
  flotilla kv get colour

  say "systemctl stop"
  time systemctl stop flotilla
  systemctl show -p Result -p ExecMainStatus flotilla

  say "apt remove, purge"
  systemctl start flotilla; ready
  dpkg -r flotilla 2>&1 | tail -1
  check "it was stopped" test -z "$(pgrep -u flotilla)"
  dpkg -P flotilla 2>&1 | tail -2
  check "settings are gone" test ! -e /etc/flotilla
  check "the program is gone" test ! -e /usr/share/flotilla
  check "data are left" test -d /var/lib/flotilla/raft
  say "$([ $failed = 0 ] && echo "all as it should be" || echo "SOMETHING FAILED")"
}
trial 2>&1 | tee /root/trial.log
systemctl poweroff
TRIAL
chmod 755 "$root/root/trial"
cat >"$root/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=exec
ExecStart=/root/trial
TimeoutStartSec=600
StandardOutput=null
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../trial.service "$root/etc/systemd/system/multi-user.target.wants/trial.service"

container=(systemd-nspawn -q -D "$root")
if [ ! -d /run/systemd/system ]; then # this machine isn't run by systemd itself
  container+=(--register=no --keep-unit)
  mkdir -p /run/systemd/nspawn
  mountpoint -q /run/systemd/nspawn || mount -t tmpfs tmpfs /run/systemd/nspawn
fi

say "apt install ./flotilla.deb"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/var/lib/flotilla"
"${container[@]}" --pipe sh -c \
  'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --reinstall /root/flotilla.deb' \
  >"$root/root/apt.log" 2>&1 || { tail -20 "$root/root/apt.log"; exit 1; }
grep -i flotilla "$root/root/apt.log" | grep -v '^Get\|^Selecting' || true
ls -l "$root/usr/share/flotilla"

say "booted"
rm -f "$root/root/trial.log"
timeout 500 "${container[@]}" --boot --private-network --console=pipe >"$root/root/boot.log" 2>&1 || true
cat "$root/root/trial.log" || { tail -30 "$root/root/boot.log"; exit 1; }
grep -q "== all as it should be" "$root/root/trial.log"
