"""Sends one call of each kind with `rudder-sdk-python`: HOST and KEY are those of the environment."""

import os

from rudderstack.analytics.client import Client

client = Client(os.environ["KEY"], host=os.environ["HOST"], gzip=True, upload_interval=0.1)
client.page(anonymous_id="guest", name="Home", properties={"url": "/"})
client.screen(anonymous_id="guest", name="Basket")
client.track("ann", "Order Completed", {"order_id": "7", "total": 25.5})
client.identify("ann", {"first_name": "Ann"})
client.group("ann", "acme", {"plan": "pro"})
client.alias("guest", "ann")
client.flush()
client.join()
