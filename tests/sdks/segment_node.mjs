// Sends one call of each kind with `@segment/analytics-node`: HOST and KEY are those of the environment.
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: process.env.KEY, host: process.env.HOST, flushInterval: 100 });
analytics.page({ anonymousId: "guest", name: "Home", properties: { url: "/" } });
analytics.screen({ anonymousId: "guest", name: "Basket" });
analytics.track({ userId: "ann", event: "Order Completed", properties: { order_id: "7", total: 25.5 } });
analytics.identify({ userId: "ann", traits: { first_name: "Ann" } });
analytics.group({ userId: "ann", groupId: "acme", traits: { plan: "pro" } });
analytics.alias({ userId: "ann", previousId: "guest" });
await analytics.closeAndFlush();
