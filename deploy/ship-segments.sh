#!/bin/sh
# Copies the sealed part of a server's record to an object store: files that never change any more, and their rollups
# (docs/deploy.md#the-record). The files that are being written stay. What is there already is not sent again, and nothing is
# ever removed there, so it is safe at any time and as often as you like: every minute, by cron or deploy/systemd.
#   SHIP_TO=store:bucket/loomchat sh deploy/ship-segments.sh FOLDER
#   SHIP_TO=store:bucket/loomchat sh deploy/ship-segments.sh --every 60 --stopped FOLDER
# --every SECONDS  again and again until SIGTERM
# --stopped        at the end also the files that were being written, for a folder that no server opens ever again: its server
#                  has stopped by then. With a server to come, the same lines would be there twice
#
# SHIP_TO     where to, with rclone (remote:path) or, for s3://, with s3cmd
# SHIP_NAME   the name of this server there, default: the machine's; no other server may have it
# SHIP_WITH   rclone or s3cmd
# The keys are rclone's (RCLONE_CONFIG_STORE_TYPE=s3 and its like, or its file) or those of s3cmd's file.
set -u

say() { echo "ship-segments: $*" >&2; }

every=
stopped=
while [ $# -gt 1 ]; do
    case $1 in
    --every) every=$2 && shift 2 ;;
    --stopped) stopped=yes && shift ;;
    *) break ;;
    esac
done
folder=${1:-}
to=${SHIP_TO:-}
name=${SHIP_NAME:-$(hostname)}
with=${SHIP_WITH:-}
[ -n "$with" ] || case $to in s3://*) with=s3cmd ;; *) with=rclone ;; esac
case $every in *[!0-9]*) say "--every takes seconds" && exit 2 ;; esac
if [ $# -ne 1 ] || [ -z "$to" ]; then
    say "usage: SHIP_TO=store:bucket/loomchat ship-segments.sh [--every SECONDS] [--stopped] FOLDER"
    exit 2
fi
case $name in */* | .* | '') say "SHIP_NAME=$name is not the name of a folder" && exit 2 ;; esac
[ -d "$folder" ] || { say "$folder is not a folder" && exit 2; }
command -v "$with" >/dev/null || { say "$with is not installed" && exit 2; }

# One at a time: a second one has nothing to do. The lock is on the folder itself, of which nothing is changed.
exec 9<"$folder"
if command -v flock >/dev/null && ! flock -n 9; then
    exit 0
fi

# $@: patterns of names. A file of the same name and size is the same file. Links and folders are left out.
copy() {
    case $with in
    rclone)
        for each; do set -- "$@" --include "/$each" && shift; done
        rclone copy --log-level ERROR --size-only --max-depth 1 --retries 2 "$@" "$folder" "$to/$name"
        ;;
    s3cmd)
        for each; do set -- "$@" --include "$each" && shift; done
        s3cmd sync --quiet --no-check-md5 --exclude '*' "$@" "$folder/" "$to/$name/"
        ;;
    *)
        say "SHIP_WITH=$with is not known"
        return 2
        ;;
    esac
}

day='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
time="${day}T[0-9]${day}Z"

# Rollups go after their segments: a reader of the store never finds a rollup alone that has its lines still to come.
sealed() {
    copy "chat-logs-$time.jsonl" "bandwidth-$time.jsonl" "chat-logs-$time.jsonl.zst" "bandwidth-$time.jsonl.zst" &&
        copy "chat-logs-$time.rollup.json" "bandwidth-$time.rollup.json"
}

last() {
    sealed && { [ -z "$stopped" ] || copy chat-logs.jsonl bandwidth.jsonl; }
}

if [ -z "$every" ]; then
    last
    exit
fi

ended=
trap 'ended=yes' TERM INT
while [ -z "$ended" ]; do
    sealed || say "not all was shipped, the next try is in $every s"
    # A signal ends the wait and not only the sleep.
    sleep "$every" &
    wait $! 2>/dev/null
done
kill $! 2>/dev/null
for try in 1 2 3; do
    last && exit 0
    say "not all was shipped at the end, try $try of 3"
    sleep 2
done
exit 1
