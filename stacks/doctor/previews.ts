import type { Check, Finding } from "./check.ts";
import { holds, setCommand, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/**
 * What environments of pull requests share with staging and production. Their code runs with the tokens of the GitHub environment
 * `preview`, whose rights no read shows; a vendor's token cannot be narrower than a project or an organization.
 */
export function previewChecks({ stack, kind, settings }: DoctorContext): readonly Check[] {
  if (!kind.makesShared) return [];
  const { neon, fly, vercel, previews = {} } = settings;
  const shared = [
    ...(previews.neon === undefined
      ? [
          {
            what: `the Neon project ${neon.project}`,
            fix: ["previews.neon.project", `${neon.project}-previews`] as const,
          },
        ]
      : []),
    ...(previews.fly === undefined
      ? [
          {
            what: `the Fly organization ${fly.organization}`,
            fix: ["previews.fly.organization", "ORGANIZATION"] as const,
          },
        ]
      : []),
    ...(previews.vercel === undefined
      ? [
          {
            what: `the Vercel project ${vercel.project}`,
            fix: ["previews.vercel.project", `${vercel.project}-previews`] as const,
          },
        ]
      : []),
  ];
  const look = (): Promise<Finding> =>
    Promise.resolve(
      shared.length === 0
        ? holds("environments of pull requests have projects of their own")
        : unknown(
            `environments of pull requests share ${shared.map(({ what }) => what).join(", ")} with production: a token for them ` +
              "reaches production too, and their code has it. Which tokens the GitHub environment preview has, no read shows",
            shared.map(({ fix: [setting, value] }) => setCommand(stack, setting, value)).join("; "),
          ),
    );
  return [{ name: "Pull requests", look }];
}
