# postgresql.sh - the program of postgresql.yaml: a PostgreSQL of its own, on a unix socket in TMPDIR.
# Each `read` waits for a line from whoever plays the scenario; in between it is psql that reads.
export LC_ALL=C PGHOST=$TMPDIR PGUSER=postgres PAGER=cat
PATH=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1):$PATH
cd "$TMPDIR" || exit

# It refuses to run as root.
as=()
if ((EUID == 0)); then
    user=$(id -u postgres 2>/dev/null || echo 65534)
    as=(setpriv --reuid="$user" --regid="$user" --clear-groups)
    chown "$user:$user" .
fi

# Killed at once it would leave shared memory behind.
postmaster=''
trap '[ -z "$postmaster" ] || { kill -QUIT "$postmaster" && wait "$postmaster"; }; exit' HUP

echo "initdb makes a database"
"${as[@]}" initdb --no-sync --auth=trust --username=postgres --wal-segsize=1 data >log || exit
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$TMPDIR'
fsync = off
shared_buffers = 4MB
dynamic_shared_memory_type = mmap
autovacuum_naptime = 1d
log_disconnections = on
log_line_prefix = '%b: '
CONF

read -r _
"${as[@]}" postgres -D data &
postmaster=$!
read -r _
read -ra children <"/proc/$postmaster/task/$postmaster/children"
for child in "${children[@]}"; do
    echo "$child $(tr -d '\0' <"/proc/$child/cmdline")"
done
read -r _
psql -Xqn
