import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeApplication, failRequests } from "./change-application.ts";
import { machinesOf } from "./observe.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });

const rollout = (...words: readonly string[]) => sandbox.run("bin/rollout", ...words, "--stack", "staging");

const set = (setting: string, value: string): Promise<string> =>
  sandbox.read("pulumi", "config", "set", "--stack", "staging", "--path", `rollout:watch.${setting}`, value);

const setMachines = (count: string): Promise<string> =>
  sandbox.read(
    ...["pulumi", "config", "set", "--stack", "staging", "--path"],
    ...["rollout:fly.machines.worker.count", count],
  );

/** What the webhook of notifications got. */
const notified: Record<string, unknown>[] = [];
const receiver = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    notified.push(JSON.parse(text) as Record<string, unknown>);
    response.writeHead(204, { connection: "close" }).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

interface End {
  readonly kind: string;
  readonly result: string;
  readonly findings: readonly { readonly kind: string; readonly part: string; readonly check: string }[];
  readonly plan?: { readonly name: string; readonly only?: string; readonly limitSeconds: number };
  readonly seconds: number;
  readonly isInTime?: boolean;
  readonly deliveries: readonly { readonly channel: string; readonly outcome: string }[];
}

/** The last line of a command that prints JSON. */
const endOf = (output: string): End =>
  output
    .split("\n")
    .filter((line) => line.startsWith('{"kind":"end"'))
    .map((line) => JSON.parse(line) as End)
    .at(-1) ?? { kind: "none", result: output, findings: [], seconds: 0, deliveries: [] };

const sourceOfWeb = async (): Promise<string> => {
  const url = (await sandbox.read("pulumi", "stack", "output", "webUrl", "--stack", "staging")).trim();
  for (;;) {
    // One of ten may fail, which is what this is about.
    const answer = await fetch(`${url}/api/health`);
    const body = (await answer.json()) as { readonly sourceDigest: string };
    if (answer.ok) return body.sourceDigest;
  }
};

describe("a release under watch", { timeout: 300_000 }, () => {
  it("is inconclusive where too few requests come, with what helps", async () => {
    const { status, output } = await rollout("watch", "--for", "2s");
    expect(status, output).toBe(6);
    expect(output).toMatch(/staging: inconclusive/);
    expect(output).toMatch(
      /not concluded: no requests of web were measured over 300 s\n.*rollout:watch\.syntheticLoad/,
    );
  });

  it("passes under load where it keeps its limits, and nothing is done", async () => {
    await set("everySeconds", "1");
    await set("windowSeconds", "8");
    await set("syntheticLoad", "20");
    await set("business.minimumPerHour", "0");
    const { status, output } = await rollout("watch", "--for", "14s");
    expect(status, output).toBe(0);
    expect(output).toMatch(/staging: pass\n(.*\n)*.*error rate of web is 0 %/);
  });

  it("that fails one of ten requests is rolled back by the part that fails, and its receivers are notified", async () => {
    const before = await sourceOfWeb();
    const address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
    await sandbox.read(
      ...["pulumi", "config", "set", "--stack", "staging", "--secret", "--path"],
      ...["rollout:notifySecrets.webhook", address],
    );
    // Two machines, of which the gradual rollback below stops one.
    await setMachines("2");
    failRequests(checkout);
    changeApplication(checkout, "newer", "worker");
    checkout.commit("Fail one of ten requests");
    const { status, output } = await rollout("up", "--watch", "90s", "--json");
    expect(status, output).toBe(4);
    const end = endOf(output);
    expect(end).toMatchObject({
      result: "rolled back",
      findings: [{ kind: "performance", part: "web", check: "error rate" }],
      plan: { name: "fast", only: "web", limitSeconds: 120 },
    });
    expect(end.seconds).toBeLessThan(120);
    expect(await sourceOfWeb()).toBe(before);
    expect(notified.map(({ event, key }) => [event, key])).toEqual([
      ["opened", "atlaris/atlaris staging #2"],
      ["resolved", "atlaris/atlaris staging #2"],
    ]);
    expect(end.deliveries).toContainEqual({
      channel: "webhook",
      event: "opened",
      outcome: "delivered",
      tries: 1,
    });
    expect(output).not.toContain(address);
  });

  it("by which the application does less is watched with fewer machines, and then rolled back as a whole", async () => {
    await set("business.minimumPerHour", "3600");
    const { status, output } = await rollout("watch", "--for", "60s", "--json");
    expect(status, output).toBe(4);
    const end = endOf(output);
    expect(end).toMatchObject({
      result: "rolled back",
      findings: [{ kind: "business", part: "plans made", check: "count" }],
      plan: { name: "gradual", limitSeconds: 600 },
    });
    expect(end.plan).not.toHaveProperty("only");
    const [, stopped = ""] = /Stopped (\w+); watching on with half of the machines/.exec(output) ?? [];
    // It runs again: each machine has a process.
    const ids = (await machinesOf(sandbox, "atlaris-worker-staging")).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(ids).toContain(stopped);
    expect(end.isInTime).toBe(true);
    // Not to the release that was condemned before.
    expect((await rollout("history")).output).toMatch(/#4 live.*returns to #1/);
  });
});
