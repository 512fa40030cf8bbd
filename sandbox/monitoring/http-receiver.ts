import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { Deliveries, Delivery } from "./deliveries.ts";

// Of each form what a reader sees; what else is there is the vendor's.
const webhook = z.object({
  status: z.enum(["firing", "resolved"]),
  alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })).min(1),
});
// docs.slack.dev, "Sending messages using incoming webhooks"; Alertmanager sends attachments.
const slack = z.object({ attachments: z.array(z.object({ title: z.string(), text: z.string() })).min(1) });
// developer.pagerduty.com, "Events API v2": trigger and resolve share a key.
const pagerduty = z.object({
  routing_key: z.string().min(1),
  event_action: z.enum(["trigger", "resolve"]),
  dedup_key: z.string().min(1),
  payload: z.object({ summary: z.string(), source: z.string(), severity: z.string() }).optional(),
});

type Reader = (body: unknown) => Omit<Delivery, "kind">;

const readers: Readonly<Record<"webhook" | "slack" | "pagerduty", Reader>> = {
  webhook: (body) => {
    const { status, alerts } = webhook.parse(body);
    return { status, text: alerts.map(({ labels }) => labels["alertname"] ?? "").join(", ") };
  },
  slack: (body) => {
    const { attachments } = slack.parse(body);
    const text = attachments.map(({ title, text: more }) => `${title} ${more}`).join(" ");
    return { status: text.startsWith("RESOLVED") ? "resolved" : "firing", text: oneLine(text) };
  },
  pagerduty: (body) => {
    const { event_action: action, payload } = pagerduty.parse(body);
    return { status: action === "resolve" ? "resolved" : "firing", text: oneLine(payload?.summary ?? "") };
  },
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** What each vendor answers when it has taken a notification. */
const taken: Readonly<Record<keyof typeof readers, readonly [status: number, type: string, body: string]>> = {
  webhook: [200, "text/plain", ""],
  slack: [200, "text/html", "ok"],
  pagerduty: [202, "application/json", '{"status":"success","message":"Event processed"}'],
};

/** A receiver on this machine, under `/webhook`, `/slack` and `/pagerduty`. Refuses what is not in the vendor's form. */
export async function openHttpReceiver(
  deliveries: Deliveries,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const kind = (request.url ?? "").slice(1) as keyof typeof readers;
    const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        if (!read) throw new Error(`there is no receiver ${kind}`);
        deliveries.add({ kind, ...read(JSON.parse(Buffer.concat(chunks).toString("utf8"))) });
        const [status, type, body] = taken[kind];
        response.writeHead(status, { "content-type": type }).end(body);
      } catch (error) {
        response.writeHead(400).end(`${(error as Error).message}\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
