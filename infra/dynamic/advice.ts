import type { Cloud } from "../shared/cloud-names.ts";
import { cloudNames, statusPages } from "../shared/cloud-names.ts";

/** What a cloud answered to a call that failed. */
export interface FailedAnswer {
  readonly cloud: Cloud;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** The vendor's words, without its client's. */
  readonly words: string;
  /** The vendor's own name of the fault, where it has one. */
  readonly code?: string | undefined;
  /** Rights that the token lacks, where the vendor names them. */
  readonly missingRight?: string | undefined;
  /** Whether headers show that it is a limit of calls. */
  readonly isRateLimit?: boolean | undefined;
  /** Whether it cannot be the cloud's own answer: a page, or JSON that is cut off. */
  readonly isUnreadable?: boolean | undefined;
}

const tokens: Readonly<Record<Cloud, string>> = {
  neon: "NEON_API_KEY",
  fly: "FLY_ACCESS_TOKEN",
  vercel: "VERCEL_API_TOKEN",
  github: "GITHUB_TOKEN",
  railway: "RAILWAY_API_TOKEN",
};

const again = "run the command again: it continues where it stopped";

interface Rule {
  readonly fits: (answer: FailedAnswer & { readonly status: number }) => boolean;
  readonly says: (answer: FailedAnswer) => string;
}

/** No room for a machine, under several statuses (Kilo-Org/cloud#388, #412, #787; superfly/fly-go's tests). */
const noRoom =
  /insufficient (resources|capacity|memory|cpu)|insufficient_capacity|no capacity|out of capacity|could ?n[o']t reserve/i;
/** A limit that a plan or an account has, and time alone does not end. */
const quota =
  /quota|limit (is |was )?(reached|exceeded)|exceeds? the limit|exceeded the (maximum|limit)|maximum (number|amount)|upgrade (your|to)|payment|billing/i;
const isOf =
  (...statuses: readonly number[]) =>
  ({ status }: { readonly status: number }): boolean =>
    statuses.includes(status);

/** The first that fits; the body comes before the status, which vendors use for several things. */
const rules: readonly Rule[] = [
  {
    fits: ({ isUnreadable }) => isUnreadable === true,
    says: ({ cloud }) =>
      `It is not known whether ${cloudNames[cloud]} carried it out: the connection may have ended early, or a proxy or a login page of the network has answered. Look for that, then ${again}.`,
  },
  {
    fits: ({ status }) => status < 400,
    says: ({ cloud }) =>
      `If it stays so, the client in package.json is older than ${cloudNames[cloud]}'s API. Else ${again}.`,
  },
  {
    fits: isOf(401),
    says: ({ cloud }) =>
      `${tokens[cloud]} is not accepted: make a new one (docs/secrets.md describes how), then ${again}.`,
  },
  {
    fits: ({ cloud, code }) => cloud === "vercel" && code === "alias_in_use",
    says: () =>
      `Another Vercel account has that name: all share those under vercel.app. Set another one as rollout:vercel.domain, then ${again}.`,
  },
  {
    // Vercel's uploads and deployments of a day are 402 or 429 (colophon-group/jobseek#6802, vercel/vercel#17426).
    fits: ({ words }) => /try again in \d+ (hour|day)/i.test(words),
    says: ({ cloud }) =>
      `That limit of your plan ends at the time that ${cloudNames[cloud]} names, or with a larger plan; then ${again}.`,
  },
  {
    fits: ({ status, isRateLimit, words }) =>
      status === 429 ||
      isRateLimit === true ||
      (status === 403 && /rate.?limit|too many requests/i.test(words)),
    says: () => `It was asked too often; wait a minute, then ${again}.`,
  },
  {
    fits: ({ cloud, words }) => cloud === "fly" && noRoom.test(words),
    says: () =>
      "Fly.io has no room for such a machine there at the moment. Set other regions or another size " +
      `(rollout:fly.machines), or wait; then ${again}.`,
  },
  {
    fits: ({ cloud, status, words }) =>
      cloud === "fly" && status === 412 && /min_secrets_version/.test(words),
    says: () => `Fly.io has not spread the app's new secrets yet; wait a minute, then ${again}.`,
  },
  {
    fits: ({ status, words }) => status === 402 || (status < 500 && status !== 404 && quota.test(words)),
    says: ({ cloud }) =>
      `That is a limit of your plan or account at ${cloudNames[cloud]}, which names it: remove what is not needed or change the plan, then ${again}.`,
  },
  {
    fits: isOf(403),
    says: ({ cloud, missingRight }) => {
      const right = missingRight ? ` (${missingRight})` : "";
      return `${tokens[cloud]} lacks the right for it${right}: docs/secrets.md lists those that it needs.`;
    },
  },
  {
    fits: isOf(404),
    says: ({ cloud }) =>
      `It is not there, or ${tokens[cloud]} may not see it: look at the names in the stack's settings; after a change outside of Pulumi: pulumi up --refresh.`,
  },
  {
    fits: isOf(409),
    says: () =>
      `Something else holds it or has its name: look at the names in the stack's settings, then ${again}.`,
  },
  {
    fits: isOf(400, 422),
    says: () => "It does not take these values: look at the stack's settings.",
  },
  {
    fits: isOf(423),
    says: () => `Another operation is under way there; wait for its end, then ${again}.`,
  },
  {
    fits: ({ status }) => status >= 500,
    says: ({ cloud }) =>
      `That is ${cloudNames[cloud]}'s own failure, see ${statusPages[cloud]}; then ${again}.`,
  },
];

/** What helps, by what came back. What is not known is not explained. */
export function advice(answer: FailedAnswer): string {
  const { status, cloud } = answer;
  if (status === undefined) return `Is the network there, and the address right? Then ${again}.`;
  const rule = rules.find(({ fits }) => fits({ ...answer, status }));
  return (
    rule?.says(answer) ??
    `What ${cloudNames[cloud]} means by ${String(status)} here is not known; its own words are above. bin/rollout doctor checks tokens, plans and names.`
  );
}
