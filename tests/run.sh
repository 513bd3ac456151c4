#!/usr/bin/env bash
# Everything that is tested, from a fresh clone on: installs memcached, SASL's passwords, twemproxy and other languages' clients if they are missing, builds with warnings as errors, runs every test
# project, the quick chaos run and the bugs it must notice, every sample, then a newcomer's first hour with the packages. Ends with one line "N passed, N failed, N skipped"; exits 0 only if none failed.
set -uo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
passed=0 failed=0 skipped=0

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# memcached, the passwords of those that demand SASL, twemproxy, and the clients of other languages that share its values with us. Debian's python3: another one may be first on the path.
missing=()
command -v memcached >/dev/null || missing+=(memcached)
PATH="$PATH:/usr/sbin" command -v saslpasswd2 >/dev/null || missing+=(sasl2-bin)
ls /usr/lib/*/sasl2/libplain.so /usr/lib/sasl2/libplain.so 2>/dev/null | grep -q . || missing+=(libsasl2-modules)
PATH="$PATH:/usr/sbin" command -v nutcracker >/dev/null || missing+=(nutcracker)
/usr/bin/python3 -c 'import pymemcache' 2>/dev/null || missing+=(python3-pymemcache)
/usr/bin/python3 -c 'import pylibmc' 2>/dev/null || missing+=(python3-pylibmc)
/usr/bin/php -r 'exit((int)!class_exists("Memcached"));' 2>/dev/null || missing+=(php-cli php-memcached)
if [ ${#missing[@]} -gt 0 ]; then
    echo "== installing ${missing[*]}"
    sudo=''; [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

echo "== building"
if ! dotnet build ActorCache.sln -c Release -v quiet -clp:NoSummary; then failed=1; finish; fi

# One project at a time: the tests of time-outs and fail-over share the machine with nobody.
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    echo "== $name"
    dotnet test "$project" -c Release --no-build --nologo -v quiet --blame-hang-timeout 5m \
        --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" </dev/null
    code=$?
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null)
    count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
    total=$(count total) ok=$(count passed) bad=$(count failed)
    passed=$((passed + ${ok:-0})); failed=$((failed + ${bad:-0})); skipped=$((skipped + ${total:-0} - ${ok:-0} - ${bad:-0}))
    # A run that ended badly without a failed test (a crash, a hang, nothing found) is a failure too.
    if { [ "$code" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; } || [ "${total:-0}" -eq 0 ]; then failed=$((failed + 1)); fi
done

chaos() { dotnet tests/ActorCache.Chaos/bin/Release/net10.0/ActorCache.Chaos.dll "$@" </dev/null; }
echo "== chaos, quick"
if chaos --quick; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
# The program must also notice what it is there for: each planted bug has to make it fail.
for bug in $(chaos --list-sabotage); do
    echo "== chaos with the bug $bug"
    chaos --sabotage "$bug" >"$results/chaos-$bug.txt" 2>&1
    if [ $? -eq 1 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); tail -5 "$results/chaos-$bug.txt"; fi
done

echo "== samples"
tests/samples.sh </dev/null | tee "$results/samples.txt"
read -r ok _ bad _ < <(tail -1 "$results/samples.txt")
passed=$((passed + ${ok:-0})); failed=$((failed + ${bad:-1}))

echo "== a newcomer's first hour"
if tests/newcomer.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

finish
