#!/usr/bin/env bash
# The split topology on this machine, from what is installed: PostgreSQL, Redis, Kafka, every module a process of its own, nginx in
# front. One command starts it, Ctrl-C stops all of it. What it keeps (databases, logs) is in .dev beside the sources.
#   deploy/dev.sh                  http://127.0.0.1:5080
#   KAFKA=host:9092 deploy/dev.sh  with a broker that runs already
#   KAFKA_HOME=/opt/kafka …        with Kafka unpacked there (from 4.0 on, needs Java 17)
# Without a broker all modules run in one process, on PostgreSQL and Redis: events cannot leave a process without one.
# Settings of the program go through: SMARTFLOW_LLM_BASE_URL, Llm__…; PORT=5080 moves the site, BASE=15400 the ports behind it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dev=${DEV_FOLDER:-$root/.dev}
port=${PORT:-5080}
base=${BASE:-15400}
pg_port=$base redis_port=$((base + 1)) kafka_port=$((base + 2)) kafka_controller=$((base + 3))
program=$root/src/SmartFlow.Host/bin/Debug/net10.0/smartflow.dll

# name, module; the n-th has its web port at BASE+100+n and its gRPC port at BASE+200+n.
processes="userauth:userauth tokenstore-1:tokenstore tokenstore-2:tokenstore llm-1:llm llm-2:llm planner:planner agent:agent
memory:memory activescheduler:activescheduler forum:forum notification:notification gateway:gateway"

say() { printf '%s\n' "$@"; }
fail() { printf 'dev.sh: %s\n' "$*" >&2; exit 1; }

