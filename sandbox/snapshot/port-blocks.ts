import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { isFree } from "../cloud/server/free-port.ts";

/*
 * A restored sandbox listens at its ports only when its clouds start, which is later. So that two that are restored at
 * the same time do not get the same ones, each gets a block of its own, by a file that names its home. The block is its
 * own for as long as the home is there.
 */
const first = 20_000;
const size = 64;
const blocks = 180;

/** So many ports that nothing listens on and that no other restored sandbox has; none of `avoid`. */
export async function reservePorts(
  folder: string,
  home: string,
  count: number,
  avoid: ReadonlySet<number>,
): Promise<readonly number[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Those of an earlier restore into this home.
  const earlier = readdirSync(folder).filter((name) => ownerOf(join(folder, name)) === home);
  const found: number[] = [];
  const start = randomInt(blocks);
  for (let each = 0; each < blocks && found.length < count; each += 1) {
    const lowest = first + ((start + each) % blocks) * size;
    if (!reserve(join(folder, String(lowest)), home)) continue;
    for (let port = lowest; port < lowest + size && found.length < count; port += 1)
      if (!avoid.has(port) && (await isFree(port))) found.push(port);
  }
  for (const name of earlier) rmSync(join(folder, name), { force: true });
  if (found.length === count) return found;
  throw new Error(
    `No ${String(count)} free ports between ${String(first)} and ${String(first + blocks * size)}. ` +
      `Delete homes of sandboxes that are not needed any more; ${folder} lists those that were restored.`,
  );
}

function reserve(file: string, home: string): boolean {
  const owner = ownerOf(file);
  if (owner !== undefined && owner !== "" && !existsSync(owner)) rmSync(file, { force: true });
  try {
    writeFileSync(file, home, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
