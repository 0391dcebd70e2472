#!/usr/bin/env bash
# Run once by the database's image: the owner of the tables, who is no superuser; the application's role, which owns nothing;
# the retention role; the role that reports read with, as which the application acts while it reads them.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set app="$APP_PASSWORD" --set owner="$OWNER_PASSWORD" <<'SQL'
CREATE ROLE pqip_owner LOGIN PASSWORD :'owner';
CREATE ROLE pqip_app LOGIN PASSWORD :'app';
CREATE ROLE pqip_retention NOLOGIN;
CREATE ROLE pqip_reports NOLOGIN;
GRANT pqip_reports TO pqip_app;
ALTER DATABASE :"DBNAME" OWNER TO pqip_owner;
SQL
