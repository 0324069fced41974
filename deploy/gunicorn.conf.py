"""gunicorn, where granian has no wheel: `gunicorn -c deploy/gunicorn.conf.py service.wsgi:app` from the top."""

bind = "127.0.0.1:8321"
workers = 2
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 8
keepalive = 30
max_requests = 0
# Each worker opens its own connections, after the fork.
preload_app = False
