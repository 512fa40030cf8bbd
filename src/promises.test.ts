import { expect, it } from "vitest";
import { remembered } from "./promises.ts";

function scene() {
  const scene = { now: 0, reads: 0, settle: (): void => undefined };
  const read = (): Promise<number> =>
    new Promise((resolve, reject) => {
      scene.reads += 1;
      const number = scene.reads;
      scene.settle = () => (number === 2 ? reject(new Error("gone")) : resolve(number));
    });
  return { scene, ask: remembered(2_000, read, () => scene.now) };
}

it("is read once by all who ask while it runs and for a while after, then again", async () => {
  const { scene: seen, ask } = scene();
  const [first, second] = [ask(), ask()];
  // However long it runs.
  seen.now = 60_000;
  const third = ask();
  seen.settle();
  expect(await Promise.all([first, second, third])).toEqual([1, 1, 1]);
  seen.now += 1_999;
  expect(await ask()).toBe(1);
  expect(seen.reads).toBe(1);
});

it("remembers a failure as long, so that a database that is down is not asked by each either", async () => {
  const { scene: seen, ask } = scene();
  const first = ask();
  seen.settle();
  await first;
  seen.now += 2_000;
  const failing = ask();
  seen.settle();
  await expect(failing).rejects.toThrow("gone");
  await expect(ask()).rejects.toThrow("gone");
  expect(seen.reads).toBe(2);
  seen.now += 2_000;
  const after = ask();
  seen.settle();
  expect(await after).toBe(3);
});
