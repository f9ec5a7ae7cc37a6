#!/bin/bash
# nginx.sh - the program of nginx.yaml: an nginx of its own, in a temporary folder, on a unix
# socket there. Each `read` waits for a line from whoever plays the scenario.
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || { echo "nginx is not installed" && exit 77; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/proclab-nginx.XXXXXX") || exit 1
master='' client=''
leave() {
    kill $client $master 2>/dev/null
    wait
    rm -rf "$folder"
}
trap leave EXIT
trap exit HUP INT TERM

configure() { # HOW MANY WORKERS
    cat >"$folder/conf" <<CONF
daemon off;
worker_processes $1;
pid $folder/pid;
error_log stderr warn;
events {}
http {
    access_log off;
    client_header_timeout 1h;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server {
        listen unix:$folder/socket;
        location / { return 200 "answered by worker \$pid\n"; }
    }
}
CONF
}

# A client that sends half a request, and the other half on SIGUSR1.
connect() {
    exec python3 -c 'import signal, socket, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b"GET / HTTP/1.0\r\n")
signal.sigwait([signal.SIGUSR1])
s.sendall(b"\r\n")
print(s.makefile().readlines()[-1], end="")' "$folder/socket"
}

configure 2
read -r _
nginx -c "$folder/conf" &
master=$!
read -r _
connect &
client=$!
read -r _
configure 3
kill -HUP "$master"
read -r _
kill -USR1 "$client" && wait "$client"
client=''
read -r _
kill -KILL "$(pgrep --newest --parent "$master")"
read -r _
kill -QUIT "$master" && wait "$master"
master=''
rm -rf "$folder"
echo "nginx has ended, its folder is removed"
read -r _
