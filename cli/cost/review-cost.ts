import { readFileSync } from "node:fs";
import { join } from "node:path";
import { application } from "../../rollout.config.ts";
import { kindOf } from "../../stacks/environments.ts";
import { parseSettings, settingsIn } from "../../stacks/settings/parse-settings.ts";
import { words } from "../review/escape.ts";
import { declaredAt } from "./at-commit.ts";
import { differenceLines, monthText, signed } from "./cost-text.ts";
import { declaredBy } from "./declared.ts";
import type { Estimate } from "./estimate.ts";
import { estimate, usualUse } from "./estimate.ts";

/** What a reviewer is shown of the costs. */
export interface ReviewCost {
  readonly estimate: Estimate;
  /** Of the release that is live; absent where none is, or this clone lacks it. */
  readonly live?: Estimate;
}

/**
 * What a planned rollout costs, and the live release; undefined where the settings or files cannot be read, which the preview
 * has reported then.
 *
 * @param config of the stack, as the engine has it: a text, or JSON.
 */
export function reviewCost(
  root: string,
  stack: string,
  config: Readonly<Record<string, string>>,
  live: string | undefined,
): ReviewCost | undefined {
  const name = stack.split("/").at(-1) ?? "";
  const kind = kindOf(name);
  if (!kind) return undefined;
  const { settings } = parseSettings(settingsIn(parsed(config)), name, application);
  if (!settings) return undefined;
  const now = unlessFailed(() =>
    declaredBy(settings, kind, (file) => readFileSync(join(root, file), "utf8")),
  );
  const before = live === undefined ? undefined : unlessFailed(() => declaredAt(root, name, kind, live));
  if (!now) return undefined;
  return {
    estimate: estimate(now, usualUse),
    ...(before ? { live: estimate(before, usualUse) } : {}),
  };
}

function parsed(config: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).map(([key, text]) => [key, unlessFailed((): unknown => JSON.parse(text)) ?? text]),
  );
}

function unlessFailed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** As a part of the preview's comment, in which a dollar sign would begin a formula. */
export function costMarkdown({ estimate: now, live }: ReviewCost): string {
  const lines = live ? differenceLines(live, now).map((line) => `- ${words(line)}`) : [];
  const change = live ? now.total.usual - live.total.usual : 0;
  const against = !live
    ? ""
    : lines.length === 0
      ? ", as the live release"
      : `, ${signed(change)} against the live release`;
  return [`**Estimated cost**: ${words(`${monthText(now.total)}${against}`)}`, ...lines, ""].join("\n");
}
