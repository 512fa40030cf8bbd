import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Deliveries, openDeliveries } from "./deliveries.ts";
import { openHttpReceiver } from "./http-receiver.ts";
import { openMailReceiver } from "./mail-receiver.ts";

let deliveries: Deliveries;
let http: Awaited<ReturnType<typeof openHttpReceiver>>;
let mail: Awaited<ReturnType<typeof openMailReceiver>>;
beforeEach(async () => {
  deliveries = openDeliveries();
  http = await openHttpReceiver(deliveries);
  mail = await openMailReceiver(deliveries);
});
afterEach(() => Promise.all([http.close(), mail.close()]));

const post = (kind: string, body: unknown): Promise<Response> =>
  fetch(`${http.address}/${kind}`, { method: "POST", body: JSON.stringify(body) });

describe("the receivers on this machine", () => {
  it.each([
    ["webhook", { status: "firing", alerts: [{ labels: { alertname: "WebDown" } }] }, "WebDown"],
    ["slack", { attachments: [{ title: "FIRING: the web", text: "is\ndown" }] }, "FIRING: the web is down"],
    [
      "pagerduty",
      {
        ...{ routing_key: "k", event_action: "trigger", dedup_key: "d" },
        payload: { summary: "WebDown", source: "s", severity: "critical" },
      },
      "WebDown",
    ],
  ])("take a notification in the form of %s", async (kind, body, text) => {
    expect((await post(kind, body)).ok).toBe(true);
    expect(deliveries.all).toEqual([{ kind, status: "firing", text }]);
  });

  it.each(["webhook", "slack", "pagerduty", "sns"])("refuse what is not in the form of %s", async (kind) => {
    expect((await post(kind, { text: "hello" })).status).toBe(400);
    expect(deliveries.all).toEqual([]);
  });

  it("take a mail, with a subject on two lines and encoded", async () => {
    const [host = "", port] = mail.address.split(":");
    const socket = connect(Number(port), host);
    const lines = [
      ...["EHLO me", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA"],
      ...["Subject: =?utf-8?q?[RESOLVED]_Caf=C3=A9?=", " =?utf-8?q?_is_up?=", "", "Text", ".", "QUIT"],
    ];
    socket.write(lines.map((line) => `${line}\r\n`).join(""));
    const { status, text } = await deliveries.next("the mail", ({ kind }) => kind === "email", 30_000);
    expect(status).toBe("resolved");
    expect(text).toBe("[RESOLVED] Café is up");
    socket.destroy();
  });
});

describe("a delivery that is awaited", () => {
  it("may have come already", async () => {
    deliveries.add({ kind: "slack", status: "firing", text: "a" });
    await expect(deliveries.next("a", ({ text }) => text === "a", 1)).resolves.toMatchObject({ text: "a" });
  });

  it("is named with what came instead", async () => {
    deliveries.add({ kind: "slack", status: "firing", text: "a" });
    await expect(deliveries.next("b", ({ text }) => text === "b", 1)).rejects.toThrow(
      "b was not delivered within 0.001 s; delivered: slack firing: a",
    );
  });
});
