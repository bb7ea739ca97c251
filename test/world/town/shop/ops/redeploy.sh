#!/usr/bin/env bash
# Puts an old VERSION back on SIDE from the store of built versions, for a rollback whose side was overwritten meanwhile.
set -euo pipefail
: "${SIDE:?}" "${VERSION:?}" "${SHA:?}" "${SHOP_ADMIN:?}"
exec node "$(dirname "$0")/place.mjs"
