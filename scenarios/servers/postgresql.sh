#!/bin/bash
# postgresql.sh - the program of postgresql.yaml: a PostgreSQL of its own, in a temporary folder, on a
# unix socket there. Each `read` waits for a line from whoever plays the scenario.
export LC_ALL=C
newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
PATH=$newest:$PATH
command -v initdb >/dev/null || { echo "PostgreSQL is not installed" && exit 77; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/proclab-postgresql.XXXXXX") || exit 1
postmaster=''
leave() {
    [ -z "$postmaster" ] || kill -QUIT "$postmaster" 2>/dev/null
    exec {first}>&- {second}>&-
    wait
    rm -rf "$folder"
}
trap leave EXIT
trap exit HUP INT TERM

# It refuses to be root's.
as=()
if ((EUID == 0)); then
    owner=$(id -u postgres 2>/dev/null || echo 65534)
    as=(setpriv --reuid="$owner" --regid="$owner" --clear-groups)
    chown "$owner:$owner" "$folder"
fi
cd "$folder" || exit 1

echo "initdb makes a folder for the database"
"${as[@]}" initdb --no-sync --auth=trust --username=postgres --wal-segsize=1 data >/dev/null || exit 1
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
shared_buffers = 4MB
dynamic_shared_memory_type = mmap
autovacuum_naptime = 1d
log_connections = on
log_disconnections = on
log_line_prefix = '%a: '
CONF

# psql, which reads from a pipe of ours: what it is asked, and its end, come through that.
client() { # NAME
    PGAPPNAME=$1 exec "${as[@]}" psql -XAtq -h "$folder" -U postgres postgres
}

ask='select current_setting($$application_name$$) || $$: my backend is $$ || pg_backend_pid();'

read -r _
"${as[@]}" postgres -D data &
postmaster=$!
read -r _
for child in $(pgrep --parent "$postmaster"); do
    printf '%s %s\n' "$child" "$(tr -d '\0' <"/proc/$child/cmdline")"
done
read -r _
exec {first}> >(client first)
echo "$ask" >&"$first"
read -r _
exec {second}> >(exec {first}>&- && client second)
echo "$ask" >&"$second"
read -r _
exec {first}>&-
read -r _
kill -INT "$postmaster" && wait "$postmaster"
postmaster=''
exec {second}>&-
rm -rf "$folder"
echo "PostgreSQL has ended, its folder is removed"
read -r _
