#!/bin/sh
# Three servers of one crowd on this machine, their Redis, and a proxy in front of them, until Ctrl-C: `make cluster`.
# PORT is the proxy's (default 3000); the servers have the next three, Redis and the TURN server the two behind them.
# Calls go through coturn, where turnserver is installed and TURN_URLS does not name another one.
# Everything is written to CLUSTER_DIR (default logs/cluster).
set -eu

port=${PORT:-3000}
dir=${CLUSTER_DIR:-logs/cluster}
redis_port=$((port + 4))
turn_port=$((port + 5))
turn_pid=
pids=

say() { echo "$*"; }

need() {
    say "make cluster needs $1, which is not installed: $2" >&2
    exit 1
}

command -v redis-server >/dev/null || need redis-server "for instance apt-get install redis-server"
if command -v haproxy >/dev/null; then
    proxy=haproxy
elif command -v nginx >/dev/null; then
    proxy=nginx
else
    need "HAProxy or nginx" "for instance apt-get install haproxy"
fi

# Ends what was started, the proxy first and Redis last, each by its own process id.
end() {
    trap - EXIT INT TERM
    for pid in $pids; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -f "$dir/turn/secret" "$dir/turn/turnserver.conf"
    exit "${1:-0}"
}
trap 'end 1' EXIT
trap 'end 0' INT TERM

mkdir -p "$dir/redis"
echo $$ >"$dir/pid"
redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$dir/redis" --save "" --appendonly yes \
    >"$dir/redis/redis.log" 2>&1 &
pids="$!"

# On this machine alone, for browsers on this machine alone: one for all is deploy/coturn.conf.
if [ "${CALLS:-}" != off ] && [ -z "${TURN_URLS:-}" ] && command -v turnserver >/dev/null; then
    mkdir -p "$dir/turn"
    (
        umask 077
        rm -f "$dir/turn/secret" "$dir/turn/turnserver.conf"
        head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$dir/turn/secret"
        {
            echo "listening-ip=127.0.0.1"
            echo "relay-ip=127.0.0.1"
            echo "listening-port=$turn_port"
            echo "realm=localhost"
            echo "use-auth-secret"
            echo "static-auth-secret=$(cat "$dir/turn/secret")"
            echo "stale-nonce=600"
            echo "fingerprint"
            # Both ends of a call are here.
            echo "allow-loopback-peers"
            echo "no-multicast-peers"
            echo "denied-peer-ip=0.0.0.0-126.255.255.255"
            echo "denied-peer-ip=128.0.0.0-255.255.255.255"
            echo "no-cli"
            echo "no-tls"
            echo "no-dtls"
            echo "userdb=$dir/turn/turndb"
            echo "pidfile=$dir/turn/turnserver.pid"
            echo "log-file=$dir/turn/turnserver.log"
            echo "simple-log"
            echo "no-stdout-log"
        } >"$dir/turn/turnserver.conf"
    )
    turnserver -c "$dir/turn/turnserver.conf" >"$dir/turn/output.log" 2>&1 &
    turn_pid=$!
    pids="$turn_pid $pids"
    export CALLS="${CALLS:-relay}" TURN_SECRET_FILE="$dir/turn/secret"
    export TURN_URLS="turn:127.0.0.1:$turn_port?transport=udp,turn:127.0.0.1:$turn_port?transport=tcp"
fi

# One file for all: who signs in through the proxy is asked at each of them.
export OPERATOR_TOKENS_FILE="${OPERATOR_TOKENS_FILE:-$dir/operator-tokens}"

mkdir -p "$dir/server-1" "$dir/server-2" "$dir/server-3"
servers=
for n in 1 2 3; do
    # Each can read the records of the others, so that its report is that of the crowd.
    others=
    for m in 1 2 3; do
        [ $m = $n ] || others="$others,$dir/server-$m"
    done
    env REDIS_URL="redis://127.0.0.1:$redis_port" HOST=127.0.0.1 PORT=$((port + n)) LOG_DIR="$dir/server-$n" REPORT_DIRS="${others#,}" \
        ./loomchat serve >"$dir/server-$n/output.log" 2>&1 &
    pids="$! $pids"
    eval "server_pid_$n=$!"
    servers="$servers $((port + n))"
done

