/** A secret that a vendor or a person makes, and how a person replaces it. */
export interface GivenSecret {
  readonly what: string;
  /** In order. STACK and ENVIRONMENT stand for those of the command. */
  readonly steps: readonly string[];
}

const inGitHub = (name: string): string =>
  `Put it into the GitHub environment, and into preview where that has the same one: gh secret set ${name} --env ENVIRONMENT`;
const tried = "Try it: bin/rollout doctor --stack STACK";

/** Secrets of the workflows' table in docs/secrets.md, by name. Where not said otherwise old and new are valid together. */
export const givenSecrets: Readonly<Record<string, GivenSecret>> = {
  NEON_API_KEY: {
    what: "key of Neon's API",
    steps: [
      "Make another: Neon console, organization settings, API keys (https://console.neon.tech)",
      inGitHub("NEON_API_KEY"),
      `Set NEON_API_KEY to it in your shell. ${tried}`,
      "Revoke the old one in the same place",
    ],
  },
  FLY_API_TOKEN: {
    what: "token of Fly.io",
    steps: [
      "Make another: fly tokens create org",
      "Set FLY_ACCESS_TOKEN to it in your shell, and bring it to the GitHub environment: bin/rollout up --stack STACK",
      "Set the one of preview, where that has the same: gh secret set FLY_API_TOKEN --env preview",
      "Revoke the old one: fly tokens list, then fly tokens revoke ID",
    ],
  },
  VERCEL_TOKEN: {
    what: "token of Vercel",
    steps: [
      "Make another, with the scope of the team alone: https://vercel.com/account/tokens",
      "Set VERCEL_API_TOKEN to it in your shell, and bring it to the GitHub environment: bin/rollout up --stack STACK",
      "Set the one of preview, where that has the same: gh secret set VERCEL_TOKEN --env preview",
      "Delete the old one in the same place",
    ],
  },
  RAILWAY_API_TOKEN: {
    what: "token of Railway",
    steps: [
      "Make another, of the workspace: https://railway.com/account/tokens",
      "Put it into the GitHub environment: gh secret set RAILWAY_API_TOKEN --env ENVIRONMENT",
      `Set RAILWAY_API_TOKEN to it in your shell. ${tried}`,
      "Delete the old one in the same place",
    ],
  },
  FLY_REGISTRY_TOKEN: {
    what: "token by which Railway pulls the workers' image",
    steps: [
      "Make another for the app of rollout:fly.imageApp: fly tokens create deploy --app IMAGE-APP",
      "Put it into the GitHub environment: gh secret set FLY_REGISTRY_TOKEN --env ENVIRONMENT",
      "Set FLY_REGISTRY_TOKEN to it in your shell, and roll a change of the worker out: Railway gets the token with a deployment",
      "Revoke the old one after that: fly tokens list --app IMAGE-APP, then fly tokens revoke ID",
    ],
  },
  ROLLOUT_APP_PRIVATE_KEY: {
    what: "private key of the rollout's GitHub App",
    steps: [
      "Make another: the App's settings at GitHub, Private keys, Generate a private key",
      "Set it from the file: gh secret set ROLLOUT_APP_PRIVATE_KEY --env ENVIRONMENT < KEY.pem, and delete the file",
      "Try it by the next job of the environment",
      "Delete the old key in the App's settings, once staging and production have the new one",
    ],
  },
  ROLLOUT_GITHUB_TOKEN: {
    what: "fine-grained token of the workflows, without an App",
    steps: [
      "Make another with the same rights: https://github.com/settings/personal-access-tokens",
      "Set it: gh secret set ROLLOUT_GITHUB_TOKEN --env ENVIRONMENT",
      "Delete the old one in the same place",
    ],
  },
  ROLLOUT_SIGNING_KEY: {
    what: "key that signs the record of the environment",
    steps: [
      "Make another, which is listed next to the old one: bin/rollout signing-key --stack STACK",
      "Commit and merge the stack files",
      "Set it: pulumi config get rollout:signingKey --stack STACK | gh secret set ROLLOUT_SIGNING_KEY --env ENVIRONMENT",
    ],
  },
  PULUMI_ACCESS_TOKEN: {
    what: "token of Pulumi Cloud",
    steps: [
      "Make another: https://app.pulumi.com/account/tokens",
      inGitHub("PULUMI_ACCESS_TOKEN"),
      "Delete the old one in the same place",
    ],
  },
  PULUMI_CONFIG_PASSPHRASE: {
    what: "passphrase of the state; the old one ends at once",
    steps: [
      "While no rollout runs: pulumi stack change-secrets-provider passphrase --stack STACK",
      inGitHub("PULUMI_CONFIG_PASSPHRASE"),
      "Set PULUMI_STACK_ADDITION again where it has encryptionsalt or encrypted values: docs/secrets.md",
    ],
  },
};

/** The steps for a stack and its environment, as printed. */
export function stepsText(name: string, stack: string, environment: string): string {
  const { what, steps } = givenSecrets[name] ?? { what: name, steps: [] };
  const lines = steps.map(
    (step, at) =>
      `  ${String(at + 1)}. ${step.replaceAll(/\bSTACK\b/g, stack).replaceAll(/\bENVIRONMENT\b/g, environment)}`,
  );
  return `${name}, ${what}, is replaced by a person; nothing was changed:\n${lines.join("\n")}\n`;
}
