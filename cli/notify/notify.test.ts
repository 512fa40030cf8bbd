import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openGitHub } from "@rollout/infra/github/client";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { notifySchema } from "../../stacks/settings/schema/watch.ts";
import { issue, mail, pagerDuty, slack, webhook } from "./channels.ts";
import { deliver } from "./deliver.ts";
import type { Notification, Send } from "./notification.ts";

const opened: Notification = {
  ...{ event: "opened", key: "o/r production #7", environment: "production", severity: "critical" },
  ...{ title: "Rollout #7 was condemned by its health", text: "- health of web", at: "2026-01-01T00:00:00Z" },
  details: { strategy: "immediate" },
};
const escalated: Notification = { ...opened, event: "escalated", text: "production: it is late" };
const resolved: Notification = { ...opened, event: "resolved", text: "production is rolled back" };

/** What the receiver got, and what it answers to the next calls; 202 afterwards. */
let received: { readonly url: string; readonly body: Record<string, unknown> }[] = [];
let answers: (number | "never")[] = [];
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    received.push({ url: request.url ?? "", body: JSON.parse(text) as Record<string, unknown> });
    const status = answers.shift() ?? 202;
    if (status !== "never") response.writeHead(status, { connection: "close" }).end("{}");
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [received, answers] = [[], []];
});

const sending = (send: Send, notification = opened, tryLimit = 5_000, pauses: number[] = []) =>
  deliver(notification, ["webhook"], {
    senders: { webhook: send },
    tryLimit,
    pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
  }).then(([delivery]) => delivery);

describe("a webhook", () => {
  it("gets the notification, with the key of its incident", async () => {
    expect(await sending(webhook(`${url}/hook`))).toMatchObject({ outcome: "delivered", tries: 1 });
    expect(received).toEqual([{ url: "/hook", body: opened }]);
  });

  it("is tried again after 5xx and 429, with growing pauses", async () => {
    answers = [503, 429];
    const pauses: number[] = [];
    expect(await sending(webhook(url), opened, 5_000, pauses)).toMatchObject({
      outcome: "delivered",
      tries: 3,
    });
    expect(pauses).toEqual([500, 1000]);
  });

  it.each<[string, (number | "never")[], number, string, number]>([
    ["says no", [403], 1, "it answers 403", 5_000],
    ["fails each time", [500, 500, 500, 500], 4, "it answers 500", 5_000],
    ["never answers", ["never", "never", "never", "never"], 4, "no answer within 0.05 s", 50],
  ])("that %s is on record as not notified, and fails nothing", async (_name, given, tries, why, limit) => {
    answers = [...given];
    expect(await sending(webhook(url), opened, limit)).toEqual({
      ...{ channel: "webhook", event: "opened", outcome: "failed", tries, why },
    });
  });

  it("that is not there is named without its address, which is a secret", async () => {
    const delivery = await sending(webhook("http://127.0.0.1:1/hook-secret"));
    expect(delivery).toMatchObject({ outcome: "failed", tries: 4 });
    expect(JSON.stringify(delivery)).not.toMatch(/hook-secret/);
    const broken = await sending(webhook("hook-secret"));
    expect(JSON.stringify(broken)).not.toMatch(/hook-secret/);
  });
});

it("is skipped on a channel without an address", async () => {
  const deliveries = await deliver(opened, ["slack", "mail"], { senders: {}, tryLimit: 1 });
  expect(deliveries.map(({ channel, outcome }) => [channel, outcome])).toEqual([
    ["slack", "skipped"],
    ["mail", "skipped"],
  ]);
});

it("reaches Slack as one text", async () => {
  await sending(slack(url));
  await sending(slack(url), escalated);
  await sending(slack(url), resolved);
  expect(received.map(({ body }) => body["text"])).toEqual([
    ":rotating_light: *Rollout #7 was condemned by its health*\n- health of web",
    ":rotating_light: *Rollout #7 was condemned by its health*\nproduction: it is late",
    ":white_check_mark: *Rollout #7 was condemned by its health*\nproduction is rolled back",
  ]);
});

