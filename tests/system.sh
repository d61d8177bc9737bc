#!/bin/sh
# What the tests need from the system: Chromium for the browser, bubblewrap for the sandbox.
set -eu
need=
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || need="$need chromium"
command -v bwrap >/dev/null 2>&1 || need="$need bubblewrap"
[ -n "$need" ] || exit 0
command -v apt-get >/dev/null 2>&1 || { echo "install$need with your system's package manager, then run make test again" >&2; exit 1; }
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $need fonts-dejavu-core >/dev/null
