"""The only place that builds things: the application, the HTTP APIs, the worker, the command line."""
