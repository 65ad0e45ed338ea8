# Ends the test cluster when the last test process has gone.
# $1: the directory of the cluster, $2: PostgreSQL's data directory.
# The end of this process frees the lock that it has as its standard input.
trap '' INT HUP
cd "$1" || exit 1

used() {
    for user in users/*; do
        [ -e "$user" ] || continue
        kill -0 "${user#users/}" 2>/dev/null && return 0
        rm -f "$user"
    done
    return 1
}

while :; do
    sleep 1
    used && continue
    # From here on, a new test process waits for us, unless we see it first.
    : > stopping
    if used; then
        rm -f stopping
        continue
    fi
    # The first line names the process, the fifth the directory of the sockets.
    [ -e "$2/postmaster.pid" ] || exit 0
    server=$(sed -n 1p "$2/postmaster.pid")
    sockets=$(sed -n 5p "$2/postmaster.pid")
    kill -INT "$server" 2>/dev/null
    while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
    rmdir "$sockets" 2>/dev/null
    exit 0
done
