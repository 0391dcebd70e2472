"""What gunicorn is told wherever it starts: it believes nobody's word about where a request comes from, and logs no query.

Whether a proxy stands in front is said once, by PQIP_TRUSTED_PROXIES, and Django reads its headers (`pqip/core/addresses.py`).
"""

#: No peer may set `wsgi.url_scheme`, `SCRIPT_NAME` or `PATH_INFO` by a header; and none speaks the proxy protocol.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
header_map = "drop"

#: Should somebody switch the access log on: time, method, path, status, size and seconds. Neither query nor referrer, where a
#: filter or a token could stand, nor the address of whoever connects, which is the proxy.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(L)s'
