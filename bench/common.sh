# Shared by the scripts here: free ports, a cluster to measure, waiting, cleaning up.
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
started=()

clean_up() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { echo "$*" >&2; }

need() {
  command -v "$1" >/dev/null || { say "$1 is missing. On Debian: apt-get install $2"; exit 1; }
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first port from $1 on, in steps of 300, at which $2 and those 100 and 200 below are free for three nodes.
free_base() {
  local base=$1 p
  for (( ; base < 60000; base += 300)); do
    for p in $((base - 200)) $((base - 100)) "$base"; do
      is_free "$p" && is_free $((p + 1)) && is_free $((p + 2)) || continue 2
    done
    echo "$base"
    return
  done
  say "no free ports"
  exit 1
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > end)); then
      say "$what: timed out"
      exit 1
    fi
    sleep 0.1
  done
}

# Starts three Flotilla nodes; sets flotilla_base, their first HTTP port.
start_flotilla() {
  flotilla_base=$(free_base 18500)
  "$home/flotilla" up --http-port "$flotilla_base" --data "$work/flotilla" >"$work/up.log" 2>&1 &
  started+=($!)
  local i
  for i in 0 1 2; do
    until_true 120 "flotilla node $((i + 1)) (its log is under $work)" curl -fs "http://127.0.0.1:$((flotilla_base + i))/ready"
  done
}

# cluster_field PORT FIELD: that field of /v1/cluster
cluster_field() {
  curl -fs "http://127.0.0.1:$1/v1/cluster" | python3 -c "import json,sys; print(json.load(sys.stdin)['$2'])"
}
