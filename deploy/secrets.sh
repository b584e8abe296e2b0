#!/bin/sh
# Makes what deploy/compose.yaml reads and nobody else may: deploy/secrets, and deploy/.env with the domain.
#   sh deploy/secrets.sh DOMAIN [PUBLIC_ADDRESS [PRIVATE_ADDRESS]]
# The addresses are those of this machine, for the TURN server; PRIVATE_ADDRESS where the machine is behind NAT, as most rented
# ones are. What is there already stays: to change a secret, remove its file. SECRETS_DIR is another folder.
set -eu

domain=${1:?"usage: sh deploy/secrets.sh DOMAIN [PUBLIC_ADDRESS [PRIVATE_ADDRESS]]"}
public=${2:-}
private=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
dir=${SECRETS_DIR:-$here/secrets}

# The folder keeps others out. The files in it are mounted into containers whose users have no name here, and are readable.
umask 077
mkdir -p "$dir"
random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
[ -e "$dir/turn-secret" ] || random >"$dir/turn-secret"
[ -e "$dir/grafana-password" ] || random >"$dir/grafana-password"
# Names and hashes of operators' tokens: OPERATOR_TOKENS_FILE=deploy/secrets/operator-tokens make operator-token ARGS=NAME
[ -e "$dir/operator-tokens" ] || : >"$dir/operator-tokens"

# deploy/coturn.conf without TLS, for which it would need a certificate of its own, and with its log where Docker keeps it.
if ! [ -e "$dir/turnserver.conf" ]; then
    {
        sed -e "s/static-auth-secret=SECRET/static-auth-secret=$(cat "$dir/turn-secret")/" -e "s/TURN\.EXAMPLE/$domain/g" \
            -e '/^tls-listening-port=/d' -e '/^cert=/d' -e '/^pkey=/d' -e '/^no-tlsv1/d' \
            -e 's/^log-file=.*/log-file=stdout/' -e '/^no-stdout-log/d' "$here/coturn.conf"
        echo
        echo "# --- Added by secrets.sh ---"
        echo "no-tls"
        echo "userdb=/var/lib/coturn/turndb"
        echo "pidfile=/tmp/turnserver.pid"
        [ -z "$public" ] || echo "external-ip=$public${private:+/$private}"
    } >"$dir/turnserver.conf"
fi
chmod 644 "$dir"/*

[ -n "${SECRETS_DIR:-}" ] || [ -e "$here/.env" ] || echo "DOMAIN=$domain" >"$here/.env"
echo "Secrets are in $dir, Grafana's password (user admin) in $dir/grafana-password"