# --- What is installed
missing=""
lacks() { missing="$missing
  $1: $2"; }
find_program() { command -v "$1" 2>/dev/null || ls -d /usr/lib/postgresql/*/bin/"$1" /opt/homebrew/opt/postgresql@*/bin/"$1" 2>/dev/null | sort -V | tail -1; }
dotnet --list-sdks 2>/dev/null | grep -q '^10\.' || lacks ".NET 10 SDK" "https://dotnet.microsoft.com/download"
[ "${SMARTFLOW_SKIP_WEB:-}" = 1 ] || command -v node >/dev/null || lacks "Node.js 20.19" "https://nodejs.org, or SMARTFLOW_SKIP_WEB=1 to do without the web application"
command -v curl >/dev/null || lacks curl "apt-get install curl"
initdb=$(find_program initdb || true) pg_ctl=$(find_program pg_ctl || true)
[ -n "$initdb" ] && [ -n "$pg_ctl" ] || lacks PostgreSQL "apt-get install postgresql, or brew install postgresql@16"
command -v redis-server >/dev/null || lacks Redis "apt-get install redis-server, or brew install redis"
kafka_bin=""
if [ -z "${KAFKA:-}" ]; then
  if [ -n "${KAFKA_HOME:-}" ]; then kafka_bin=$KAFKA_HOME/bin; else kafka_bin=$(dirname "$(command -v kafka-server-start.sh || echo /nowhere/x)"); fi
  [ -x "$kafka_bin/kafka-server-start.sh" ] && command -v java >/dev/null || kafka_bin=""
fi
split=true
[ -n "${KAFKA:-}" ] || [ -n "$kafka_bin" ] || split=false
nginx=$(command -v nginx || ls /usr/sbin/nginx 2>/dev/null || true)
! $split || [ -n "$nginx" ] || lacks nginx "apt-get install nginx, or brew install nginx"
[ -z "$missing" ] || fail "these are not installed:$missing"

in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for p in "$port" "$pg_port" "$redis_port"; do ! in_use "$p" || fail "port $p is in use. Stop what listens there (an earlier dev.sh?), or set PORT and BASE."; done

# --- Stopping: in the opposite order, by the ids of what was started here
names=() pids=() logs=() addresses=()
stopping=false
stop_all() {
  $stopping && return
  stopping=true
  trap '' INT TERM
  say "" "Stopping…"
  for i in $(printf '%s\n' "${!pids[@]}" | sort -rn); do
    kill -TERM "${pids[i]}" 2>/dev/null || continue
    # What the processes need stays until they are gone; a broker is not waited for for ever.
    for _ in $(seq 450); do kill -0 "${pids[i]}" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  [ ! -f "$dev/postgres/postmaster.pid" ] || as_postgres "$pg_ctl" -D "$dev/postgres" -m fast -w stop >/dev/null || true
  say "Stopped."
}
trap 'stop_all' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME ADDRESS command…: in the background, its own group so that Ctrl-C reaches us alone
start() {
  local name=$1 address=$2 log=$dev/logs/$1.log
  shift 2
  set -m; "$@" >"$log" 2>&1 </dev/null & set +m
  names+=("$name") pids+=($!) logs+=("$log") addresses+=("$address")
}
wait_for() { # what, seconds, command…
  local what=$1 tries=$(($2 * 5))
  shift 2
  for _ in $(seq $tries); do
    "$@" >/dev/null 2>&1 && return
    for i in "${!pids[@]}"; do kill -0 "${pids[i]}" 2>/dev/null || { tail -5 "${logs[i]}" >&2; fail "${names[i]} ended; see ${logs[i]}"; }; done
    sleep 0.2
  done
  fail "$what did not become ready; see $dev/logs"
}

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

# --- The servers
mkdir -p "$dev/logs"
if [ ! -f "$dev/postgres/PG_VERSION" ]; then
  mkdir -p "$dev/postgres"
  [ "$(id -u)" != 0 ] || chown postgres "$dev/postgres"
  chmod 700 "$dev/postgres"
  as_postgres "$initdb" -D "$dev/postgres" -A trust -U smartflow -E UTF8 --locale=C >"$dev/logs/initdb.log"
fi
as_postgres "$pg_ctl" -D "$dev/postgres" -l "$dev/postgres/server.log" -w start \
  -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=500" >/dev/null \
  || fail "PostgreSQL did not start; see $dev/postgres/server.log"
start redis "127.0.0.1:$redis_port" redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$dev"
wait_for Redis 10 in_use "$redis_port"
bootstrap=${KAFKA:-}
if $split && [ -z "$bootstrap" ]; then
  bootstrap=127.0.0.1:$kafka_port
  cat >"$dev/kafka.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$kafka_controller
listeners=PLAINTEXT://127.0.0.1:$kafka_port,CONTROLLER://127.0.0.1:$kafka_controller
advertised.listeners=PLAINTEXT://127.0.0.1:$kafka_port,CONTROLLER://127.0.0.1:$kafka_controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
log.dirs=$dev/kafka
EOF
  [ -f "$dev/kafka/meta.properties" ] || "$kafka_bin/kafka-storage.sh" format --standalone -t "$("$kafka_bin/kafka-storage.sh" random-uuid)" \
    -c "$dev/kafka.properties" >"$dev/logs/kafka-format.log" 2>&1 || fail "Kafka's folder could not be made; see $dev/logs/kafka-format.log"
  start kafka "$bootstrap" env KAFKA_HEAP_OPTS="-Xmx512m" LOG_DIR="$dev/logs" "$kafka_bin/kafka-server-start.sh" "$dev/kafka.properties"
  wait_for Kafka 60 in_use "$kafka_port"
fi

# --- The program
if [ "${SMARTFLOW_SKIP_BUILD:-}" != 1 ]; then
  say "Building…"
  dotnet build "$root/src/SmartFlow.Host" -nologo -v q >"$dev/logs/build.log" 2>&1 || { tail -20 "$dev/logs/build.log"; fail "the build failed"; }
fi
secret() { [ -f "$dev/$1" ] || (umask 077; head -c 32 /dev/urandom | base64 >"$dev/$1"); cat "$dev/$1"; }
export ASPNETCORE_ENVIRONMENT=Development
export Data__ConnectionString="Host=127.0.0.1;Port=$pg_port;Username=smartflow;Database=postgres;Timeout=5"
export Redis__Configuration=127.0.0.1:$redis_port
export Auth__SigningKey SMARTFLOW_RPC_TOKEN
Auth__SigningKey=$(secret signing.key) SMARTFLOW_RPC_TOKEN=$(secret rpc.token)
SMARTFLOW_DATA=$dev/data/migrate dotnet "$program" migrate >"$dev/logs/migrate.log" 2>&1 || { cat "$dev/logs/migrate.log"; fail "the databases could not be migrated"; }
ready() { curl -fs -o /dev/null "http://$1/readyz"; }

if $split; then
  export Bus__Kafka__BootstrapServers=$bootstrap Web__TrustedProxies=127.0.0.1 Rpc__MaxMessageBytes=35651584
  SMARTFLOW_DATA=$dev/data/topics dotnet "$program" topics create >"$dev/logs/topics.log" 2>&1 || { cat "$dev/logs/topics.log"; fail "the topics could not be made"; }
  # The starter data, which a process in Development only makes for the modules that it hosts.
  SMARTFLOW_DATA=$dev/data/seed dotnet "$program" seed starter >"$dev/logs/seed.log" 2>&1 || { cat "$dev/logs/seed.log"; fail "the starter data could not be made"; }
  remotes_of() { # module: the gRPC addresses of its processes
    local n=0 found="" entry
    for entry in $processes; do n=$((n + 1)); [ "${entry#*:}" != "$1" ] || found="$found,http://127.0.0.1:$((base + 200 + n))"; done
    say "${found#,}"
  }
  export Remotes__UserAuth Remotes__TokenStore Remotes__Llm Remotes__Planner Remotes__Memory Remotes__ActiveScheduler Remotes__Agent Remotes__Forum
  export Remotes__Notification
  Remotes__UserAuth=$(remotes_of userauth) Remotes__TokenStore=$(remotes_of tokenstore)
  Remotes__Llm=$(remotes_of llm) Remotes__Planner=$(remotes_of planner)
  Remotes__Memory=$(remotes_of memory) Remotes__ActiveScheduler=$(remotes_of activescheduler)
  Remotes__Agent=$(remotes_of agent) Remotes__Forum=$(remotes_of forum) Remotes__Notification=$(remotes_of notification)
  n=0
  for entry in $processes; do n=$((n + 1)); [ "${entry#*:}" != agent ] || export Gateway__AgentUrl="http://127.0.0.1:$((base + 100 + n))"; done
  n=0
  conf=$dev/nginx.conf
  sed -e "s/listen 8080/listen 127.0.0.1:$port/" -e "s#^worker_processes auto;#worker_processes 2; pid $dev/nginx.pid; daemon off;#" \
    -e '/^worker_rlimit_nofile/d' -e 's/worker_connections 16384/worker_connections 1024/' \
    -e "s#^http {#http { client_body_temp_path $dev/nginx-body; proxy_temp_path $dev/nginx-proxy; fastcgi_temp_path $dev/nginx-x; uwsgi_temp_path $dev/nginx-x; scgi_temp_path $dev/nginx-x;#" \
    "$root/deploy/nginx.conf" >"$conf"
  for entry in $processes; do
    n=$((n + 1)) name=${entry%%:*}
    web=127.0.0.1:$((base + 100 + n))
    start "$name" "$web" env SMARTFLOW_DATA="$dev/data/$name" SMARTFLOW_URLS="http://$web" SMARTFLOW_RPC_URL="http://127.0.0.1:$((base + 200 + n))" \
      dotnet "$program" --modules "${entry#*:}"
    sed -i.bak "s/server $name:5080/server $web/g" "$conf"
  done
  for i in "${!names[@]}"; do case ${names[i]} in redis | kafka) ;; *) wait_for "${names[i]}" 120 ready "${addresses[i]}" ;; esac; done
  start nginx "127.0.0.1:$port" "$nginx" -e stderr -p "$dev" -c "$conf"
