import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { lastGood, liveOf } from "@rollout/infra/rollout/records/attempts";
import { application } from "../../rollout.config.ts";
import type { WatchDeclaration } from "../../stacks/settings/application.ts";
import { placesOf } from "../../stacks/settings/workers.ts";
import type { Session } from "../command.ts";
import type { Recorded } from "../history/recorded.ts";
import { readRecorded } from "../history/recorded.ts";
import { UsageError } from "../usage-error.ts";
import type { Watched } from "./judge.ts";
import { countingInDatabase } from "./sources/database.ts";
import { lookingAtHealth } from "./sources/health.ts";
import { askingPrometheus } from "./sources/prometheus.ts";
import { scraping } from "./sources/scrape.ts";
import type { Source } from "./sources/source.ts";
import { sendingLoad } from "./sources/synthetic.ts";

/** A live release, and all that is looked at of it. */
export interface OpenWatch {
  readonly recorded: Recorded;
  readonly live: Attempt;
  /** What a rollback would return to; absent where there is none. */
  readonly previous: Attempt | undefined;
  readonly watched: Watched;
  readonly sources: readonly Source[];
}

/** Variable with the bearer token of a Prometheus. */
const tokenVariable = "ROLLOUT_PROMETHEUS_TOKEN";
const limitMilliseconds = 60_000;

/**
 * Opens what a watch of the stack's live release looks at. Nothing is asked yet but the record and the stack's outputs.
 *
 * @throws UsageError where no release is live, or a token or setting is missing.
 */
export async function openWatch(session: Session, stack: string): Promise<OpenWatch> {
  const recorded = await readRecorded(session, stack);
  const { attempts, settings, access, place } = recorded;
  const live = liveOf(attempts);
  const [newest] = attempts;
  if (!live)
    throw new UsageError(
      `Nothing is live on ${place.environment}. Roll out: bin/rollout up --stack ${stack}`,
    );
  if (newest !== live)
    throw new UsageError(
      `The newest rollout of ${place.environment} (#${String(newest?.number)}) ${newest?.ended ? "failed" : "has not ended"}, so that it is not known what to watch. See: bin/rollout history --stack ${stack}`,
    );
  const outputs = await readOutputs(session, stack);
  const webUrl = textIn(outputs["webUrl"]) ?? live.ended?.webUrl;
  const databaseUrl = textIn(outputs["databaseUrl"]);
  const declared: WatchDeclaration = application.watch ?? {};
  const { watch } = settings;
  const { prometheus, syntheticLoad } = watch;
  const times = { begunAt: Date.parse(live.at), liveAt: Date.parse(live.ended?.at ?? live.at) };
  const ofWeb = (declared.requests ?? []).filter(({ part }) => part === "web");
  const measuresItself = syntheticLoad > 0 && webUrl !== undefined;
  const scraped =
    prometheus === undefined && webUrl !== undefined && declared.metricsPath !== undefined && ofWeb.length > 0
      ? `${webUrl}${declared.metricsPath}`
      : undefined;
  const counted = (declared.business ?? []).filter(({ sql, counter }) =>
    sql === undefined ? counter !== undefined && prometheus !== undefined : databaseUrl !== undefined,
  );
  return {
    recorded,
    live,
    previous: lastGood(attempts),
    watched: {
      parts: ["web", ...Object.keys(settings.fly.apps)],
      measured: [
        ...new Set([
          ...(measuresItself ? ["web"] : []),
          ...(prometheus === undefined
            ? scraped === undefined
              ? []
              : ["web"]
            : (declared.requests ?? []).map(({ part }) => part)),
        ]),
      ],
      counted: counted.map(({ name }) => name),
    },
    sources: [
      lookingAtHealth({ webUrl, healthPath: application.web.healthPath, ...placesOf(settings), access }),
      ...(prometheus === undefined
        ? []
        : [
            askingPrometheus({
              ...{ url: prometheus, token: session.environment[tokenVariable] },
              // What the database counts is not asked for twice.
              declared: {
                ...declared,
                business: (declared.business ?? []).filter(({ sql }) => sql === undefined),
              },
              ...{ settings: watch, ...times },
            }),
          ]),
      ...(scraped === undefined
        ? []
        : [
            scraping({ url: scraped, key: textIn(outputs["smokeApiKey"]), requests: ofWeb, settings: watch }),
          ]),
      ...(measuresItself
        ? [
            sendingLoad({
              ...{ webUrl, settings: watch },
              paths: declared.safeRequests ?? [application.web.healthPath],
            }),
          ]
        : []),
      ...(databaseUrl === undefined
        ? []
        : [
            countingInDatabase({ databaseUrl, business: declared.business ?? [], settings: watch, ...times }),
          ]),
    ],
  };
}

/** The stack's outputs, decrypted. */
async function readOutputs(
  { checkout, environment }: Session,
  stack: string,
): Promise<Readonly<Record<string, unknown>>> {
  const words = ["stack", "output", "--stack", stack, "--json", "--show-secrets", "--non-interactive"];
  const { stdout } = await promisify(execFile)("pulumi", words, {
    ...{ cwd: checkout, env: environment, timeout: limitMilliseconds },
  }).catch((error: unknown) => {
    const { stderr = "" } = error as { readonly stderr?: string };
    throw new UsageError(
      `The outputs of ${stack} cannot be read: ${stderr.trim() || (error as Error).message}`,
    );
  });
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
