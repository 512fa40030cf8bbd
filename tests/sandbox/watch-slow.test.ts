import { expect, it } from "vitest";
import { slowRequests } from "./change-application.ts";
import type { Ended } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

const { checkout, sandbox } = useSandbox({ from: "staging live" });

const set = async (path: string, value: string): Promise<void> => {
  const { status, output } = await sandbox.run(
    ...["pulumi", "config", "set", "--stack", "staging", "--path", `rollout:watch.${path}`, value],
  );
  expect(status, output).toBe(0);
};
const endOf = ({ output }: Ended): unknown =>
  JSON.parse(output.split("\n").findLast((line) => line.startsWith('{"kind":"end"')) ?? "{}");

it("rolls back the web alone where it answers slowly", { timeout: 400_000 }, async () => {
  await set("everySeconds", "1");
  await set("windowSeconds", "8");
  await set("syntheticLoad", "10");
  slowRequests(checkout);
  checkout.commit("Answer slowly");
  const ended = await sandbox.run(...["bin/rollout", "up", "--stack", "staging", "--watch", "90s", "--json"]);
  expect(ended.status, ended.output).toBe(4);
  expect(endOf(ended)).toMatchObject({
    result: "rolled back",
    findings: expect.arrayContaining([
      expect.objectContaining({ kind: "performance", part: "web", check: "p95" }),
    ]) as unknown,
    plan: { name: "fast" },
  });
});
