#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server on loopback: with a password, TLS under a certificate of its own,
# and nothing that makes it slow (it need not survive a crash). The command finds it in KMDX_TEST_DATABASE, its
# certificate in KMDX_TEST_CERTIFICATE. Needs PostgreSQL 15 or newer and openssl; as root it runs the server as postgres.
set -euo pipefail

binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$binaries" ] || binaries=$(dirname "$(command -v initdb)")
folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as=()
if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown postgres "$folder"
fi
chmod 755 "$folder"

stop() {
    "${as[@]}" "$binaries/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

password=$(openssl rand -hex 12)
"${as[@]}" sh -c "umask 077; echo $password >'$folder/password'"
"${as[@]}" "$binaries/initdb" -D "$folder/data" -U kmdx --auth=scram-sha-256 --pwfile="$folder/password" -E UTF8 \
    --locale=C >/dev/null
"${as[@]}" openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$folder/data/server.key" -out "$folder/data/server.crt" 2>/dev/null
"${as[@]}" chmod 600 "$folder/data/server.key"
cp "$folder/data/server.crt" "$folder/certificate.pem"
"${as[@]}" "$binaries/pg_ctl" -D "$folder/data" -l "$folder/data/log" -w start -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c ssl=on -c fsync=${KMDX_TEST_FSYNC:-off} -c synchronous_commit=${KMDX_TEST_FSYNC:-off} \
    -c full_page_writes=${KMDX_TEST_FSYNC:-off} -c max_connections=400" >/dev/null

KMDX_TEST_DATABASE="postgresql+psycopg://kmdx:$password@127.0.0.1:$port/postgres" \
    KMDX_TEST_CERTIFICATE="$folder/certificate.pem" "$@"
