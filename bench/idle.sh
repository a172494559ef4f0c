#!/usr/bin/env bash
# What an idle node costs: time to the first HTTP answer, memory, processor time. Environment: IDLE (seconds to
# measure, 30), SETTLE (seconds to wait before, 180, as the JIT compiler is busy for the first minutes).
set -euo pipefail
source "$(dirname "$0")/common.sh"
idle=${IDLE:-30}
need curl curl
need python3 python3

millis() { date +%s%3N; }

first_answer() {
  local base began
  base=$(free_base 20500)
  began=$(millis)
  "$home/flotilla" agent -dev -http-port="$base" -server-port=$((base - 100)) -serf-lan-port=$((base - 200)) \
    >"$work/agent.log" 2>&1 &
  started+=($!)
  until curl -s -o /dev/null "http://127.0.0.1:$base/v1/status/leader"; do sleep 0.02; done
  echo "one node's first HTTP answer       $(($(millis) - began)) ms"
  until_true 60 "a node's first write" curl -fs -X PUT -d 1 "http://127.0.0.1:$base/v1/kv/first"
  echo "one node's first acknowledged set  $(($(millis) - began)) ms"
  kill "${started[-1]}"
  wait "${started[-1]}" 2>/dev/null || true
}

pids() { python3 -c "
import json
for n in json.load(open('$work/flotilla/up.json'))['nodes']: print(n['process']['pid'])"; }

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

for _ in 1 2 3; do first_answer; done
began=$(millis)
start_flotilla
echo "three nodes ready                  $(($(millis) - began)) ms after ./flotilla up"
sleep "${SETTLE:-180}"
declare -A before
for pid in $(pids); do before[$pid]=$(ticks "$pid"); done
sleep "$idle"
for pid in $(pids); do
  spent=$(($(ticks "$pid") - before[$pid]))
  rss=$(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status")
  echo "idle node $pid: $rss MiB resident, $(awk "BEGIN { printf \"%.1f\", 100 * $spent / $(getconf CLK_TCK) / $idle }") % of a core"
done
