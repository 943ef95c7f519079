#!/usr/bin/env bash
# A private PostgreSQL for tests: a cluster of its own in a temporary folder (in
# memory where the machine has room), on a free port of the loopback, with
# nothing to lose (fsync off).
#
#   scripts/postgres.sh run COMMAND…   start, run COMMAND with the variables set, stop whatever happens
#   scripts/postgres.sh start          start, print the variables (use: eval "$(scripts/postgres.sh start)")
#   scripts/postgres.sh stop [FOLDER]  stop and remove (default: $BONDGENOOT_TEST_POSTGRES_DIR)
#   scripts/postgres.sh bindir         print the folder of PostgreSQL's programs, or fail
#
# The variables are BONDGENOOT_TEST_POSTGRES, the address for the tests, and
# BONDGENOOT_TEST_POSTGRES_DIR, the folder to stop. PostgreSQL refuses to run
# as root, so root starts it as the user postgres.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

say() { printf 'postgres.sh: %s\n' "$*" >&2; }

# bindir finds the newest server on this machine. Debian keeps its programs out of the PATH.
bindir() {
    local found=""
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin \
        /usr/local/opt/postgresql*/bin /usr/local/pgsql/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then found=$folder; fi
    done
    if [ -z "$found" ] && command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
        found=$(dirname "$(command -v initdb)")
    fi
    [ -n "$found" ] || return 1
    printf '%s\n' "$found"
}

# as_owner runs a command as somebody whom PostgreSQL accepts.
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$owner" -- "$@"
    else
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups -- "$@"
    fi
}

owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id -u "$owner" >/dev/null 2>&1 || owner=nobody
fi

# folder makes the cluster's home: reachable for the owner, and short enough for a socket's name.
folder() {
    local base memory
    memory=$("$here/memory.sh" 1024) || memory=
    for base in ${memory:+/dev/shm} "${TMPDIR:-/tmp}" /tmp; do
        [ "${#base}" -le 60 ] || continue
        local made
        made=$(mktemp -d "$base/bondgenoot-postgres.XXXXXX") || continue
        chmod 700 "$made"
        if [ "$(id -u)" -eq 0 ]; then chown "$owner" "$made"; fi
        if as_owner test -w "$made" 2>/dev/null; then
            printf '%s\n' "$made"
            return
        fi
        rm -rf "$made"
    done
    say "no temporary folder that the user $owner may write; set TMPDIR to one"
    return 1
}

# free says whether nobody listens on a port of the loopback.
free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
    local bin dir port password
    if ! bin=$(bindir); then
        say "PostgreSQL's server programs are not here; run scripts/setup.sh"
        return 1
    fi
    dir=$(folder) || return 1
    cd "$dir"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s\n' "$password" >"$dir/password"
    chmod 600 "$dir/password"
    if [ "$(id -u)" -eq 0 ]; then chown "$owner" "$dir/password"; fi

    local locale=C
    if locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$'; then locale=C.UTF-8; fi
    if ! as_owner "$bin/initdb" --pgdata="$dir/data" --username=bondgenoot --pwfile="$dir/password" --auth=password \
        --encoding=UTF8 --locale="$locale" --no-sync >"$dir/initdb.log" 2>&1; then
        cat "$dir/initdb.log" >&2
        rm -rf "$dir"
        return 1
    fi
    as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 200
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 256MB
# Each test has a schema of its own, and drops it whole.
max_locks_per_transaction = 256
max_pred_locks_per_transaction = 256
CONF

    # A port may be taken between the look and the start: then the next one.
    local try
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 30000))
        free "$port" || continue
        if as_owner "$bin/pg_ctl" start --wait --timeout=60 --silent --pgdata="$dir/data" --log="$dir/log" \
            --options="-p $port" >/dev/null 2>&1 </dev/null; then
            if as_owner env PGPASSWORD="$password" "$bin/createdb" --host="$dir" --port="$port" \
                --username=bondgenoot bondgenoot >&2; then
                printf 'export BONDGENOOT_TEST_POSTGRES=%s\n' \
                    "postgres://bondgenoot:$password@127.0.0.1:$port/bondgenoot?sslmode=disable"
                printf 'export BONDGENOOT_TEST_POSTGRES_DIR=%s\n' "$dir"
                return
            fi
            break
        fi
    done
    say "PostgreSQL did not start (attempt $try); its log says:"
    tail -n 20 "$dir/log" >&2 2>/dev/null || true
    stop "$dir"
    return 1
}

stop() {
    local bin dir=${1:-${BONDGENOOT_TEST_POSTGRES_DIR:-}}
    case "$(basename "${dir:-none}")" in
    bondgenoot-postgres.*) ;;
    *)
        say "stop needs the folder that start printed"
        return 1
        ;;
    esac
    [ -d "$dir" ] || return 0
    cd /
    if bin=$(bindir) && [ -f "$dir/data/postmaster.pid" ]; then
        as_owner "$bin/pg_ctl" stop --wait --mode=immediate --silent --pgdata="$dir/data" >/dev/null 2>&1 || true
    fi
    rm -rf "$dir"
}

run() {
    local variables
    variables=$(start) || return 1
    eval "$variables"
    trap 'stop "$BONDGENOOT_TEST_POSTGRES_DIR"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$@"
}

case "${1:-}" in
start) start ;;
stop) stop "${2:-}" ;;
bindir) bindir ;;
run)
    shift
    [ $# -gt 0 ] || { say "run needs a command"; exit 2; }
    run "$@"
    ;;
*)
    sed -n '2,13p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
    ;;
esac
