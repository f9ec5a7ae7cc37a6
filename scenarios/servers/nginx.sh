# nginx.sh - the program of nginx.yaml: an nginx of its own, on a unix socket in TMPDIR. Each `read`
# waits for a line from whoever plays the scenario.
PATH=$PATH:/usr/sbin
cd "$TMPDIR" || exit

configure() { # HOW MANY WORKERS
    cat >conf <<CONF
daemon off;
worker_processes $1;
pid $TMPDIR/pid;
error_log stderr warn;
events {}
http {
    access_log off;
    client_header_timeout 1h;
    client_body_temp_path $TMPDIR/body;
    proxy_temp_path $TMPDIR/proxy;
    fastcgi_temp_path $TMPDIR/fastcgi;
    uwsgi_temp_path $TMPDIR/uwsgi;
    scgi_temp_path $TMPDIR/scgi;
    server {
        listen unix:$TMPDIR/socket;
        location / { return 200 "answered by worker \$pid\n"; }
    }
}
CONF
}

# A client that sends half a request, and the other half on SIGUSR1.
connect() {
    exec python3 -c 'import signal, socket
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
s = socket.socket(socket.AF_UNIX)
s.connect("socket")
s.sendall(b"GET / HTTP/1.0\r\n")
signal.sigwait([signal.SIGUSR1])
s.sendall(b"\r\n")
print(s.makefile().readlines()[-1], end="")'
}

configure 2
read -r _
nginx -c "$TMPDIR/conf" &
master=$!
read -r _
connect &
client=$!
read -r _
configure 3
kill -HUP "$master"
read -r _
kill -USR1 "$client" && wait "$client"
read -r _
read -ra workers <"/proc/$master/task/$master/children"
kill -KILL "${workers[-1]}"
read -r _
kill -QUIT "$master" && wait "$master"
echo "nginx has ended"
read -r _
