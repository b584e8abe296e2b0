#!/bin/sh
# Measures Loomchat beside other servers: `make compare`. docs/performance.md#compare has the rules and the settings.
# JAVA, RUN_FLAGS and JAR come from the Makefile. Checks what is needed, compiles the client, fetches the other servers
# where they are to be measured, each into COMPARE_DIR (default target/compare), and leaves the rest to compare.mjs.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
COMPARE_DIR=${COMPARE_DIR:-target/compare}
CC=${CC:-cc}
SERVERS=${SERVERS:-loomchat,bun,ws,socket.io}
export COMPARE_DIR SERVERS

case $SERVERS in
*bun* | *ws* | *socket.io*) peers=true ;;
*) peers=false ;;
esac

missing=
has() { command -v "$1" >/dev/null; }
[ "$(uname -s)" = Linux ] || missing="$missing, Linux"
has "$CC" || missing="$missing, a C compiler (gcc, or another one as CC)"
{ has node && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; } || missing="$missing, Node 18 or newer"
[ "$peers" = false ] || has npm || missing="$missing, npm"
[ -z "$missing" ] || { echo "make compare needs what is not here: ${missing#, }" >&2; exit 2; }

mkdir -p "$COMPARE_DIR"
"$CC" -std=gnu11 -O2 -Wall -Wextra -Werror -o "$COMPARE_DIR/loadclient" "$here"/client/*.c

# npm checks each package against the hash in package-lock.json, and runs no script of theirs.
if [ "$peers" = true ]; then
  installed=$COMPARE_DIR/peers
  mkdir -p "$installed"
  cp "$here"/peers/*.mjs "$installed"
  if ! cmp -s "$here/peers/package-lock.json" "$installed/package-lock.json" || ! [ -e "$installed/complete" ]; then
    rm -f "$installed/complete"
    cp "$here/peers/package.json" "$here/peers/package-lock.json" "$installed"
    (cd "$installed" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 ||
      { echo "make compare could not fetch the other servers; SERVERS=loomchat does without them" >&2; exit 2; }
    touch "$installed/complete"
  fi
fi

# As many connections as this user may have.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
exec node "$here/compare.mjs"
