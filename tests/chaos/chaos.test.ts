import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CellResult } from "./campaign.ts";

const program = join(import.meta.dirname, "..", "..", "bin", "sandbox");

interface Campaign {
  readonly status: number;
  readonly cells: readonly CellResult[];
}

function chaos(...words: readonly string[]): Promise<Campaign> {
  return new Promise((resolve, reject) => {
    execFile(program, ["chaos", "--json", ...words], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      try {
        const { cells } = JSON.parse(stdout) as Omit<Campaign, "status">;
        resolve({ cells, status: typeof error?.code === "number" ? error.code : 0 });
      } catch (cause) {
        reject(new Error(`bin/sandbox chaos printed no JSON: ${stdout}${stderr}`, { cause }));
      }
    });
  });
}

const red = ({ cells }: Campaign): readonly CellResult[] => cells.filter(({ faults }) => faults.length > 0);

describe("a campaign of faults", { timeout: 600_000 }, () => {
  it("finds every cell of a sample done, stopped cleanly or killed, and all as promised after the next rollout", async () => {
    const campaign = await chaos("--sample", "60", "--seed", "7");
    expect(red(campaign).map(({ name, faults }) => [name, ...faults])).toEqual([]);
    expect(campaign.cells).toHaveLength(60);
    expect(campaign.status).toBe(0);
    expect(new Set(campaign.cells.map(({ ended }) => ended))).toEqual(new Set(["done", "stopped", "killed"]));
  });

  it.each([
    ["success on a lost answer", "fly POST /v1/apps/*/secrets in worker-secrets create × lost for good"],
    [
      "retry of a call that must not be repeated",
      "neon POST /api/v2/projects in database-project create × answer lost after",
    ],
    ["lease that is not checked", "vercel GET /*/projects/*/env in web-DATABASE_URL create × lease lost"],
    ["checkpoint written before the effect", "fly POST /v1/apps in worker-app create × 503 for good"],
    ["read that trusts its own write", "vercel PATCH /v9/projects/* in web-settings update × 503 for good"],
  ])("turns red with the bug: %s", async (bug, cell) => {
    const { status, cells } = await chaos("--processes", "1", "--cell", cell, "--bug", bug);
    expect(cells.flatMap(({ faults }) => faults).join()).not.toBe("");
    expect(cells.flatMap(({ faults }) => faults).join()).not.toMatch(/campaign itself failed|did not come/);
    expect(status).toBe(1);
  });
});
