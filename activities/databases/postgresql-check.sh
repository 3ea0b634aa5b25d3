# Runs inside a container that has PostgreSQL's client programs. Invariants:
# 1. Credentials are taken from the container's own environment or files and never leave it: no argument, no output names them.
# 2. Nothing is written: the session is read-only, statements have a time limit, no extension is installed.
# 3. Output is one `<word><tab><value>` a line; the last line is `end`. Without it the output is not complete.
# 4. The exit status is 0 whatever was found; another one means that the script itself did not run to its end.
#
# Arguments: database, user, count query (each may be empty), seconds that a statement may take, bytes of tables up to which rows
# are counted one by one, whether to run pg_amcheck (yes, no).
database=$1 user=$2 query=$3 seconds=$4 budget=$5 amcheck=$6

export PGUSER="${user:-${PGUSER:-${POSTGRES_USER:-${POSTGRESQL_USERNAME:-postgres}}}}"
export PGDATABASE="${database:-${PGDATABASE:-${POSTGRES_DB:-${POSTGRESQL_DATABASE:-postgres}}}}"
export PGCONNECT_TIMEOUT=5
export PGOPTIONS="-c default_transaction_read_only=on -c statement_timeout=${seconds}s -c lock_timeout=5s"
if [ -z "${PGPASSWORD:-}" ]; then
  file="${POSTGRES_PASSWORD_FILE:-${POSTGRESQL_PASSWORD_FILE:-}}"
  if [ -n "$file" ] && [ -r "$file" ]; then
    PGPASSWORD=$(cat "$file")
  else
    PGPASSWORD="${POSTGRES_PASSWORD:-${POSTGRESQL_PASSWORD:-}}"
  fi
  if [ -n "$PGPASSWORD" ]; then export PGPASSWORD; else unset PGPASSWORD; fi
fi

ask() { psql -X -q -A -t -w -v ON_ERROR_STOP=1 "$@" 2>/dev/null; }
tell() { printf '%s\t%s\n' "$1" "$2"; }
finish() { echo end; exit 0; }

if ! command -v psql >/dev/null 2>&1; then tell missing psql; finish; fi
if command -v pg_isready >/dev/null 2>&1; then
  pg_isready -q -t 5 >/dev/null 2>&1
  ready=$?
  tell ready "$ready"
  [ "$ready" -eq 0 ] || finish
fi

facts=$(ask -c "select json_build_object(
  'version', current_setting('server_version'),
  'inRecovery', pg_is_in_recovery(),
  'checksums', current_setting('data_checksums'),
  'relations', (select count(*) from pg_class),
  'userBytes', (select coalesce(sum(pg_table_size(relid)), 0) from pg_stat_user_tables),
  'estimate', (select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
    from pg_class c join pg_stat_user_tables t on t.relid = c.oid),
  'amcheck', exists (select from pg_extension where extname = 'amcheck'),
  'databases', (select json_agg(json_build_object('name', datname, 'bytes', pg_database_size(oid)) order by datname)
    from pg_database where datallowconn and not datistemplate))")
status=$?
tell facts-status "$status"
[ "$status" -eq 0 ] || finish
tell facts "$(printf '%s' "$facts" | tr -d '\n\t')"
case $facts in *'"inRecovery" : true'*) finish ;; esac

if [ -n "$query" ]; then
  # Rolled back: some functions write even in a read-only transaction (large objects, before PostgreSQL 16).
  answer=$(ask -c 'begin read only' -c "select ($query)::bigint" -c 'rollback')
  tell query-status "$?"
  tell query "$answer"
else
  counts=$(
    ask <<SQL
select format('select count(*) from %I.%I', schemaname, relname) from pg_stat_user_tables
where (select coalesce(sum(pg_table_size(relid)), 0) from pg_stat_user_tables) <= $budget \gexec
SQL
  )
  tell counts-status "$?"
  tell counts "$(printf '%s' "$counts" | tr '\n' ' ')"
fi

if [ "$amcheck" = yes ] && command -v pg_amcheck >/dev/null 2>&1; then
  case $facts in
    *'"amcheck" : true'*)
      pg_amcheck --no-password --heapallindexed "$PGDATABASE" >/dev/null 2>&1
      tell amcheck "$?"
      ;;
  esac
fi
finish
