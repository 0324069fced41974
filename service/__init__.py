"""The only place that builds things: the application, the HTTP APIs, the worker, the command line.

Nothing is imported here: `service.wsgi` and `service.cli` set the threads of linear algebra before numpy is loaded.
"""

__all__: list[str] = []
