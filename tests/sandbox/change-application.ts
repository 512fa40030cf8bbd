import type { Checkout } from "./checkout.ts";

/** The parts of the application that a release can change on their own, and a module that only that part is built from. */
const entries = {
  worker: "src/workers/entries/worker.ts",
  regenerator: "src/workers/entries/regenerator.ts",
  web: "src/api/vercel.ts",
} as const;

/**
 * Makes the web fail one of ten requests once it has answered a hundred, so that neither its rollout nor its smoke test sees it. By
 * Node's own answers, so that it depends on no text of the application.
 */
export function failRequests(checkout: Checkout): void {
  const fault = [
    'import { ServerResponse } from "node:http";',
    "const { writeHead } = ServerResponse.prototype as unknown as Record<string, (...all: unknown[]) => unknown>;",
    "let answered = 0;",
    "Object.assign(ServerResponse.prototype, {",
    "  writeHead(status: number, ...rest: unknown[]) {",
    "    answered += 1;",
    "    const isFaulty = answered > 100 && answered % 10 === 0;",
    "    return writeHead?.call(this, isFaulty ? 500 : status, ...rest);",
    "  },",
    "});",
  ];
  checkout.write(entries.web, [...fault, checkout.read(entries.web)].join("\n"));
}

/** Makes the web answer each request 3 s late once it has answered a hundred. */
export function slowRequests(checkout: Checkout): void {
  delayRequests(checkout, 3_000, 100);
}

/** Makes the web answer each request later by so many milliseconds, once it has answered so many. A second call replaces the first. */
export function delayRequests(checkout: Checkout, milliseconds: number, once = 0): void {
  const imported = 'import { ServerResponse } from "node:http";';
  const [begin, end] = ["// The delay begins.", "// The delay ends."];
  const fault = [
    "const { end } = ServerResponse.prototype as unknown as Record<string, (...all: unknown[]) => unknown>;",
    "let answered = 0;",
    "Object.assign(ServerResponse.prototype, {",
    "  end(...all: unknown[]) {",
    "    answered += 1;",
    `    if (answered <= ${String(once)}) return end?.apply(this, all);`,
    `    setTimeout(() => end?.apply(this, all), ${String(milliseconds)});`,
    "    return this;",
    "  },",
    "});",
  ];
  const text = checkout.read(entries.web);
  const own = text.includes(end) ? text.slice(text.indexOf(end) + end.length + 1) : text;
  checkout.write(entries.web, [begin, imported, ...fault, end, own].join("\n"));
}

/** Makes a worker keep more and more, from half a minute after its start on, until it runs out of memory and is started again. */
export function leakMemory(checkout: Checkout): void {
  const fault = [
    "const kept: unknown[] = [];",
    "const leak = (): number => kept.push(Array.from({ length: 1_000_000 }, (_each, index) => ({ index })));",
    "setTimeout(() => setInterval(leak, 100), 30_000);",
  ];
  checkout.write(entries.worker, [...fault, checkout.read(entries.worker)].join("\n"));
}

/**
 * Makes parts of the application differ from every release before, without changing what they do. Each mark gives another
 * build. The statement is added in front, so that it depends on no text of the application.
 */
export function changeApplication(
  checkout: Checkout,
  mark: string,
  ...parts: readonly (keyof typeof entries)[]
): void {
  for (const part of parts) {
    const file = entries[part];
    const others = checkout
      .read(file)
      .split("\n")
      .filter((line) => !line.startsWith("Object.assign(globalThis, { release:"));
    const statement = `Object.assign(globalThis, { release: ${JSON.stringify(mark)} });`;
    checkout.write(file, [statement, ...others].join("\n"));
  }
}
