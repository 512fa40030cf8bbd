import type { RolloutEnd } from "../progress/rollout-progress.ts";
import { code, words } from "../review/escape.ts";
import { markerOf } from "../review/markdown.ts";

export interface CommentArgs {
  /** `pr-42` */
  readonly name: string;
  /** When it ends automatically (RFC 3339). */
  readonly expiresAt: string;
  readonly outputs: RolloutEnd["outputs"];
}

/** The comment of a pull request on its environment. */
export function commentOf({ name, expiresAt, outputs }: CommentArgs): string {
  const text = (key: string): string => {
    const value = outputs[key];
    return typeof value === "string" ? value : "unknown";
  };
  return [
    markerOf(name),
    `### The environment ${name}`,
    "",
    words(text("webUrl")),
    "",
    `Release ${code(text("release"))}; ${words(text("smoke"))}.`,
    `It goes when this pull request is closed, or at ${expiresAt}.`,
    "",
    `Its job has the tokens of environments of pull requests. What a rollout to staging would do, a member asks for, and the program of main ` +
      `shows it: ${code(`gh workflow run preview.yml --ref main -f pull-request=${name.replace("pr-", "")}`)}`,
    "",
  ].join("\n");
}
