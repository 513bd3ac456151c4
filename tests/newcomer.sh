#!/usr/bin/env bash
# Does literally what README's "Start in sixty seconds" says, outside the repository: packs the libraries, makes a worker with
# "dotnet new worker", adds the packages, replaces its files by README's blocks, and runs it until it prints what README promises.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
version="0.1.0-newcomer.$(date +%s)"   # never seen before, so that no package cache can answer with an older build

dotnet pack "$root/ActorCache.sln" -c Release -v quiet -clp:NoSummary -clp:ErrorsOnly -p:Version="$version" -o "$place/packages"
cd "$place"
cat > nuget.config <<CONFIG
<configuration><packageSources><add key="actorcache" value="$place/packages" /></packageSources></configuration>
CONFIG
dotnet new worker -o MyService >/dev/null
cd MyService
for package in ActorCache ActorCache.EmbeddedServer; do dotnet add package "$package" --version "$version" >add.log 2>&1 || { cat add.log; exit 1; }; done

# README's blocks are marked by the file they are: the first line of each says "// Program.cs" or "// Worker.cs".
for file in Program.cs Worker.cs; do
    awk -v mark="// $file" '$0 == "```" { inside = 0 } inside { print } $0 == "```csharp" { getline; if ($0 == mark) inside = 1 }' "$root/README.md" >"$file"
    [ -s "$file" ] || { echo "README.md has no block for $file"; exit 1; }
done
dotnet build -v quiet -clp:NoSummary -clp:ErrorsOnly
timeout -k 5 60 dotnet run --no-build >run.log 2>&1 </dev/null || { cat run.log; exit 1; }
grep -q 'Hit from 127.0.0.1' run.log || { cat run.log; exit 1; }
grep 'Hit from' run.log
rm -rf "$HOME"/.nuget/packages/actorcache*/"$version"
