import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callCloud, machinesOf } from "./observe.ts";
import { putApplication } from "./other-application.ts";
import type { Ended } from "./sandbox.ts";
import { outputsOf } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";

/** The day of an application that shares nothing with the one that the repository comes with: tests/applications/orders. */
const { checkout, sandbox } = useSandbox();
const repository = "/repos/spoon-makers/spoons";
const workers = ["packing", "billing", "courier"] as const;
const key = "key-of-the-bills";

beforeAll(() => {
  vi.stubEnv("BILLING_KEY", key);
  putApplication(checkout, "orders");
});
afterAll(() => vi.unstubAllEnvs());

const rollout = (...words: readonly string[]): Promise<Ended> => sandbox.run("bin/rollout", ...words);

async function good(...words: readonly string[]): Promise<string> {
  const { status, output } = await rollout(...words);
  expect(status, output).toBe(0);
  return output;
}

interface Order {
  readonly id: string;
  readonly state: string;
  readonly bill: string | null;
}

/** Places an order as a customer does, and waits for it to be sent. */
async function order(stack: string, item: string): Promise<Order> {
  const { webUrl, smokeApiKey } = await outputsOf(sandbox, stack);
  const headers = { authorization: `Bearer ${smokeApiKey}` };
  const body = JSON.stringify({ item, pieces: 3 });
  const placed = (await (
    await fetch(`${webUrl}/api/orders`, { method: "POST", headers, body })
  ).json()) as Order;
  const seen = async (): Promise<Order> =>
    (await (await fetch(`${webUrl}/api/orders/${placed.id}`, { headers })).json()) as Order;
  await expect.poll(async () => (await seen()).state).toBe("sent");
  return seen();
}

describe("another application", { timeout: 600_000 }, () => {
  it("is not rolled out without the secret that it declares, and the message shows how to set it", async () => {
    vi.stubEnv("BILLING_KEY", undefined);
    const { status, output } = await rollout("up", "--stack", "staging");
    vi.stubEnv("BILLING_KEY", key);
    expect(status, output).not.toBe(0);
    expect(output).toContain(
      "pulumi config set --stack staging --secret --path 'rollout:secrets.BILLING_KEY'",
    );
  });

  it("is rolled out to staging by its own commands: pages, two functions, three workers", async () => {
    const output = await good("up", "--stack", "staging");
    expect(output).toContain("smoke test passed");
    expect((await order("staging", "ladle")).bill).toMatch(/^The next spoon shop: 3 ladle #[0-9a-f]{12}$/);
    const { webUrl } = await outputsOf(sandbox, "staging");
    const page = await fetch(`${webUrl}/`);
    expect(await page.text()).toContain("<h1>The next spoon shop</h1>");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await (await fetch(`${webUrl}/terms`)).text()).toContain("not taken back");
    expect((await fetch(`${webUrl}/start`, { redirect: "manual" })).headers.get("location")).toBe("/");
    expect((await fetch(`${webUrl}/nowhere`)).status).toBe(404);
    for (const worker of workers)
      expect(await machinesOf(sandbox, `spoons-${worker}-staging`)).toHaveLength(1);
    expect(output).not.toContain(key);
  });

  it("is named part by part in history and status", async () => {
    const history = await good("history", "--stack", "staging");
    const [, parts = ""] = /^ +(web \w{12} .*)$/m.exec(history) ?? [];
    expect(parts.replaceAll(/ \w{12}/g, "")).toMatch(
      /^web · billing · courier · packing · image · schema 002_queue$/,
    );
    const status = await sandbox.read("status");
    for (const worker of workers) expect(status).toContain(`spoons-${worker}-staging`);
  });

  it("goes to production with the image that staging has proven", async () => {
    await good("up", "--stack", "prod");
    expect((await order("prod", "whisk")).bill).toContain("The spoon shop: 3 whisk");
    const [staging, production] = [await outputsOf(sandbox, "staging"), await outputsOf(sandbox, "prod")];
    const images = [staging, production].flatMap(({ workers: all }) =>
      Object.values(all).map(({ image }) => image),
    );
    expect(images).toHaveLength(6);
    expect(new Set(images).size).toBe(1);
    expect(await machinesOf(sandbox, "spoons-packing-prod")).toHaveLength(2);
  });

  it("has a pending migration rehearsed with both releases, its own smoke test and all its workers", async () => {
    checkout.write(
      "app/migrations/003_gifts.sql",
      "-- undo: ALTER TABLE orders DROP COLUMN gift;\nALTER TABLE orders ADD COLUMN gift text;\n",
    );
    checkout.edit("app/web/orders.mjs", "state, bill FROM", "state, bill, gift FROM");
    checkout.commit("Take gifts");
    const output = await good("rehearse", "--stack", "staging");
    expect(output).toContain("003_gifts");
    expect(output).toMatch(/live release \w{12} on the new schema: works/);
    expect(output).toContain("this release on the new schema: works");
    await good("up", "--stack", "staging");
    expect(await order("staging", "spoon")).toMatchObject({ state: "sent", gift: null });
  });

  it("gets its last good release back automatically where its smoke test fails", async () => {
    const { release } = await outputsOf(sandbox, "staging");
    checkout.edit("app/web/orders.mjs", 'request.method === "GET" && id', 'request.method === "HEAD" && id');
    checkout.commit("Show no order");
    const { status, output } = await rollout("up", "--stack", "staging");
    expect(status, output).toBe(4);
    expect(output).toContain("an order is packed, billed and sent: /api/orders/");
    expect((await outputsOf(sandbox, "staging")).release).toBe(release);
    await order("staging", "fork");
  });

  it("is rolled back on request", async () => {
    await good("rollback", "--stack", "staging", "--to", "1");
    expect(await order("staging", "knife")).not.toHaveProperty("gift");
    expect(await good("history", "--stack", "staging")).toMatch(/^#\d+ live .*returns to #1/m);
  });

  it("has an environment for a pull request, of which nothing is left", async () => {
    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    const body = { title: "Change forks", head: "forks", base: "main" };
    const pulls = `${repository}/pulls`;
    const { number } = await callCloud<{ number: number }>(sandbox, "github", "POST", pulls, body);
    await good("preview-env", "up", String(number));
    expect(await order(`pr-${String(number)}`, "fork")).toMatchObject({ state: "sent" });
    await good("preview-env", "down", String(number));
    const { apps } = await callCloud<{ apps: { name: string }[] }>(
      sandbox,
      "fly",
      "GET",
      "/v1/apps?org_slug=personal",
    );
    expect(apps.map(({ name }) => name).filter((name) => name.includes("pr-"))).toEqual([]);
  });
});
