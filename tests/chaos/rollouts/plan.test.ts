import { expect, it } from "vitest";
import { messageFaults } from "./judge.ts";
import { cellNamed, cellsOf, planRollouts, scenarios } from "./plan.ts";

const calls = [
  { cloud: "fly", name: "POST /v1/apps/{app_name}/machines", count: 5 },
  { cloud: "github", name: "GET /repos/{owner}/{repo}/git/ref/{ref}", count: 40 },
  { cloud: "ai", name: "POST /v1/chat/completions", count: 1 },
];
const cells = cellsOf("change", calls, 7);

it("has each call with every fault that fits it, each once, of a poll the first, and clouds in turns", () => {
  const names = cells.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("fly POST **/v1/apps/*/machines #2 in change × answer lost after");
  expect(names).not.toContain("fly POST **/v1/apps/*/machines #3 in change × answer lost after");
  expect(names.filter((name) => name.includes("git/ref"))).not.toContainEqual(
    expect.stringMatching(/#2|409/),
  );
  expect(names).not.toContainEqual(expect.stringMatching(/^ai .*lagging/));
  expect(new Set(cells.slice(0, 3).map(({ call }) => call.cloud))).toEqual(new Set(["fly", "github", "ai"]));
});

it("finds a cell again by its name, and none by another one", () => {
  for (const cell of cells) expect(cellNamed(cell.name)).toEqual(cell);
  expect(cellNamed("fly POST /v1/apps in worker-app create × 503")).toBeUndefined();
});

it("plans the same rollouts for the same seed, of every scenario, none with the cell of another", () => {
  const planned = planRollouts(7, 64);
  expect(planRollouts(7, 64)).toEqual(planned);
  expect(new Set(planned.map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
  const places = planned.map(({ scenario, place }) => `${scenario} ${String(place)}`);
  expect(new Set(places).size).toBe(64);
});

it("requires a message to name the cloud, the call and what helps", () => {
  const cell = cellNamed("fly POST **/v1/apps/*/machines in change × 503 for good");
  if (!cell) return expect.fail("there is no such cell");
  expect(
    messageFaults("Fly.io answered 503 to POST /v1/apps/a/machines. Run the command again.", cell),
  ).toEqual([]);
  expect(messageFaults("it failed", cell).join()).toContain("does not name the cloud, the call, what helps");
});
