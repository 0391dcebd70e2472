"""The whole trip in a real browser, on real parts: web server, worker, scheduler, PostgreSQL, Valkey and a mail server."""
