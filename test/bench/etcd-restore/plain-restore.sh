#!/bin/bash
# What an operator with a shell would do, on all hosts at once: download, etcdutl, start. It checks nothing and keeps no record.
#
# SNAPSHOT_URL, TOKEN, INITIAL_CLUSTER, ETCDUTL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY   from the environment
# one argument a host: <name>|<directory>|<peer url>|<address of its API server>
set -euo pipefail

restore() {
  IFS='|' read -r name dir peer api <<<"$1"
  mkdir "$dir/away"
  mv "$dir"/manifests/*.yaml "$dir/away/"
  curl --silent --fail --aws-sigv4 aws:amz:us-east-1:s3 --output "$dir/snapshot.db" --config - "$SNAPSHOT_URL" \
    <<<"user = \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\""
  "$ETCDUTL" snapshot restore "$dir/snapshot.db" --data-dir "$dir/restored" --name "$name" \
    --initial-cluster "$INITIAL_CLUSTER" --initial-cluster-token "$TOKEN" --initial-advertise-peer-urls "$peer" \
    --bump-revision 1000000000 --mark-compacted >/dev/null 2>&1
  while "$dir/bin/crictl" ps -q | grep -q .; do sleep 0.2; done
  mv "$dir/etcd/member" "$dir/member-before"
  mv "$dir/restored/member" "$dir/etcd/member"
  mv "$dir"/away/*.yaml "$dir/manifests/"
  until curl --silent --fail --insecure "https://$api/readyz" >/dev/null; do sleep 0.2; done
  rm -rf "$dir/away" "$dir/restored" "$dir/snapshot.db"
}

pids=()
for host in "$@"; do
  restore "$host" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
