import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { cloudNames, type CloudName, type OpenEmulator } from "../cloud/emulator.ts";
import { openTestCloud, type TestCloud } from "../cloud/test-context.ts";
import { openFindCall } from "./find-call.ts";
import { contracts } from "./index.ts";
import { documentFile, documentText } from "./write-table.ts";

interface Route {
  readonly method: string;
  readonly path: string;
}

describe.each(cloudNames)("the table of calls of %s", (name) => {
  let cloud: TestCloud | undefined;
  afterAll(() => cloud?.close());

  it("has every call that the emulator answers, and none that it does not", async () => {
    cloud = await openEmulator(name);
    const { calls, bases } = contracts[name];
    const routes = cloud.emulator.routes.routes.filter(({ path }) => !path.endsWith("*"));
    const find = openFindCall(calls, bases);
    const isInTable = ({ method, path }: Route): boolean =>
      // What is refused whatever the method is has one line for each that the vendor has.
      method === "ALL" || samplesOf(path).every((sample) => find(method, sample));
    expect(
      routes.filter((route) => !isInTable(route)).map(({ method, path }) => `${method} ${path}`),
    ).toEqual([]);

    const isAnswered = (method: string, path: string): boolean =>
      routes.some((route) => [method, "ALL"].includes(route.method) && expressionOf(route.path).test(path));
    const unanswered = calls.flatMap(({ method, template, alsoAt = [] }) =>
      [template, ...alsoAt]
        .filter((path) => !bases.some((base) => isAnswered(method, base + path.replaceAll(/\{\w+\}/g, "1"))))
        .map((path) => `${method} ${path}`),
    );
    expect(unanswered).toEqual([]);
  });
});

it("is in docs/sandbox.md as it is here; written by: npx tsx sandbox/contract/write-table.ts", async () => {
  expect(readFileSync(documentFile, "utf8")).toBe(await documentText());
});

async function openEmulator(name: CloudName): Promise<TestCloud> {
  const { open } = (await import(`../cloud/${name}/index.ts`)) as { open: OpenEmulator };
  return openTestCloud(name, open);
}

const parameter = /:\w+(?:\{([^}]+)\})?/g;

/** Paths that a route answers: `/:version{v8|v9}/user` is two, any other parameter is `1`. */
function samplesOf(path: string): string[] {
  const found = parameter.exec(path);
  parameter.lastIndex = 0;
  if (!found) return [path];
  const words = /^\w+(\|\w+)+$/.test(found[1] ?? "") ? (found[1] ?? "").split("|") : ["1"];
  return words.flatMap((word) => samplesOf(path.replace(found[0], word)));
}

function expressionOf(path: string): RegExp {
  const fixed = path.split(/:\w+(?:\{[^}]+\})?/).map((part) => part.replaceAll(/[.$]/g, String.raw`\$&`));
  const variable = [...path.matchAll(parameter)].map(([, pattern = "[^/]+"]) => `(?:${pattern})`);
  return new RegExp(`^${fixed.map((part, index) => part + (variable[index] ?? "")).join("")}$`);
}
