#!/usr/bin/env bash
# Installs VERSION (of commit SHA) on SIDE; nobody's requests go there yet.
set -euo pipefail
: "${SIDE:?The gate named no idle side: can the runner reach the router?}" "${VERSION:?}" "${SHA:?}" "${SHOP_ADMIN:?}"
exec node "$(dirname "$0")/place.mjs"
