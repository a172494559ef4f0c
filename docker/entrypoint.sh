#!/bin/sh
# `flotilla COMMAND` in the container: by default a node; other commands are its clients. A node's heap
# is limited by FLOTILLA_HEAP, or else by the container's memory; FLOTILLA_JAVA_OPTS adds JVM options.
set -e
home=/opt/flotilla
archive=
for jsa in "$home"/flotilla-*.jsa; do
  if [ -f "$jsa" ]; then archive="-XX:SharedArchiveFile=$jsa"; fi
done
for aot in "$home"/flotilla-*.aot; do # from Java 25 on
  if [ -f "$aot" ]; then archive="-XX:AOTCache=$aot"; fi
done
heap=
case "${1:-node}" in
  node | agent | recover)
    umask 077 # only its owner may read a node's data
    options="@$home/node.options"
    . "$home/heap.sh"
    ;;
  *) options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Xlog:disable" ;;
esac
# shellcheck disable=SC2086
exec java $options $archive $heap $FLOTILLA_JAVA_OPTS -jar "$home/flotilla.jar" "$@"
