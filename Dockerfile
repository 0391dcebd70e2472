# One image for web, worker, scheduler and migrations. Runs as an unprivileged user.
FROM node:22-slim AS design
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --silent
COPY pqip/govuk/build_assets.mjs pqip/govuk/build_assets.mjs
COPY static static
RUN npm run --silent build

FROM python:3.11-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/pqip pqip && install -d -o pqip /srv/pqip /srv/pqip/files
WORKDIR /srv/pqip/app
COPY --from=packages /venv /venv
COPY . .
COPY --from=design /build/static static
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PQIP_FILES=/srv/pqip/files REMAP_SIGTERM=SIGQUIT
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=build EMAIL_URL=consolemail:// \
    DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build PQIP_SCANNER=clamd://build python manage.py collectstatic --noinput \
    && chown -R pqip var
USER pqip
EXPOSE 8000
CMD ["gunicorn", "pqip.wsgi", "--bind", "0.0.0.0:8000"]
