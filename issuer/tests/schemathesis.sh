#!/usr/bin/env bash
# Runs schemathesis, which makes requests of every kind from the OpenAPI document, against a
# service of its own with a registrar who has signed in. It is bounded in requests and time.
# The first argument, if there is one, is the program to start; the rest goes to schemathesis.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$(realpath "${CARGO_TARGET_DIR:-target}")
program=${1:-$target/debug/glimpse-issuer}
shift || true
venv=$target/schemathesis
if [ ! -x "$venv/bin/schemathesis" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==4.32.5"
fi

folder=$(mktemp -d)
service=
stop() {
    if [ -n "$service" ]; then
        kill -TERM "$service" 2>/dev/null || true
        wait "$service" || true
    fi
    rm -rf "$folder"
}
trap stop EXIT

export GLIMPSE_PASSPHRASE="a passphrase of this test"
unset GLIMPSE_DATABASE GLIMPSE_CONFIG
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$program" --office "$folder/office" init >/dev/null
for schema in issuer/schemas/*.json; do
    "$program" --office "$folder/office" schema "$schema" >/dev/null
done
echo "a long enough passphrase" |
    "$program" --office "$folder/office" staff add Registrar --role registrar >/dev/null
# With an https address the cookie has the name that the document gives it.
"$program" --office "$folder/office" serve --listen "127.0.0.1:$port" \
    --public-url https://office.example >"$folder/out" 2>"$folder/log" &
service=$!

python3 issuer/tests/schemathesis_session.py "http://127.0.0.1:$port" >"$folder/schemathesis.toml"

status=0
# Signing out would end the session that all calls are made with. What a name or a password must be
# is more than the document can say, so that not all that fits it is accepted.
# It leaves a cache where it runs.
cd "$folder"
timeout 900 "$venv/bin/schemathesis" --config-file "$folder/schemathesis.toml" --no-color \
    run "http://127.0.0.1:$port/openapi.json" \
    --phases examples,coverage,fuzzing \
    --checks all --exclude-checks positive_data_acceptance \
    --exclude-operation-id delete_api_session \
    --max-examples 20 --seed 1 --request-timeout 30 --warnings off "$@" || status=$?
if [ "$status" != 0 ]; then
    grep '"level":"ERROR"' "$folder/log" || true
fi
exit "$status"
