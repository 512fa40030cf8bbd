import type { WatchSettings } from "../../stacks/settings/schema/watch.ts";
import type { PartHealth, Sample } from "./sample.ts";
import type { CheckResult, Finding } from "./verdict.ts";
import { timeText } from "./verdict.ts";

interface Look extends PartHealth {
  readonly at: number;
}

/**
 * Whether a part is well: so many failures in a row within a time condemn it, so many successes in a row within a time clear that,
 * and so many restarts within the window condemn it too.
 *
 * @param looks oldest first.
 */
export function judgeHealth(part: string, samples: readonly Sample[], settings: WatchSettings): CheckResult {
  const looks = samples.flatMap(({ at, health }) =>
    health.filter((each) => each.part === part).map((each): Look => ({ ...each, at })),
  );
  const checks = byFailures(part, looks, settings);
  const restarted = byRestarts(part, looks, settings);
  const last = looks.at(-1);
  const isUnseen = last === undefined || looks.every(({ isGood }) => isGood === undefined);
  return {
    evidence: [...checks.evidence, ...restarted.evidence],
    findings: [...checks.findings, ...restarted.findings],
    cleared: checks.cleared,
    problems: isUnseen
      ? [
          {
            what: `whether ${part} is well cannot be seen${last ? ` (${last.seen})` : ""}`,
            remedy: "bin/rollout doctor names a token or right that is missing; the next watch looks again",
          },
        ]
      : looks.filter(({ isGood }) => isGood !== undefined).length < settings.health.successes
        ? [{ what: `${part} was looked at too few times`, remedy: "watch longer: --for 10m" }]
        : last.isGood === false && checks.findings.length === 0
          ? [
              {
                what: `${part} failed when the watch ended (${last.seen}), too shortly to condemn it`,
                remedy: "watch again: bin/rollout watch",
              },
            ]
          : [],
  };
}

function byFailures(
  part: string,
  looks: readonly Look[],
  { health }: WatchSettings,
): Pick<CheckResult, "evidence" | "findings" | "cleared"> {
  let [bad, good]: [Look[], Look[]] = [[], []];
  let tripped: Finding | undefined;
  const cleared: Finding[] = [];
  const known = looks.filter(({ isGood }) => isGood !== undefined);
  const base = {
    kind: "health",
    part,
    check: "health",
    limit: `${String(health.failures)} failures in a row within ${String(health.withinSeconds)} s`,
    from: timeText(known[0]?.at ?? 0),
    until: timeText(known.at(-1)?.at ?? 0),
    looks: known.length,
  } as const;
  for (const look of known) {
    if (look.isGood) [bad, good] = [[], [...good, look].slice(-health.successes)];
    else [bad, good] = [[...bad, look].slice(-health.failures), []];
    if (bad.length === health.failures && spanOf(bad) <= health.withinSeconds)
      tripped ??= { ...base, seen: look.seen, violatedAt: bad.map(({ at }) => timeText(at)) };
    if (tripped && good.length === health.successes && spanOf(good) <= health.clearWithinSeconds) {
      cleared.push(tripped);
      tripped = undefined;
    }
  }
  const last = known.at(-1);
  return {
    evidence: last ? [{ ...base, seen: last.seen }] : [],
    findings: tripped ? [tripped] : [],
    cleared,
  };
}

function byRestarts(
  part: string,
  looks: readonly Look[],
  { health, windowSeconds }: WatchSettings,
): Pick<CheckResult, "evidence" | "findings"> {
  const restarts = looks.flatMap(({ at, restarts: seen }) => seen.map((text) => ({ at, text })));
  const base = {
    kind: "health" as const,
    ...{ part, check: "restarts", windowSeconds },
    limit: `fewer than ${String(health.restarts)}`,
    ...{ from: timeText(looks[0]?.at ?? 0), until: timeText(looks.at(-1)?.at ?? 0), looks: looks.length },
  } as const;
  const fatal = restarts.findIndex((_each, index) => {
    const enough = restarts.slice(index, index + health.restarts);
    return enough.length === health.restarts && spanOf(enough) <= windowSeconds;
  });
  const texts = restarts.map(({ text }) => text).join("; ");
  const seen = texts === "" ? "none" : `${String(restarts.length)}: ${texts}`;
  if (looks.length === 0) return { evidence: [], findings: [] };
  return {
    evidence: [{ ...base, seen }],
    findings:
      fatal === -1
        ? []
        : [
            {
              ...{ ...base, seen },
              violatedAt: restarts.slice(fatal, fatal + health.restarts).map(({ at }) => timeText(at)),
            },
          ],
  };
}

/** In seconds, from the first to the last. */
function spanOf(looks: readonly { readonly at: number }[]): number {
  return ((looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0)) / 1000;
}
