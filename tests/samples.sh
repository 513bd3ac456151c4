#!/usr/bin/env bash
# Runs every sample headless and looks at what it prints; those that serve are asked over HTTP. They are built already (tests/run.sh). A sample is checked by
# the function of its name, and one without fails. The demo, which takes longest, has the others beside it, one after the other. Ends with "N passed, N failed"; names of samples as arguments run only those.
set -uo pipefail
cd "$(dirname "$0")/../samples"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# Runs a sample to its end as "dotnet run" would, in its own folder.
run() { local name=$1; shift; (cd "$name" && exec timeout -k 5 90 dotnet "bin/Release/net10.0/$name.dll" "$@" </dev/null) >"$log" 2>&1; }

# Starts one that serves, on any free port; sets its api and its pid, server.
serve() {
    local name=$1; shift
    (cd "$name" && exec dotnet "bin/Release/net10.0/$name.dll" --urls http://127.0.0.1:0 "$@" </dev/null) >"$log" 2>&1 & server=$!
    for _ in $(seq 300); do
        api=$(sed -n 's/.*Now listening on: \(http[^ ]*\).*/\1/p' "$log" | head -1)
        [ -n "$api" ] && return
        sleep 0.1
    done
    echo "it does not listen"; return 1
}

# Ends it as a supervisor does, and it must end well.
stop() { kill -TERM "$server" && wait "$server"; }

# The sample has printed a line like this.
says() { grep -qE -- "$1" "$log" || { echo "there is no line like: $1"; return 1; }; }

FailoverDemo() { run FailoverDemo --json --seconds 12 && says '"failed":0,"wrong":0,"hung":0' && says '"what":"kill".*"what":"hang"'; }

WorkerQuickstart() { run WorkerQuickstart && says 'set user:ada: Stored' && says 'get user:ada: Hit' && says 'count rounds: 3' && says 'user:nobody: Miss'; }

AskFromAnActor() { run AskFromAnActor && says 'from .*, the stand-in' && says '^heard: .* is suspect' && says '^([0-9]+) asked, \1 answered'; }

KeyedCaches() { run KeyedCaches && says '^sessions: ada is Stored' && says '^orders: 1 is Unavailable' && says '^sessions: ada is a Hit'; }

ExistingActorSystem() {
    run ExistingActorSystem && says '^a service reads: tea costs 3.50' && says '^caches: default; connections to its server: 1$' &&
        says "^the job's host has stopped; caches: default; the actor system runs on$"
}

OutputCacheApi() {
    local first second third
    serve OutputCacheApi || return 1
    first=$(curl -fsS "$api/products/7") && second=$(curl -fsS "$api/products/7") && curl -fsS -X POST "$api/evict/products" >/dev/null && third=$(curl -fsS "$api/products/7") || return 1
    stop || return 1
    [ "$first, $second, $third" = 'product 7, rendering 1, product 7, rendering 1, product 7, rendering 2' ] || { echo "$first, $second, $third"; return 1; }
}

# What its README says, line by line, with three memcached of our own, while others ask all the time.
HybridCacheApi() {
    local line command expected answer others all='' one two three
    memcached_on_a_free_port one && memcached_on_a_free_port two && memcached_on_a_free_port three || return 1
    serve HybridCacheApi --servers "$all" || return 1
    (until [ -e "$log.enough" ]; do curl -sS -o /dev/null -w '%{http_code}\n' "$api/products/[1-20]" >>"$log.codes" 2>&1; done) & others=$!
    while IFS= read -r line; do
        command=${line%% # *} expected=''
        [ "$command" = "$line" ] || expected=${line##* # }
        answer=$(eval "$command" 2>&1 | sed 's/^ *//')
        [ "$answer" = "$expected" ] || { printf '%s\nanswered: %s\n' "$command" "$answer"; return 1; }
    done < <(grep -E '^(curl|kill) ' HybridCacheApi/README.md)
    [ -n "${answer:-}" ] || { echo "its README has no block of commands"; return 1; }
    touch "$log.enough"; wait "$others"
    stop || return 1
    [ "$(sort -u "$log.codes")" = 200 ] || { echo "others were answered:"; sort "$log.codes" | uniq -c; return 1; }
    says 'db\.client\.operation\.duration'
}

# Starts a memcached: its pid under the name given, its address behind those in "all". One that finds its port taken ends at once, and another port is tried.
memcached_on_a_free_port() {
    local port pid
    for _ in $(seq 20); do
        port=$((20000 + RANDOM % 10000))
        memcached -u "$(id -un)" -l 127.0.0.1 -p "$port" >/dev/null 2>&1 & pid=$!
        sleep 0.2
        if kill -0 "$pid" 2>/dev/null && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf -v "$1" '%s' "$pid"
            all=${all:+$all,}127.0.0.1:$port
            return
        fi
        kill -9 "$pid" 2>/dev/null
    done
    echo "no memcached could be started"; return 1
}

# One check, in a process of its own that leaves nothing behind.
check() {
    local log=$place/$1/log
    mkdir -p "$place/$1"
    trap 'kill -9 $(jobs -p) 2>/dev/null' EXIT
    declare -F "$1" >/dev/null || { echo "tests/samples.sh does not know how to check it"; return 1; }
    "$1" || { [ ! -f "$log" ] || tail -20 "$log"; return 1; }
}

samples=("$@")
[ $# -gt 0 ] || for project in */*.csproj; do samples+=("$(dirname "$project")"); done
checked() { for name in "$@"; do (check "$name") >"$place/$name.txt" 2>&1; echo $? >"$place/$name.code"; done; }
beside=()
for name in "${samples[@]}"; do if [ "$name" = FailoverDemo ]; then checked FailoverDemo & else beside+=("$name"); fi; done
checked "${beside[@]}"
wait
passed=0 failed=0
for name in "${samples[@]}"; do
    if [ "$(cat "$place/$name.code")" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$name failed:"; cat "$place/$name.txt"; fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
