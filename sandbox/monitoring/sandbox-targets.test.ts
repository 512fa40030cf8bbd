import { describe, expect, it } from "vitest";
import { workerTargets } from "./sandbox-targets.ts";

const machine = (what: string, state: string, address?: string) => ({
  ...{ what, state },
  ...(address === undefined ? {} : { address }),
});

describe("what Prometheus scrapes of a sandbox", () => {
  it("are the machines that run, each with its app, its id and its environment", () => {
    const running = [
      machine("shop-mailer-staging (machine 63ce69)", "started", "http://127.0.0.1:20001"),
      machine("shop-mailer-prod (machine 7a)", "stopped", "http://127.0.0.1:20002"),
      machine("shop-mailer-prod (machine 7b)", "started"),
      machine("other (machine 8)", "started", "http://127.0.0.1:20003"),
    ];
    const clouds = [{ name: "fly" as const, address: "http://127.0.0.1:1", running }];
    expect(workerTargets(clouds, ["staging", "prod"])).toEqual([
      {
        address: "127.0.0.1:20001",
        labels: { app: "shop-mailer-staging", machine: "63ce69", environment: "staging" },
      },
      { address: "127.0.0.1:20003", labels: { app: "other", machine: "8" } },
    ]);
  });

  it("are none before a rollout", () => {
    expect(workerTargets([], ["staging"])).toEqual([]);
  });
});
