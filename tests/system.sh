#!/bin/sh
# What the tests need from the system: Chromium for the browser, bubblewrap for the sandbox.
# What they use where it is there: tshark, which reads our captures.
set -eu
need= wish=
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || need="$need chromium fonts-dejavu-core"
command -v bwrap >/dev/null 2>&1 || need="$need bubblewrap"
command -v tshark >/dev/null 2>&1 || wish="$wish tshark"
[ -n "$need$wish" ] || exit 0

install() {
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get -o Acquire::http::Timeout=30 -o Acquire::Retries=1 update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ -n "$need" ]; then
  command -v apt-get >/dev/null 2>&1 || { echo "install$need with your system's package manager, then run make test again" >&2; exit 1; }
  # shellcheck disable=SC2086
  install $need
fi
if [ -n "$wish" ]; then
  # shellcheck disable=SC2086
  command -v apt-get >/dev/null 2>&1 && install $wish || echo "not installed:$wish; its tests are skipped" >&2
fi
