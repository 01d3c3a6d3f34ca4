# A PostgreSQL of our own for the tests: made in a temporary folder, thrown away at the end.

# Starts it and exports its owner's address as BANYAN_TEST_POSTGRES; an address that is already
# there is used as it is.
start_postgres() {
  if [[ -n ${BANYAN_TEST_POSTGRES:-} ]]; then
    say postgres 'using the one that BANYAN_TEST_POSTGRES names'
    return
  fi
  find_postgres
  postgres_home=$(mktemp -d /tmp/banyan-pg.XXXXXX)
  ((EUID)) || chown postgres: "$postgres_home"
  postgres initdb -D "$postgres_home/data" -U owner --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >/dev/null

  local attempt port
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    if postgres pg_ctl -D "$postgres_home/data" -l "$postgres_home/log" -w --silent \
      -o "-p $port -k $postgres_home $postgres_settings" start >/dev/null 2>&1; then
      export BANYAN_TEST_POSTGRES=postgres://owner@127.0.0.1:$port/postgres
      say postgres "$("$postgres_bin/postgres" --version | cut -d' ' -f3) on port $port, for this run only"
      return
    fi
    say postgres "port $port did not answer (attempt $attempt)"
  done
  cat "$postgres_home/log" >&2
  die postgres 'does not start; its log stands above'
}

stop_postgres() {
  [[ -n ${postgres_home:-} ]] || return 0
  postgres pg_ctl -D "$postgres_home/data" -m immediate --silent stop >/dev/null 2>&1 || true
  rm -rf "$postgres_home"
  postgres_home=
}

# Nothing in it has to survive a crash.
readonly postgres_settings='-c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=128MB
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off'

find_postgres() {
  find_postgres_bin || install postgres postgresql
  find_postgres_bin
}

# Debian keeps the server's programs out of PATH; the newest version is taken.
find_postgres_bin() {
  local initdb
  initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 ||
    command -v initdb) || return 1
  postgres_bin=$(dirname "$initdb")
}

# Runs one of PostgreSQL's programs as someone it accepts: it refuses to be root.
postgres() {
  local program=$postgres_bin/$1
  shift
  if ((EUID)); then
    (cd / && "$program" "$@")
  else
    (cd / && runuser -u postgres -- "$program" "$@")
  fi
}
