import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realClock } from "../../cli/watch/limit.ts";
import type { Verdict } from "../../cli/watch/verdict.ts";
import { lookingAtHealth } from "../../cli/watch/sources/health.ts";
import { scraping } from "../../cli/watch/sources/scrape.ts";
import { sendingLoad } from "../../cli/watch/sources/synthetic.ts";
import { watchRelease } from "../../cli/watch/watch-release.ts";
import { application } from "../../rollout.config.ts";
import { watchSchema } from "../../stacks/settings/schema/watch.ts";
import type { CloudAccess } from "../../infra/shared/cloud-access.ts";
import { freePort } from "../app/postgres.ts";
import type { Ended } from "./sandbox.ts";
import { outputsOf } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import { loadWeb } from "./web-load.ts";

const { sandbox } = useSandbox({ from: "staging live" });

const watch = (...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", "watch", "--stack", "staging", ...words);
const set = (setting: string, value: string): Promise<string> =>
  sandbox.read("pulumi", "config", "set", "--stack", "staging", "--path", `rollout:watch.${setting}`, value);

/** How far the Prometheus' clock is ahead, in seconds. It has no series. */
let ahead = 0;
const prometheus = createServer((request, response) => {
  const isClock = new URL(request.url ?? "/", "http://here").searchParams.get("query") === "time()";
  const result = [0, String(Date.now() / 1000 + ahead)];
  const data = isClock ? { resultType: "scalar", result } : { resultType: "vector", result: [] };
  response.writeHead(200, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ status: "success", data }));
});
const address = (): string => `http://127.0.0.1:${String((prometheus.address() as AddressInfo).port)}`;

beforeAll(async () => {
  await new Promise<void>((resolve) => void prometheus.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  prometheus.closeAllConnections();
  prometheus.close();
});

describe(
  "a watch that cannot conclude is inconclusive, does nothing, and says what to do",
  { timeout: 300_000 },
  () => {
    it("where Ctrl-C ends it", async () => {
      const { status, output } = await sandbox.interrupt(
        /Watching release/,
        ...["bin/rollout", "watch", "--stack", "staging", "--for", "10m"],
      );
      expect(status, output).toBe(6);
      expect(output).toMatch(/staging: inconclusive/);
      expect(output).toMatch(
        /not concluded: the watch was interrupted after \d+ s of 600 s\n\s+bin\/rollout watch judges the release that is live/,
      );
      expect(output).not.toMatch(/Notified|rolled back/);
    });

    it("where Prometheus is down", async () => {
      await set("prometheus", `http://127.0.0.1:${String(await freePort())}`);
      const { status, output } = await watch("--for", "2s");
      expect(status, output).toBe(6);
      expect(output).toMatch(
        /not concluded: Prometheus gives no answer \(ECONNREFUSED\)\n\s+see that it runs, that rollout:watch\.prometheus is its address/,
      );
      expect(output).not.toMatch(/Notified|rolled back/);
    });

    it("where Prometheus has no series of the application", async () => {
      await set("prometheus", address());
      await set("windowSeconds", "1");
      const { status, output } = await watch("--for", "2s");
      expect(status, output).toBe(6);
      expect(output).toMatch(
        /not concluded: Prometheus has no data of http_request_duration_seconds in the window\n\s+see that it scrapes the application/,
      );
    });

    it("where the clocks are apart, in JSON too", async () => {
      ahead = 600;
      const { status, output } = await watch("--for", "2s", "--json");
      expect(status, output).toBe(6);
      const end = JSON.parse(
        output.split("\n").findLast((line) => line.startsWith('{"kind":"end"')) ?? "{}",
      ) as Verdict;
      expect(end).toMatchObject({ result: "inconclusive", findings: [] });
      expect(end.problems[0]).toEqual({
        what: expect.stringMatching(
          /^the clock of Prometheus is (599|60\d) s ahead of this machine's, so that the time before the release/,
        ) as string,
        remedy: "set both clocks (timedatectl set-ntp true), or allow it: rollout:watch.clockSkewSeconds",
      });
    });
  },
);

/** The application and its load as they are, by windows of seconds. */
const settings = watchSchema.parse({
  ...{ everySeconds: 1, windowSeconds: 3, syntheticLoad: 10 },
  performance: { minimumRequests: 15 },
});
/** Nothing is asked of Fly, whose machines other tests watch. */
const noWorkers = { fly: { baseUrl: "http://127.0.0.1:1", token: "" } } as unknown as CloudAccess;

function watchWeb(webUrl: string, key: string): Promise<Verdict> {
  const { watch: declared = {}, web } = application;
  return watchRelease({
    sources: [
      lookingAtHealth({ webUrl, healthPath: web.healthPath, apps: {}, access: noWorkers }),
      scraping({
        url: `${webUrl}${String(declared.metricsPath)}`,
        key,
        requests: declared.requests ?? [],
        settings,
      }),
      sendingLoad({ webUrl, settings, paths: declared.safeRequests ?? [web.healthPath] }),
    ],
    ...{ watched: { parts: ["web"], measured: ["web"], counted: [] }, settings, forSeconds: 6 },
    ...{ endsWhenCondemned: true, interrupted: new AbortController().signal, clock: realClock },
  });
}

describe("the judge, over the application under load", { timeout: 300_000 }, () => {
  it("never condemns a good release in twenty watches", async () => {
    const { webUrl, smokeApiKey } = await outputsOf(sandbox, "staging");
    const load = loadWeb(`${webUrl}/api/health`);
    const verdicts: Verdict[] = [];
    for (let round = 0; round < 5; round += 1)
      verdicts.push(...(await Promise.all(Array.from({ length: 4 }, () => watchWeb(webUrl, smokeApiKey)))));
    const { requests } = await load.stop();
    expect(verdicts.flatMap(({ findings }) => findings)).toEqual([]);
    expect(verdicts).toHaveLength(20);
    // A busy machine may leave one without enough requests; that is no pass, and condemns no release either.
    expect(verdicts.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(10);
    expect(requests).toBeGreaterThan(100);
  });
});
