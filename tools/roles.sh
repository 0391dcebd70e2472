#!/usr/bin/env bash
# Run once by the database's image: the application's role, which owns nothing, and the retention role.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE pqip_app LOGIN PASSWORD :'password';
CREATE ROLE pqip_retention NOLOGIN;
SQL
