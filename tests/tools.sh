#!/bin/sh
# The true tools that the checks “For real” ask where they are there: those of binder/apt.txt.
# CI and Binder have them; everybody else has the recordings. No service is started.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || { echo "not root, or no apt: the recordings answer in place of the tools" >&2; exit 0; }
deny=/usr/sbin/policy-rc.d
[ -e "$deny" ] || { printf '#!/bin/sh\nexit 101\n' > "$deny"; chmod +x "$deny"; trap 'rm -f "$deny"' EXIT; }
apt-get -o Acquire::http::Timeout=30 -o Acquire::Retries=1 update -qq
known=
for package in $(cat binder/apt.txt); do
  if apt-cache show "$package" >/dev/null 2>&1; then known="$known $package"; else echo "unknown here: $package" >&2; fi
done
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $known >/dev/null
