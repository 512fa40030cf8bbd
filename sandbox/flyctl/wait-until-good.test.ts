import { describe, expect, it } from "vitest";
import type { Machine } from "./machine.ts";
import { describeCrash } from "./wait-until-good.ts";

const exit = {
  type: "exit",
  timestamp: 1,
  request: { exit_event: { exit_code: 1, requested_stop: false, restarting: true }, restart_count: 3 },
};
const happened = (type: string) => ({ type, timestamp: 1 });

describe("describeCrash", () => {
  it.each<[string, object[], string | undefined]>([
    [
      "sees a program that ends again and again",
      [exit, happened("launch")],
      "the app appears to be crashing (exit code 1)",
    ],
    [
      "forgets the crashes of the version before a launch",
      [happened("launch"), exit, happened("launch")],
      undefined,
    ],
    [
      "forgets them from the update on, whose launch comes later",
      [happened("update"), exit, happened("launch")],
      undefined,
    ],
  ])("%s", (_name, events, expected) => {
    expect(describeCrash({ id: "m", state: "starting", events } as unknown as Machine)).toBe(expected);
  });
});
