#!/usr/bin/env bash
# Run once by the database's image: the owner of the tables, who is no superuser; the application's role, which owns nothing;
# the retention role.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set app="$APP_PASSWORD" --set owner="$OWNER_PASSWORD" <<'SQL'
CREATE ROLE pqip_owner LOGIN PASSWORD :'owner';
CREATE ROLE pqip_app LOGIN PASSWORD :'app';
CREATE ROLE pqip_retention NOLOGIN;
ALTER DATABASE :"DBNAME" OWNER TO pqip_owner;
SQL
