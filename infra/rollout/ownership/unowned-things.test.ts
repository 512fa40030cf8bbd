import { beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "../../shared/cloud-access.ts";
import { openGitHub } from "../../github/client.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { testRecords } from "../records/test-keys.ts";
import type { StackNames } from "./stack-names.ts";
import { textOf, textWithoutAccount, thingsOf } from "./stack-names.ts";
import {
  adopted,
  answerBy,
  begun,
  existing,
  existingService,
  productionNames,
  recordOf,
  stagingNames,
} from "./test-world.ts";
import { ownershipFaults } from "./unowned-things.ts";

let world: Readonly<Record<string, unknown>> = {};
/** Path whose next call is answered 500. */
let failing: string | undefined;
const { access, calls } = useTestApi((call) => {
  if (failing === undefined || !call.url.startsWith(failing)) return answerBy(world, call);
  failing = undefined;
  return { status: 500, body: { error: { message: "try again" } } };
});
const repository = { owner: "o", repository: "r", records: testRecords };

beforeEach(() => {
  world = existing;
  calls.length = 0;
});

async function faults(names: StackNames, before?: StackNames): Promise<readonly string[]> {
  const clouds: CloudAccess = {
    ...{ neon: access, vercel: access, github: access, railway: access },
    fly: { ...access, graphqlUrl: access.baseUrl },
  };
  const place = { ...repository, environment: names.github.environment, names };
  return ownershipFaults(place, await openGitHub(access), clouds, before);
}

const allOf = (names: StackNames): readonly string[] => thingsOf(names).map(textOf);

describe("what exists under a stack's names before its first rollout", () => {
  it("is named, everything at once, with what a rollout would do to it; nothing is written", async () => {
    expect(await faults(stagingNames)).toEqual([
      "Neon project shop exists and was not made by this stack (p1 in aws-eu-central-1): its history would be kept as long as the settings keep it",
      "Neon branch shop/staging exists and was not made by this stack (br-staging with the roles shop_staging and report): each of its roles would get a new password: shop_staging, report",
      "Neon role shop/staging/shop_staging exists and was not made by this stack (can log in): it would get a new password",
      "Neon database shop/staging/shop exists and was not made by this stack (owned by report): it would get the owner shop_staging, and the migrations would run on it",
      "Fly app shop-worker exists and was not made by this stack (1 machine, the secrets DATABASE_URL and STRIPE_KEY): its secrets STRIPE_KEY would be deleted; DATABASE_URL would get other values; its machines would run the release",
      "Fly app shop-images exists and was not made by this stack (it exists): images would be pushed to its registry",
      "Vercel project team_1/shop exists and was not made by this stack (prj_1): its Node version, deployment protection and the deployments of pushes would be set",
      "Vercel variable team_1/shop/preview/DATABASE_URL exists and was not made by this stack (set): it would get another value",
      "Vercel domain team_1/shop-staging.vercel.app exists and was not made by this stack (an alias of dpl_1 of the project prj_2): it would show this application",
      "GitHub environment staging exists and was not made by this stack (the rules wait_timer): its rules would be those of the settings",
      "GitHub secret staging/DATABASE_URL_STAGING exists and was not made by this stack (set at 2026-01-01T00:00:00Z): it would get another value",
      "GitHub secret FLY_API_TOKEN exists and was not made by this stack (set at 2026-01-01T00:00:00Z): it would get another value",
      "GitHub ruleset main exists and was not made by this stack (active): its rules would be those of the settings",
      "to take over what exists as it is: bin/rollout adopt --stack staging",
    ]);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  it("includes a variable of several Vercel environments, which cannot be adopted as it is", async () => {
    const envs = [{ id: "env_1", key: "DATABASE_URL", type: "encrypted", target: ["production", "preview"] }];
    const others = allOf(stagingNames).filter((text) => !text.startsWith("Vercel variable"));
    world = { ...existing, ...recordOf("staging", adopted(...others)), "/v10/projects/prj_1/env": { envs } };
    expect(await faults(stagingNames)).toEqual([
      "Vercel variable team_1/shop/preview/DATABASE_URL exists and was not made by this stack (set for production and preview together): its value for the other environments would be lost",
      expect.stringMatching(
        /^Vercel variable team_1\/shop\/preview\/DATABASE_URL: set it for each environment separately first/,
      ),
    ]);
  });

  it.each(["/v10/projects/prj_1/env", "/v4/aliases/"])(
    "is read again where Vercel fails to answer %s",
    async (path) => {
      failing = path;
      expect((await faults(stagingNames)).filter((fault) => fault.startsWith("Vercel"))).toHaveLength(3);
      expect(failing).toBeUndefined();
    },
  );

  it("is nothing in empty clouds, nor is an environment or a ruleset that guards nothing", async () => {
    const rulesets = [{ id: 1, name: "main", enforcement: "disabled" }];
    world = { "/projects": { projects: [] }, "/repos/o/r/rulesets": rulesets };
    world = { ...world, "/repos/o/r/environments/staging": { name: "staging", protection_rules: [] } };
    expect(await faults(stagingNames)).toEqual([]);
  });

  it.each([
    ["an attempt that was killed has named it", begun(allOf(stagingNames))],
    ["an attempt of an earlier version, which named nothing", begun()],
    ["it was adopted", adopted(...allOf(stagingNames))],
  ])("is the stack's where %s, and no cloud but GitHub is asked", async (_how, entry) => {
    world = { ...existing, ...recordOf("staging", entry) };
    expect(await faults(stagingNames)).toEqual([]);
    expect(calls.filter(({ url }) => !url.startsWith("/repos/o/r/"))).toEqual([]);
  });

  it("is the stack's where its state has it: then nothing is asked at all", async () => {
    expect(await faults(stagingNames, stagingNames)).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe("a service on Railway", () => {
  const railway = { project: "p-1", environment: "e-1", services: ["shop-worker-service"] };
  const names = { ...stagingNames, railway };
  const text = "Railway service p-1/shop-worker-service";
  const fault = `${text} exists and was not made by this stack (a deployment works, its image is registry.example/other:1): its variables would be replaced, what runs there would be removed, and it would end with the stack`;

  it("that another has made is named before a first rollout, with the command that takes it over", async () => {
    world = { ...existing, ...existingService, ...recordOf("staging", adopted(...allOf(stagingNames))) };
    expect(await faults(names)).toEqual([
      fault,
      "to take over what exists as it is: bin/rollout adopt --stack staging",
    ]);
  });

  it("is looked for where the settings name it later, and refused where another has made it", async () => {
    world = { ...existing, ...existingService, ...recordOf("staging", begun(allOf(stagingNames))) };
    expect(await faults(names, stagingNames)).toEqual([
      fault,
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
    world = {
      ...existing,
      "railway project": { services: { edges: [] } },
      ...recordOf("staging", begun(allOf(stagingNames))),
    };
    expect(await faults(names, stagingNames)).toEqual([]);
  });

  it("belongs to the stack whose record names it, and to no other", async () => {
    world = { ...existing, ...existingService, ...recordOf("staging", begun(allOf(names))) };
    expect(await faults(names)).toEqual([]);
    const production = { ...productionNames, railway };
    world = { ...world, ...recordOf("production", adopted(...allOf(productionNames))) };
    expect(await faults(production)).toEqual([
      expect.stringContaining(`${text} exists and belongs to staging`),
      "set a name that nothing has yet in Pulumi.prod.yaml",
    ]);
  });
});

describe("a name that changes later", () => {
  const renamed = { ...stagingNames, fly: { ...stagingNames.fly, apps: ["shop-worker"] } };
  const before = { ...stagingNames, fly: { ...stagingNames.fly, apps: ["shop-old"] } };

  it("is refused where something exists that the stack has not made", async () => {
    world = { ...existing, ...recordOf("staging", begun(allOf(before))) };
    expect(await faults(renamed, before)).toEqual([
      expect.stringContaining("Fly app shop-worker exists and was not made by this stack"),
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
  });

  it("is forecast with both fixes where the state is not seen, as in a preview and by doctor", async () => {
    world = { ...existing, ...recordOf("staging", begun(allOf(before))) };
    expect(await faults(renamed)).toEqual([
      expect.stringContaining("Fly app shop-worker exists and was not made by this stack"),
      "to take over what exists as it is: bin/rollout adopt --stack staging",
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
  });

  it("is refused with the environment that it belongs to, which cannot be adopted", async () => {
    world = {
      ...existing,
      ...recordOf("staging", begun(allOf(before))),
      ...recordOf("production", begun(["Fly app shop-worker"])),
    };
    expect(await faults(renamed, before)).toEqual([
      expect.stringContaining("Fly app shop-worker exists and belongs to production"),
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
  });
});

describe("an account that changes later, with things of the same names", () => {
  const otherTeam = { ...stagingNames, vercel: { ...stagingNames.vercel, team: "team_2" } };
  const inOrganization = (organizationId: string): StackNames => ({
    ...stagingNames,
    neon: { ...stagingNames.neon, organizationId },
  });
  /** As the records of earlier versions have it. */
  const withoutAccount = thingsOf(stagingNames).map(textWithoutAccount);

  it.each([
    ["the record names the team", allOf(stagingNames)],
    ["the record of an earlier version does not", withoutAccount],
  ])("is refused at Vercel, where %s", async (_how, recorded) => {
    world = { ...existing, ...recordOf("staging", begun(recorded)) };
    expect(await faults(otherTeam, stagingNames)).toEqual([
      expect.stringContaining("Vercel project team_2/shop exists and was not made by this stack"),
      expect.stringContaining("Vercel variable team_2/shop/preview/DATABASE_URL exists"),
      expect.stringContaining("Vercel domain team_2/shop-staging.vercel.app exists"),
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
  });

  it("is refused at Neon", async () => {
    const before = inOrganization("org-1");
    world = { ...existing, ...recordOf("staging", begun(withoutAccount), begun(allOf(before))) };
    expect(await faults(inOrganization("org-2"), before)).toEqual([
      expect.stringContaining("Neon project org-2/shop exists and was not made by this stack"),
      expect.stringContaining("Neon branch org-2/shop/staging exists"),
      expect.stringContaining("Neon role org-2/shop/staging/shop_staging exists"),
      expect.stringContaining("Neon database org-2/shop/staging/shop exists"),
      "set a name that nothing has yet in Pulumi.staging.yaml",
    ]);
  });

  it("is none where the settings first name the organization of the key", async () => {
    expect(await faults(inOrganization("org-1"), stagingNames)).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("is none where the record is of an earlier version and the state is lost", async () => {
    world = { ...existing, ...recordOf("staging", begun(withoutAccount)) };
    expect(await faults(inOrganization("org-1"))).toEqual([]);
  });
});

describe("a first rollout of production", () => {
  const staging = allOf(stagingNames);

  it("takes the default branch and the project's own address of what staging made", async () => {
    world = { ...existing, ...recordOf("staging", begun(staging)) };
    expect(await faults(productionNames)).toEqual([
      expect.stringContaining(
        "Vercel variable team_1/shop/production/DATABASE_URL exists and was not made by this stack",
      ),
      "to take over what exists as it is: bin/rollout adopt --stack prod",
    ]);
  });

  it("is refused over a default branch in which a role was made out of band", async () => {
    const roles = [{ name: "neondb_owner" }, { name: "report" }].map((role) => ({
      ...role,
      protected: false,
    }));
    world = {
      ...{ ...existing, ...recordOf("staging", begun()) },
      "/projects/p1/branches/br-production/roles": { roles },
    };
    expect(await faults(productionNames)).toEqual([
      expect.stringMatching(/^Neon branch shop\/production exists .* a new password: neondb_owner, report$/),
      expect.stringContaining("Vercel variable team_1/shop/production/DATABASE_URL exists"),
      "to take over what exists as it is: bin/rollout adopt --stack prod",
    ]);
  });

  it("is refused over the default branch and the address of projects that staging adopted", async () => {
    world = { ...existing, ...recordOf("staging", adopted(...staging), begun(staging)) };
    expect(await faults(productionNames)).toEqual([
      expect.stringMatching(/^Neon branch shop\/production exists .* a new password: neondb_owner$/),
      expect.stringContaining("Vercel variable team_1/shop/production/DATABASE_URL exists"),
      expect.stringMatching(
        /^Vercel domain team_1\/shop\.vercel\.app exists .* it would show this application$/,
      ),
      "to take over what exists as it is: bin/rollout adopt --stack prod",
    ]);
  });
});
