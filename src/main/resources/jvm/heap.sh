# Sourced by sh: sets $heap, java's options for a node's heap. FLOTILLA_HEAP limits it, such as 512m or
# 2g. Otherwise it is half the memory of this machine or container, at least 160 MiB and at most 2 GiB:
# with more, a garbage collection lasts long enough for the node to seem dead. Up to 160 MiB are then
# filled before all of it is collected: with less, sets wait for that every two seconds. `up` computes
# the same in io.flotilla.cli.Heap.
if [ -n "$FLOTILLA_HEAP" ]; then
  heap="-Xmx$FLOTILLA_HEAP"
else
  kib=$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null || true)
  if [ -z "$kib" ]; then
    kib=$(($(sysctl -n hw.memsize 2>/dev/null || echo 1073741824) / 1024))
  fi
  group=$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null || true)
  for limit in "/sys/fs/cgroup$group/memory.max" /sys/fs/cgroup/memory.max \
    /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    bytes=$(cat "$limit" 2>/dev/null || true)
    case "$bytes" in
      '' | *[!0-9]* | ????????????????*) ;; # none, or more than any machine has
      *) if [ $((bytes / 1024)) -lt "$kib" ]; then kib=$((bytes / 1024)); fi ;;
    esac
  done
  mib=$((kib / 2048))
  if [ "$mib" -lt 160 ]; then mib=160; fi
  if [ "$mib" -gt 2048 ]; then mib=2048; fi
  heap="-Xms160m -Xmx${mib}m"
fi
