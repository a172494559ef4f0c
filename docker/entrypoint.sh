#!/bin/sh
# `flotilla COMMAND` in the container: a node by default, any other command as a client of it.
# FLOTILLA_HEAP limits the heap of a node, otherwise the container's memory does; FLOTILLA_JAVA_OPTS
# adds JVM options.
set -e
home=/opt/flotilla
archive=
for jsa in "$home"/flotilla-*.jsa; do
  if [ -f "$jsa" ]; then archive="-XX:SharedArchiveFile=$jsa"; fi
done
heap=
case "${1:-node}" in
  node | agent)
    umask 077 # what a node stores is its owner's alone
    options="@$home/node.options"
    . "$home/heap.sh"
    ;;
  *) options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Xlog:disable" ;;
esac
# shellcheck disable=SC2086
exec java $options $archive $heap $FLOTILLA_JAVA_OPTS -jar "$home/flotilla.jar" "$@"