for each in $servers; do
    tries=0
    until grep -qs "Loomchat listens" "$dir/server-$((each - port))/output.log"; do
        tries=$((tries + 1))
        eval "pid=\$server_pid_$((each - port))"
        if [ $tries -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then
            say "The server on port $each did not start:" >&2
            cat "$dir/server-$((each - port))/output.log" >&2
            exit 1
        fi
        sleep 0.2
    done
done

case $proxy in
haproxy)
    {
        echo "defaults"
        echo "    mode http"
        echo "    option forwardfor"
        echo "    timeout connect 2s"
        echo "    timeout client 60s"
        echo "    timeout server 60s"
        echo "    timeout tunnel 1h"
        echo "    retries 2"
        echo "    option redispatch"
        echo "frontend chat"
        echo "    bind 127.0.0.1:$port"
        # A log, its live stream and the metrics are of one server: an operator stays with it.
        echo "    use_backend operators if { path_beg /report /logs /operator /metrics /loadtest }"
        echo "    default_backend servers"
        echo "backend servers"
        echo "    balance roundrobin"
        echo "    option httpchk"
        echo "    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host localhost"
        for each in $servers; do
            echo "    server server-$((each - port)) 127.0.0.1:$each check inter 500ms fall 1 rise 1"
        done
        echo "backend operators"
        echo "    balance source"
        echo "    hash-type consistent"
        for each in $servers; do
            echo "    server server-$((each - port)) 127.0.0.1:$each track servers/server-$((each - port))"
        done
    } >"$dir/haproxy.cfg"
    haproxy -q -db -f "$dir/haproxy.cfg" >"$dir/proxy.log" 2>&1 &
    ;;
nginx)
    absolute=$(cd "$dir" && pwd)
    {
        echo "pid $absolute/nginx.pid;"
        echo "error_log $absolute/proxy.log;"
        echo "daemon off;"
        echo "events { worker_connections 8192; }"
        echo "http {"
        echo "  access_log off;"
        echo "  map \$http_upgrade \$connection_header { default upgrade; '' close; }"
        for upstream in servers operators; do
            echo "  upstream $upstream {"
            # A log, its live stream and the metrics are of one server: an operator stays with it.
            [ $upstream = servers ] || echo "    hash \$binary_remote_addr consistent;"
            for each in $servers; do
                echo "    server 127.0.0.1:$each max_fails=1 fail_timeout=1s;"
            done
            echo "  }"
        done
        echo "  server {"
        echo "    listen 127.0.0.1:$port;"
        echo "    proxy_http_version 1.1;"
        echo "    proxy_set_header Host \$http_host;"
        echo "    proxy_set_header Upgrade \$http_upgrade;"
        echo "    proxy_set_header Connection \$connection_header;"
        echo "    proxy_set_header X-Forwarded-For \$remote_addr;"
        echo "    proxy_read_timeout 1h;"
        echo "    location / { proxy_pass http://servers; }"
        echo "    location ~ ^/(report|logs|operator|metrics|loadtest) { proxy_pass http://operators; }"
        echo "  }"
        echo "}"
    } >"$dir/nginx.conf"
    nginx -c "$absolute/nginx.conf" >"$dir/proxy.log" 2>&1 &
    ;;
esac
pids="$! $pids"

# Ports that others have show here.
sleep 0.5
kill -0 "$!" 2>/dev/null || {
    say "The proxy did not start:" >&2
    cat "$dir/proxy.log" >&2
    exit 1
}

if [ -n "$turn_pid" ] && ! kill -0 "$turn_pid" 2>/dev/null; then
    say "The TURN server did not start:" >&2
    cat "$dir/turn/output.log" >&2
    exit 1
fi

say "One crowd on three servers, behind $proxy: open http://localhost:$port/ in two windows"
for each in $servers; do
    say "  server $((each - port)): http://localhost:$each/report"
done
if [ -n "$turn_pid" ]; then
    say "  calls: through coturn on port $turn_port of this machine"
elif [ -z "${CALLS:-}${TURN_URLS:-}" ]; then
    say "  no calls: for them install coturn (for instance apt-get install coturn)"
fi
say "  operators, through the proxy: OPERATOR_TOKENS_FILE=$OPERATOR_TOKENS_FILE make operator-token, then http://localhost:$port/operator"
say "  all of them as one history: ./loomchat report $dir/server-1 $dir/server-2 $dir/server-3"
say "  under load: make stress SCENARIO=nodes URL=ws://localhost:$((port + 1))/,ws://localhost:$((port + 2))/,ws://localhost:$((port + 3))/"
say "Ctrl-C ends it. Output and records are in $dir"

# Whatever ends by itself is worth a line.
for pid in $pids; do
    wait "$pid" || true
done
