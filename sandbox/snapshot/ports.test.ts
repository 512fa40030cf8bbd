import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newPorts } from "./new-ports.ts";
import { reservePorts } from "./port-blocks.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-ports-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const home = (name: string): string => {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
};

/** A port that a program listens at until the work is done. */
async function whileTaken(work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

describe("ports of a restored sandbox", () => {
  const reserve = (count: number): Promise<readonly number[]> =>
    Promise.resolve(Array.from({ length: count }, (_, index) => 30_000 + index));

  it("stay in the same home, also where its own clouds have them, and change elsewhere", async () => {
    await whileTaken(async (taken) => {
      const ports = { named: { ai: taken }, given: [] };
      const same = { ports, isSameHome: true, reserve };
      expect(await newPorts({ ...same, own: ports })).toEqual(new Map());
      expect(await newPorts({ ...same, own: undefined })).toEqual(new Map([[taken, 30_000]]));
      expect(await newPorts({ ...same, isSameHome: false, own: ports })).toEqual(new Map([[taken, 30_000]]));
    });
  });

  it("are never those of another restored sandbox, also when several are restored at once", async () => {
    const blocks = join(folder, "blocks");
    const all = await Promise.all(
      ["a", "b", "c", "d"].map((name) => reservePorts(blocks, home(name), 40, new Set())),
    );
    expect(new Set(all.flat()).size).toBe(160);
  });

  it("are free for others once the home is gone, or was restored again", async () => {
    const blocks = join(folder, "blocks");
    await reservePorts(blocks, home("a"), 40, new Set());
    await reservePorts(blocks, home("a"), 40, new Set());
    expect(readdirSync(blocks)).toHaveLength(1);
    for (let block = 0; block < 180; block += 1)
      writeFileSync(join(blocks, String(20_000 + 64 * block)), home("a"));
    await expect(reservePorts(blocks, home("b"), 1, new Set())).rejects.toThrow("No 1 free ports");
    rmSync(home("a"), { recursive: true });
    await expect(reservePorts(blocks, home("b"), 1, new Set())).resolves.toHaveLength(1);
  });
});
