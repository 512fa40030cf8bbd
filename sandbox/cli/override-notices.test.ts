import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openHome, type Home } from "../home.ts";
import { refreshStackFile } from "../stacks.ts";
import { newOverrideNotices } from "./override-notices.ts";
import type { Sandbox } from "./sandbox.ts";

let checkout: string;
let home: Home;

const checkIn = (model: string): void =>
  writeFileSync(join(checkout, "Pulumi.staging.yaml"), `config:\n  rollout:ai: { model: ${model} }\n`);
const set = (from: string, to: string): void => {
  const copy = join(home.stacksFolder, "Pulumi.staging.yaml");
  writeFileSync(copy, readFileSync(copy, "utf8").replace(`model: ${from}`, `model: ${to}`));
};
const notices = (): readonly string[] => newOverrideNotices({ checkout, home } as Sandbox);

beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), "atlaris-notices-"));
  home = openHome(checkout, undefined);
  mkdirSync(home.stacksFolder, { recursive: true });
  checkIn("small");
  await refreshStackFile(checkout, home, "staging", {
    webDomain: "127.0.0.1:1",
    aiBaseUrl: "http://x/v1",
    recordKeys: [],
  });
});
afterAll(() => rmSync(checkout, { recursive: true }));

it("reports an overridden setting once, and again where its value changes here or in the checkout", () => {
  const notice =
    "The sandbox's own copy of Pulumi.staging.yaml overrides rollout:ai.model. " +
    "As in the checkout again: bin/sandbox settings --forget";
  expect(notices()).toEqual([]);
  set("small", "large");
  expect([notices(), notices(), notices()]).toEqual([[notice], [], []]);
  set("large", "huge");
  expect([notices(), notices()]).toEqual([[notice], []]);
  checkIn("medium");
  expect([notices(), notices()]).toEqual([[notice], []]);
  set("huge", "small");
  expect(notices()).toEqual([]);
  set("small", "huge");
  expect(notices()).toEqual([notice]);
});
