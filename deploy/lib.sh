# Shared by deploy/run and deploy/test: packages, the build, private PostgreSQL clusters. Sourced, not run.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PGBIN=/usr/lib/postgresql/15/bin

step() { printf '\033[1m==> %s\033[0m\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo -- "$@"
    else fail "'$*' needs root: run this script as root or install sudo"; fi
}

# packages_of build run … : the package names in those sections of deploy/packages.
packages_of() {
    local section= line
    while read -r line; do
        case $line in
        \#* | '') ;;
        \[*\]) section=${line//[\[\]]/} ;;
        *) case " $* " in *" $section "*) printf '%s\n' $line ;; esac ;;
        esac
    done <"$ROOT/deploy/packages"
}

install_packages() {
    local missing=() name
    for name in $(packages_of "$@"); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] && return 0
    step "installing ${#missing[@]} Debian packages: ${missing[*]}"
    # Debian would create and start a cluster of its own at installation; ours are private.
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    [ -e /etc/postgresql-common/createcluster.d/wescrm.conf ] ||
        printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.d/wescrm.conf >/dev/null
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Node from wherever it is; Debian's if there is none.
install_node() {
    if command -v node >/dev/null && command -v npm >/dev/null; then return 0; fi
    install_packages node
}

# install_node_packages FOLDER: what its lock file names, once for each content of it.
install_node_packages() {
    local folder=$ROOT/$1 mark
    mark=$folder/node_modules/.installed-$(sha256sum <"$folder/package-lock.json" | cut -c1-16)
    [ -e "$mark" ] && return 0
    step "installing the Node packages of $1"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund)
    touch "$mark"
}

# build PRESET TARGET… (no target: everything)
build() {
    local preset=$1
    shift
    step "building ($preset)${*:+: $*}"
    (cd "$ROOT" && { cmake --preset "$preset" >"$ROOT/build/configure-$preset.log" 2>&1 || { cat "$ROOT/build/configure-$preset.log"; exit 1; }; } &&
        cmake --build --preset "$preset" ${*:+--target "$@"})
}

# PostgreSQL refuses to run as root: its processes belong to the user postgres then, else to whoever calls.
pg_user() { if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi; }
as_pg() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups -- env -C / HOME=/var/lib/postgresql LC_ALL=C.UTF-8 "$@"
    else
        env -C / LC_ALL=C.UTF-8 "$@"
    fi
}

# Where the cluster NAME lives: below var/, or, when the user postgres may not enter the project's folder (a checkout below
# /root, say), below /var/lib/wescrm with a link in var/.
cluster_dir() {
    local dir=$ROOT/var/$1
    if [ -L "$dir" ]; then readlink "$dir"; return 0; fi
    mkdir -p "$ROOT/var"
    if as_pg test -x "$ROOT/var"; then echo "$dir"; return 0; fi
    local other=/var/lib/wescrm/$(printf %s "$ROOT" | sha256sum | cut -c1-12)/$1
    mkdir -p "$other"
    rmdir "$dir" 2>/dev/null || true
    ln -sfn "$other" "$dir"
    echo "$other"
}

# The folder of the cluster's socket: sockets have at most 107 bytes of path.
socket_dir() {
    local dir=$1
    if [ ${#dir} -gt 80 ]; then echo "/tmp/wescrm-$(printf %s "$dir" | sha256sum | cut -c1-12)"; else echo "$dir/socket"; fi
}

# start_cluster NAME [EXTRA CONFIGURATION LINE]… : creates it if it is not there, starts it if it does not run; sets PGURL, the URI of
# the database wescrm as its owner (no superuser, so that row-level security holds).
start_cluster() {
    local name=$1 dir socket
    shift
    dir=$(cluster_dir "$name")
    socket=$(socket_dir "$dir")
    PGURL="postgresql:///wescrm?host=$socket&user=wescrm"
    mkdir -p "$dir" "$socket"
    if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$dir" "$socket"; fi
    chmod 755 "$dir" "$socket"
    if [ ! -e "$dir/data/PG_VERSION" ]; then
        step "creating a private PostgreSQL cluster in $dir"
        rm -rf "$dir/data"
        as_pg "$PGBIN/initdb" -D "$dir/data" --auth=trust -U postgres --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    fi
    {
        printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$socket'" "unix_socket_permissions = 0777" "max_connections = 200" \
            "shared_buffers = 512MB" "timezone = 'UTC'" "log_timezone = 'UTC'" "log_min_messages = warning" "wal_compression = on" \
            "max_wal_size = 2GB" "random_page_cost = 1.1" "jit = off"
        printf '%s\n' "$@"
    } | as_pg tee "$dir/data/wescrm.conf" >/dev/null
    as_pg grep -q "^include = 'wescrm.conf'" "$dir/data/postgresql.conf" ||
        printf "include = 'wescrm.conf'\n" | as_pg tee -a "$dir/data/postgresql.conf" >/dev/null
    if ! as_pg "$PGBIN/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        # Planning a statement takes megabytes: given back to the system and fetched anew each time, they cost more than the plan.
        as_pg env MALLOC_TRIM_THRESHOLD_=16777216 MALLOC_MMAP_THRESHOLD_=16777216 \
            "$PGBIN/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null || { as_pg tail -20 "$dir/log" >&2; fail "PostgreSQL did not start"; }
    fi
    local psql=(as_pg "$PGBIN/psql" -X -q -h "$socket" -U postgres -v ON_ERROR_STOP=1)
    [ -n "$("${psql[@]}" -Atc "select 1 from pg_roles where rolname = 'wescrm'" postgres)" ] ||
        "${psql[@]}" -c "create role wescrm login createdb" postgres
    [ -n "$("${psql[@]}" -Atc "select 1 from pg_database where datname = 'wescrm'" postgres)" ] ||
        "${psql[@]}" -c "create database wescrm owner wescrm" postgres
}

stop_cluster() {
    local dir
    dir=$(cluster_dir "$1")
    [ -e "$dir/data/postmaster.pid" ] && as_pg "$PGBIN/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null 2>&1
    return 0
}

# remove_cluster NAME: stops it and forgets its data.
remove_cluster() {
    local dir
    dir=$(cluster_dir "$1")
    stop_cluster "$1"
    rm -rf "$dir"
    rm -f "$ROOT/var/$1"
}
