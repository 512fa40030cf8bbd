import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditFaults, readExceptions, type AuditException } from "./vulnerabilities.ts";

const root = join(import.meta.dirname, "..", "..");
const advisory = "GHSA-aaaa-bbbb-cccc";
const reason = "the part of it that is vulnerable is never called";
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const exception = (until: string): AuditException => ({ advisory, reason, until });

describe("an exception", () => {
  it("holds until its date, which is at most 90 days ahead", () => {
    expect(readExceptions([exception(inDays(89))], new Date()).valid).toHaveLength(1);
    expect(readExceptions([exception(inDays(0))], new Date()).valid).toHaveLength(1);
    const past = readExceptions([exception(inDays(-1))], new Date());
    expect(past.valid).toEqual([]);
    expect(past.faults[0]).toContain(`${advisory}: its exception ended on`);
    expect(readExceptions([exception(inDays(120))], new Date()).faults[0]).toContain("within 90 days");
  });

  it("names an advisory, a reason and a date", () => {
    const { faults } = readExceptions([{ advisory: "CVE-1", reason: "no", until: "soon" }], new Date());
    expect(faults).toHaveLength(3);
  });
});

describe("a report", () => {
  const via = (severity: string) => ({
    url: `https://github.com/advisories/${advisory}`,
    title: "T",
    range: "<9",
    severity,
  });
  const report = (severity: string) => ({
    vulnerabilities: { one: { via: [via(severity)] }, two: { via: ["one"] } },
  });

  it.each([
    ["info", 0],
    ["low", 0],
    ["moderate", 1],
    ["high", 1],
    ["critical", 1],
  ])("of severity %s has %i faults", (severity, count) => {
    expect(auditFaults(report(severity), [])).toHaveLength(count);
  });

  it("takes what is excepted, and names an exception that nothing needs any more", () => {
    expect(auditFaults(report("critical"), [exception(inDays(1))])).toEqual([]);
    expect(auditFaults({ vulnerabilities: {} }, [exception(inDays(1))])[0]).toContain("delete its exception");
  });
});

/** What the registry knows: npm itself asks it. */
let severity: string | undefined;

function answer(url: string, response: ServerResponse): void {
  const at = { url: `https://github.com/advisories/${advisory}`, title: "Seeded", vulnerable_versions: "<9" };
  const known = severity === undefined ? {} : { seeded: [{ id: 1, ...at, severity }] };
  if (url.endsWith("/advisories/bulk")) response.end(JSON.stringify(known));
  else if (url === "/seeded")
    response.end(
      JSON.stringify({
        name: "seeded",
        "dist-tags": { latest: "1.0.0" },
        versions: { "1.0.0": { name: "seeded", version: "1.0.0" } },
      }),
    );
  else response.writeHead(404).end("{}");
}

describe("npm run check -- audit", () => {
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(request.url ?? "", response));
  });
  let origin: string;
  let folder: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    folder = mkdtempSync(join(tmpdir(), "audit-"));
    mkdirSync(join(folder, "tests", "check"), { recursive: true });
    const of = { name: "of-a-test", version: "1.0.0", dependencies: { seeded: "1.0.0" } };
    const seeded = { version: "1.0.0", resolved: `${origin}seeded/-/seeded-1.0.0.tgz` };
    const lock = { name: of.name, lockfileVersion: 3, packages: { "": of, "node_modules/seeded": seeded } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(of));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const audit = (exceptions: readonly AuditException[], more: NodeJS.ProcessEnv = {}) => {
    writeFileSync(join(folder, "tests", "check", "audit-exceptions.json"), JSON.stringify(exceptions));
    const program = join(root, "tests", "check", "audit-check.ts");
    const env = {
      ...process.env,
      npm_config_registry: origin,
      npm_config_cache: mkdtempSync(join(folder, "cache-")),
      ...more,
    };
    return new Promise<{ readonly status: unknown; readonly printed: string }>((resolve) => {
      const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
      execFile(process.execPath, [tsx, program], { cwd: folder, env, timeout: 120_000 }, (error, out, err) =>
        resolve({ status: error?.code ?? 0, printed: out + err }),
      );
    });
  };

  it(
    "refuses a vulnerability that the registry knows, and takes it while a dated exception holds",
    { timeout: 240_000 },
    async () => {
      severity = undefined;
      expect(await audit([])).toEqual({ status: 0, printed: "" });
      severity = "high";
      const found = await audit([]);
      expect(found.status, found.printed).toBe(1);
      expect(found.printed).toContain(`seeded <9: high: Seeded (https://github.com/advisories/${advisory})`);
      expect(await audit([exception(inDays(30))])).toEqual({ status: 0, printed: "" });
    },
  );

  it(
    "is skipped visibly where the registry does not answer, and fails there where it is required",
    { timeout: 240_000 },
    async () => {
      const gone = { npm_config_registry: "http://127.0.0.1:1/", npm_config_fetch_retry_mintimeout: "1" };
      const skipped = await audit([], gone);
      expect(skipped.status, skipped.printed).toBe(0);
      expect(skipped.printed).toContain("vulnerabilities: skipped, since the registry could not be asked");
      expect(await audit([], { ...gone, AUDIT: "required" })).toMatchObject({ status: 1 });
      severity = "high";
      const reported = await audit([], { AUDIT: "report" });
      expect(reported).toMatchObject({ status: 0 });
      expect(reported.printed).toContain("seeded <9: high: Seeded");
    },
  );
});