it("opens and resolves one incident at PagerDuty", async () => {
  const send = pagerDuty("r0utingkey", { pagerDutyUrl: url });
  await sending(send);
  await sending(send, resolved);
  const common = { routing_key: "r0utingkey", dedup_key: "o/r production #7" };
  expect(received).toEqual([
    {
      url: "/v2/enqueue",
      body: {
        ...{ ...common, event_action: "trigger" },
        payload: {
          ...{ summary: opened.title, source: "production", severity: "critical" },
          ...{ timestamp: opened.at, component: "production" },
          custom_details: { text: "- health of web", strategy: "immediate" },
        },
      },
    },
    { url: "/v2/enqueue", body: { ...common, event_action: "resolve" } },
  ]);
});

describe("a mail", () => {
  const settings = notifySchema.parse({ mailFrom: "rollout@shop.example", mailTo: ["ops@shop.example"] });
  let mails: string[] = [];
  let refusal: number | undefined;
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, done) =>
      password === "hunter2222" ? done(null, { user: "u" }) : done(new Error("wrong")),
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("end", () => {
        if (refusal === undefined) mails.push(text);
        done(refusal === undefined ? null : Object.assign(new Error("no"), { responseCode: refusal }));
      });
    },
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => void sink.listen(0, "127.0.0.1", resolve));
    port = (sink.server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise<void>((resolve) => sink.close(() => resolve())));
  beforeEach(() => {
    [mails, refusal] = [[], undefined];
  });
  const at = (login: string): Send => {
    const send = mail(`smtp://${login}127.0.0.1:${String(port)}`, settings);
    if (!send) throw new Error("no sender");
    return send;
  };

  it("arrives, with a login, and its recovery in the same thread", async () => {
    expect(await sending(at("u:hunter2222@"))).toMatchObject({ outcome: "delivered" });
    expect(await sending(at("u:hunter2222@"), resolved)).toMatchObject({ outcome: "delivered" });
    const [first = "", second = ""] = mails;
    expect(first).toMatch(/^To: ops@shop\.example\r$/m);
    expect(first).toMatch(/^Subject: Rollout #7 was condemned by its health\r$/m);
    expect(second).toMatch(/^Subject: Resolved: Rollout #7 was condemned/m);
    const id = /^Message-ID: (<\S+>)/m.exec(first)?.[1];
    expect(/^References: (<\S+>)/m.exec(second)?.[1]).toBe(id);
  });

  it("whose login is refused is not tried again, and shows no password", async () => {
    const delivery = await sending(at("u:wrong-password@"));
    expect(delivery).toMatchObject({
      outcome: "failed",
      tries: 1,
      why: "the mail server answers 535 (EAUTH)",
    });
  });

  it("is tried again where the server refuses it for now", async () => {
    refusal = 451;
    expect(await sending(at(""))).toMatchObject({ outcome: "failed", tries: 4 });
  });

  it("is none without a sender or a receiver", () => {
    expect(mail("smtp://127.0.0.1", notifySchema.parse({}))).toBeUndefined();
  });
});

describe("an issue", () => {
  let issues: { number: number; title: string; html_url: string; state: string }[] = [];
  const comments: unknown[] = [];
  const { access } = useTestApi(({ method, url: path, body }) => {
    if (path.includes("/comments")) comments.push(body);
    else if (method === "POST") {
      const { title } = body as { title: string };
      issues.push({ number: issues.length + 1, title, html_url: "u", state: "open" });
    } else if (method === "PATCH") issues = issues.map((each) => ({ ...each, state: "closed" }));
    return {
      status: 200,
      body: method === "GET" ? issues.filter(({ state }) => state === "open") : issues[0],
    };
  });

  it("is opened once, commented where it is escalated, and closed by a recovery with what became of it", async () => {
    const place = { owner: "o", repository: "r", environment: "production", records: {} };
    const send = issue(await openGitHub(access), place);
    await sending(send);
    await sending(send);
    expect(issues.map(({ title, state }) => [title, state])).toEqual([[opened.title, "open"]]);
    await sending(send, escalated);
    expect(issues.map(({ state }) => state)).toEqual(["open"]);
    await sending(send, resolved);
    expect(issues.map(({ state }) => state)).toEqual(["closed"]);
    expect(comments).toEqual([{ body: "production: it is late" }, { body: "production is rolled back" }]);
  });
});
