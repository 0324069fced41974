"""Sinks: other systems that are told of changes by a connector of ours, with the queue of webhooks in front of it."""

from connectors.sinks.jsonl import JsonLines
from connectors.sinks.outward import Outward, Sink
from connectors.sinks.registering import register_sinks

__all__ = ["JsonLines", "Outward", "Sink", "register_sinks"]
