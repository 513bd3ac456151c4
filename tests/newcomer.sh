#!/usr/bin/env bash
# A newcomer's first hour, outside the repository. Packs the libraries once; then does literally what README's "Start in sixty seconds" says with "dotnet new worker", and with
# "dotnet new web" what the page of ActorCache.OutputCaching says: adds packages, replaces files by the pages' blocks, restores and builds with warnings as errors, runs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$place"' EXIT
version="0.1.0-newcomer.$(date +%s)"   # never seen before, so that no package cache can answer with an older build

dotnet pack "$root/ActorCache.sln" -c Release -v quiet -clp:NoSummary -clp:ErrorsOnly -p:Version="$version" -o "$place/packages"
cd "$place"
cat > nuget.config <<CONFIG
<configuration><packageSources><add key="actorcache" value="$place/packages" /></packageSources></configuration>
CONFIG
# A downgrade (NU1605) must not pass. NU1603: some registries lack an exact transitive version that Akka names.
cat > Directory.Build.props <<PROPS
<Project><PropertyGroup><TreatWarningsAsErrors>true</TreatWarningsAsErrors><WarningsNotAsErrors>NU1603</WarningsNotAsErrors><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>
PROPS

# Makes a project from a template, with these packages: ours of this version, others of the version the repository is built with.
make() {
    local template=$1 name=$2 package wanted references=''
    shift 2
    dotnet new "$template" -o "$name" >/dev/null
    for package in "$@"; do
        wanted=$version
        [[ $package == ActorCache* ]] || wanted=$(sed -n "s/.*Include=\"$package\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props")
        references+="<PackageReference Include=\"$package\" Version=\"$wanted\" />"
    done
    sed -i "s|</Project>|<ItemGroup>$references</ItemGroup></Project>|" "$name/$name.csproj"
}

# A page's blocks are marked by the file they are: the first line says "// Program.cs" or "// Worker.cs".
block() {
    awk -v mark="// $2" '$0 == "```" { inside = 0 } inside { print } $0 == "```csharp" { getline; if ($0 == mark) inside = 1 }' "$1" >"$2"
    [ -s "$2" ] || { echo "$1 has no block for $2"; exit 1; }
}

build() { dotnet build -v quiet -clp:NoSummary -clp:ErrorsOnly; }

# The worker, with its packages added by the README's own command.
dotnet new worker -o MyService >/dev/null
cd MyService
for package in ActorCache ActorCache.EmbeddedServer ActorCache.Caching; do dotnet add package "$package" --version "$version" >add.log 2>&1 || { cat add.log; exit 1; }; done
block "$root/README.md" Program.cs
block "$root/README.md" Worker.cs
build
timeout -k 5 60 dotnet run --no-build >run.log 2>&1 </dev/null || { cat run.log; exit 1; }
grep -q 'Hit from 127.0.0.1' run.log || { cat run.log; exit 1; }
grep 'Hit from' run.log
cd ..

# The web application.
make web MySite ActorCache ActorCache.Caching ActorCache.OutputCaching ActorCache.OpenTelemetry ActorCache.EmbeddedServer Microsoft.Extensions.Caching.Hybrid
cd MySite
block "$root/src/ActorCache.OutputCaching/README.md" Program.cs
build
dotnet bin/Debug/net10.0/MySite.dll --urls http://127.0.0.1:0 >run.log 2>&1 </dev/null & server=$!
for _ in $(seq 300); do
    site=$(sed -n 's/.*Now listening on: \(http[^ ]*\).*/\1/p' run.log | head -1)
    [ -z "$site" ] || break
    sleep 0.1
done
[ -n "$site" ] || { cat run.log; exit 1; }
ask() { curl -fsS "$@" || { cat run.log >&2; exit 1; }; }
page=$(ask "$site/page")
[ "$(ask "$site/page")" = "$page" ] || { echo "the page was rendered twice"; exit 1; }
ask -X POST "$site/evict" >/dev/null
[ "$(ask "$site/page")" != "$page" ] || { echo "the page was not evicted"; exit 1; }
value=$(ask "$site/value")
[ "$(ask "$site/value")" = "$value" ] || { echo "the value was created twice"; exit 1; }
[ "$(ask "$site/health")" = Healthy ] || { echo "it is not healthy"; exit 1; }
kill -TERM "$server"
wait "$server"
server=''
echo "$value, cached; $page, cached and evicted"
rm -rf "$HOME"/.nuget/packages/actorcache*/"$version"
