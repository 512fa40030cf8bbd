import { randomBytes } from "node:crypto";
import { digest as digestOf, shortDigest } from "@rollout/infra/shared/digest";
import type { LoadDeclaration } from "../../stacks/settings/application.ts";
import { requireSafeAddress, requireVariables } from "../smoke/prepare.ts";
import { readYaml } from "../smoke/read-suite.ts";
import { duplicates, faultOf, formFaults } from "../smoke/suite-faults.ts";
import type { Request } from "../smoke/suite-schema.ts";
import type { Values } from "../smoke/variables.ts";
import { referencesIn, resolve } from "../smoke/variables.ts";
import { UsageError } from "../usage-error.ts";
import type { Profile } from "./profile-schema.ts";
import { profileSchema } from "./profile-schema.ts";

/** One of the requests that a load is mixed of. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly isJob: boolean;
  readonly request: Request;
  /** 200 to 299 where it is absent. */
  readonly status: readonly number[] | undefined;
}

/** A profile with all that it needs: nothing of it can be missing once the load begins. */
export interface PreparedLoad {
  readonly profile: Profile;
  /** Of all that decides what is sent: results of one digest can be compared. */
  readonly digest: string;
  readonly kinds: readonly Kind[];
  readonly baseUrl: string;
  readonly values: Omit<Values, "captured" | "number">;
}

/**
 * Reads a profile.
 *
 * @param file as the user named it.
 * @throws UsageError with every fault that the file has.
 */
export function readProfile(path: string, file: string): Profile {
  const parsed = profileSchema.safeParse(readYaml(path, `The load profile ${file}`));
  const faults = parsed.success ? profileFaults(parsed.data) : formFaults(parsed.error.issues, "the profile");
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new UsageError(
    `The load profile ${file} is invalid (docs/load-tests.md):\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}

const changesNothing = ["GET", "HEAD", "OPTIONS"];

/** What the form alone does not show. */
function profileFaults({ requests, ...rest }: Profile): readonly string[] {
  const references = (value: unknown): void => {
    if (referencesIn(value).some(({ kind }) => kind === "captured"))
      throw new Error(
        "a load captures no values; there are ${run.mark}, ${run.number} and ${env.SMOKE_TEST_NAME}",
      );
  };
  return [
    ...duplicates(requests.map(({ name }) => name)).map((name) => `two requests have the name ${name}`),
    ...faultOf("the profile", () => references(rest)),
    ...requests.flatMap((request) =>
      faultOf(`request ${request.name}`, () => {
        references(request);
        if (!request.job && !changesNothing.includes(request.method) && !hasMark(request))
          throw new Error("what it makes has to carry ${run.mark}, by which the clean-up finds it");
      }),
    ),
  ];
}

const hasMark = (request: object): boolean => referencesIn(request).some(({ kind }) => kind === "mark");

export interface LoadPreparation {
  readonly environment: NodeJS.ProcessEnv;
  /** As the application declares it. */
  readonly jobs: LoadDeclaration["jobs"];
  /** Of this run; random unless it is given. */
  readonly mark?: string;
}

/**
 * Looks up addresses, variables and what enqueues a job.
 *
 * @throws UsageError that names what is missing, without a value.
 */
export function prepareLoad(profile: Profile, file: string, preparation: LoadPreparation): PreparedLoad {
  const { environment, jobs, mark = `load-${randomBytes(6).toString("hex")}` } = preparation;
  const { baseUrl, defaults, requests } = profile;
  const kinds = requests.map(({ name, weight, job, status, path, ...request }): Kind => {
    if (job && !jobs)
      throw new UsageError(
        `The load profile ${file}: request ${name} enqueues a job, and rollout.config.ts declares no load.jobs (docs/load-tests.md)`,
      );
    return {
      ...{ name, weight, isJob: job, status },
      request: job && jobs ? { ...request, ...jobs.enqueue } : { ...request, path },
    };
  });
  requireVariables({ baseUrl, defaults, kinds }, `The load profile ${file}`, environment);
  const values = { environment, mark };
  const address = resolve(baseUrl, { ...values, captured: new Map() }).replace(/\/+$/, "");
  requireSafeAddress(address, `The load profile ${file}`);
  const { profile: _name, baseUrl: _address, ...sent } = profile;
  const digest = shortDigest(digestOf([sent, kinds]));
  return { profile, digest, kinds, baseUrl: address, values };
}
