# postgresql.sh - the program of postgresql.yaml: a PostgreSQL of its own, on a unix socket in TMPDIR.
# Each `read` waits for a line from whoever plays the scenario.
export LC_ALL=C
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

# psql, which reads what it is to ask from a pipe of ours.
client() { # NAME
    PGAPPNAME=$1 exec "${as[@]}" psql -XAtq -h "$TMPDIR" -U postgres postgres
}
ask='select current_setting($$application_name$$) || $$: my backend is $$ || pg_backend_pid();'

echo "initdb makes a database"
"${as[@]}" initdb --no-sync --auth=trust --username=postgres --wal-segsize=1 data >log || exit
cat >>data/postgresql.conf <<CONF
listen_addresses = ''
unix_socket_directories = '$TMPDIR'
fsync = off
shared_buffers = 4MB
dynamic_shared_memory_type = mmap
autovacuum_naptime = 1d
log_connections = on
log_disconnections = on
log_line_prefix = '%a: '
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
echo "PostgreSQL has ended"
read -r _
