import { beforeEach, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { openFly } from "./client.ts";
import { stopHalf } from "./reduce-machines.ts";

const machine = (id: string, state = "started", managed = "v2"): object => ({
  ...{ id, state, region: "fra", config: { metadata: { fly_platform_version: managed } } },
});
let machines: readonly object[] = [];
/** Machines whose lease another command holds. */
let leased: readonly string[] = [];
const stopped: string[] = [];
const { access } = useTestApi(({ method, url }) => {
  if (method === "GET") return { status: 200, body: machines };
  const id = url.split("/").at(-2) ?? "";
  if (leased.includes(id)) return { status: 409, body: { error: "lease currently held" } };
  stopped.push(id);
  return { status: 200, body: { ok: true } };
});
beforeEach(() => {
  stopped.length = 0;
  [machines, leased] = [[], []];
});
const half = (): Promise<readonly string[]> => stopHalf("app", openFly(access));

it.each<[string, readonly object[], readonly string[]]>([
  ["none of one", [machine("a")], []],
  ["one of two", [machine("a"), machine("b")], ["b"]],
  ["two of five", ["a", "b", "c", "d", "e"].map((id) => machine(id)), ["d", "e"]],
  ["none where one alone works", [machine("a"), machine("b", "stopped")], []],
  ["none that was made past flyctl", [machine("a"), machine("b", "started", "")], []],
])("stops %s", async (_name, there, expected) => {
  machines = there;
  expect(await half()).toEqual(expected);
  expect(stopped).toEqual(expected);
});

it("leaves a machine that another command holds", async () => {
  [machines, leased] = [["a", "b", "c", "d"].map((id) => machine(id)), ["c"]];
  expect(await half()).toEqual(["d"]);
});