else
  say "No Kafka broker: not installed (KAFKA_HOME, or kafka-server-start.sh in the PATH), and KAFKA names none." \
    "ALL MODULES RUN IN ONE PROCESS, on PostgreSQL and Redis. Kafka 4: https://kafka.apache.org/downloads"
  start smartflow "127.0.0.1:$port" env SMARTFLOW_DATA="$dev/data/smartflow" SMARTFLOW_URLS="http://127.0.0.1:$port" dotnet "$program"
fi
wait_for "the site" 120 ready "127.0.0.1:$port"

# --- One table
row() { printf '%-16s %-22s %-8s %-8s %s\n' "$@"; }
row PROCESS ADDRESS ID STATE LOG
row postgres "127.0.0.1:$pg_port" "$(head -1 "$dev/postgres/postmaster.pid")" running "$dev/postgres/server.log"
for i in "${!names[@]}"; do
  state=running
  case ${names[i]} in redis | kafka) ;; *) ready "${addresses[i]}" && state=ready || state="not yet" ;; esac
  row "${names[i]}" "${addresses[i]}" "${pids[i]}" "$state" "${logs[i]}"
done
say "" "SmartFlow at http://127.0.0.1:$port: sign in as demo / demo-password. Ctrl-C stops everything."

# --- Until Ctrl-C; who ends before is told of once
while :; do
  for i in "${!pids[@]}"; do
    [ -z "${pids[i]}" ] || kill -0 "${pids[i]}" 2>/dev/null || { say "${names[i]} has ended; see ${logs[i]}"; unset "pids[i]" "names[i]" "logs[i]" "addresses[i]"; }
  done
  sleep 1 & wait $! || true
done
