#!/usr/bin/env bash
# Set and linearizable get on three nodes, Flotilla against etcd, by wrk: medians and ratios. Every set changes a value, and
# the servers' writes are counted: exit code 1 if they don't match the requests.
# Environment: ROUNDS (3), RUN (seconds per run, 8), WARMUP (seconds per operation, 20),
# CONNECTIONS ("1 64 256"), NODE (leader or follower: which node of each wrk talks to).
set -euo pipefail
source "$(dirname "$0")/common.sh"
rounds=${ROUNDS:-3} run=${RUN:-8} warmup=${WARMUP:-20} connections=${CONNECTIONS:-1 64 256} node=${NODE:-leader}
need wrk wrk
need curl curl
need python3 python3

start_etcd() {
  local base i peers=
  base=$(free_base 23900)
  for i in 0 1 2; do peers+="e$i=http://127.0.0.1:$((base - 100 + i)),"; done
  for i in 0 1 2; do
    etcd --name "e$i" --data-dir "$work/etcd$i" --log-level error \
      --listen-client-urls "http://127.0.0.1:$((base + i))" --advertise-client-urls "http://127.0.0.1:$((base + i))" \
      --listen-peer-urls "http://127.0.0.1:$((base - 100 + i))" --initial-advertise-peer-urls "http://127.0.0.1:$((base - 100 + i))" \
      --initial-cluster "${peers%,}" --initial-cluster-state new >"$work/etcd$i.log" 2>&1 &
    started+=($!)
  done
  for i in 0 1 2; do
    until_true 60 "etcd node $i" curl -fs -d '{"key":"YQ=="}' "http://127.0.0.1:$((base + i))/v3/kv/range"
  done
  for i in 0 1 2; do
    if etcd_is_wanted $((base + i)); then
      etcd_url=http://127.0.0.1:$((base + i))
      break
    fi
  done
}

# Whether the leader (with NODE=follower, another node) is at this port.
etcd_is_wanted() {
  local answer
  answer=$(curl -fs -X POST -d '{}' "http://127.0.0.1:$1/v3/maintenance/status" |
    python3 -c 'import json,sys; a=json.load(sys.stdin); print(a["leader"] == a["header"]["member_id"])')
  if [ "$node" = leader ]; then [ "$answer" = True ]; else [ "$answer" = False ]; fi
}

pick_flotilla() {
  local leader i
  leader=$(cluster_field "$flotilla_base" Leader)
  i=$((${leader#n} - 1))
  [ "$node" = leader ] || i=$(((i + 1) % 3))
  flotilla_url=http://127.0.0.1:$((flotilla_base + i))
}

# written SYSTEM: its writes so far: entries of Flotilla's log, revisions of etcd's store.
written() {
  if [ "$1" = flotilla ]; then
    curl -fs "$flotilla_url/metrics" | awk '$1 == "flotilla_raft_applied_index" { printf "%.0f\n", $2 }'
  else
    curl -fs -d '{"key":"YQ=="}' "$etcd_url/v3/kv/range" |
      python3 -c 'import json,sys; print(json.load(sys.stdin)["header"]["revision"])'
  fi
}

# measure SYSTEM OPERATION CONNECTIONS SECONDS: sets figures to "requests-per-second p50 p99 failed sets-per-entry", the
# last 0 for gets. Ends the script if the figures don't measure what they seem to. One entry of Flotilla's log holds at
# most as many sets as connections; a member may learn of the last ones a moment late, so half the entries suffice.
runs=0
measure() {
  local system=$1 op=$2 c=$3 url=${1}_url before after requests
  runs=$((runs + 1))
  before=$(written "$system")
  wrk -t1 -c"$c" -d"$4s" --timeout 5s --latency -s "$home/bench/$system.lua" "${!url}" -- "$op" "$runs" >"$work/wrk"
  after=$(written "$system")
  read -r requests figures < <(awk '
    $1 == "50%" { p50 = $2 } $1 == "99%" { p99 = $2 } $2 == "requests" && $3 == "in" { requests = $1 }
    /Requests\/sec/ { rate = $2 } /Non-2xx/ { failed += $NF } /Socket errors/ { gsub(",", ""); failed += $4 + $6 + $8 + $10 }
    END { print requests + 0, rate, p50, p99, failed + 0 }' "$work/wrk")
  if ((requests == 0 || 2 * ${figures##* } > requests)); then
    say "$system $op c=$c: ${figures##* } of $requests requests failed; not a measurement"
    exit 1
  fi
  if [ "$op" = get ]; then
    figures+=" 0"
    return
  fi
  if ((2 * c * (after - before) < requests)) || { [ "$system" = etcd ] && ((2 * (after - before) < requests)); }; then
    say "$system put c=$c: $requests sets, but only $((after - before)) writes; not a measurement of sets"
    exit 1
  fi
  figures+=" $(awk "BEGIN { printf \"%.1f\", $requests / ($after - $before) }")"
}

systems=(flotilla)
if command -v etcd >/dev/null; then systems=(etcd flotilla); else say "etcd is not installed: measuring Flotilla alone"; fi
say "starting three nodes of: ${systems[*]}"
start_flotilla
pick_flotilla
if [ "${#systems[@]}" = 2 ]; then start_etcd; fi

for op in put get; do
  for system in "${systems[@]}"; do
    measure "$system" "$op" 64 "$warmup"
    say "warmed up $system $op, $warmup s: $figures"
  done
done

results=$work/results
for ((round = 1; round <= rounds; round++)); do
  for c in $connections; do
    for op in put get; do
      for system in "${systems[@]}"; do
        measure "$system" "$op" "$c" "$run"
        say "round $round  $op c=$c  $system  $figures"
        echo "$op $c $system $figures" >>"$results"
      done
    done
  done
done

python3 - "$results" "$node" <<'PY'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    op, c, system, rate, p50, p99, failed, per_entry = line.split()
    rows.setdefault((op, int(c)), {}).setdefault(system, []).append((float(rate), p50, p99, int(failed), float(per_entry)))
print(f"\nagainst the {sys.argv[2]}; medians of the rounds, 100-byte values that all differ, 1,000 keys, linearizable")
print(f"{'':4} {'c':>4} {'etcd/s':>10} {'p50':>9} {'p99':>9} {'flotilla/s':>11} {'p50':>9} {'p99':>9} {'ratio':>6} {'failed':>7} {'sets/entry':>10}")
for (op, c), by in sorted(rows.items(), key=lambda r: (r[0][0] != "put", r[0][1])):
    cells = []
    for system in ("etcd", "flotilla"):
        runs = sorted(by.get(system, []))
        cells.append((f"{statistics.median(r[0] for r in runs):,.0f}",) + runs[len(runs) // 2][1:3] if runs else ("-",) * 3)
    ratios = [f[0] / e[0] for e, f in zip(by.get("etcd", []), by["flotilla"])]
    ratio = f"{statistics.median(ratios):.2f}" if ratios else "-"
    failed = sum(r[3] for runs in by.values() for r in runs)
    per_entry = f"{statistics.median(r[4] for r in by['flotilla']):.1f}" if op == "put" else ""
    (e, e50, e99), (f, f50, f99) = cells
    print(f"{op:4} {c:>4} {e:>10} {e50:>9} {e99:>9} {f:>11} {f50:>9} {f99:>9} {ratio:>6} {failed:>7} {per_entry:>10}")
PY
