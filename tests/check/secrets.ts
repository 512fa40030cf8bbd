import { lintSource } from "@secretlint/core";
import { creator as recommended } from "@secretlint/secretlint-rule-preset-recommend";

/** Forms of tokens that the preset does not know, of the clouds that are used here. */
const ownForms: readonly { readonly name: string; readonly form: RegExp }[] = [
  // superfly/macaroon: the version of the scheme, then base64 of the token, alone or several with commas.
  { name: "a token of Fly.io", form: /\b(?:fm[12][ar]?_[A-Za-z0-9+/=_-]{40,}|fo1_[A-Za-z0-9_-]{30,})/g },
  { name: "an API key of Neon", form: /\bnapi_[a-z0-9]{40,}/g },
  // Tests write 0123456789 there.
  { name: "a password of a Neon role", form: /\bnpg_(?!0123456789)[A-Za-z0-9]{12,}/g },
  { name: "a token of Pulumi", form: /\bpul-[0-9a-f]{40}\b/g },
  // RFC 8410: the DER of an Ed25519 private key begins so, in base64 as `bin/rollout signing-key` has it.
  { name: "an Ed25519 private key", form: /\bMC4CAQAwBQYDK2VwBCIEI[A-Za-z0-9+/]{43}=?/g },
];

/** Addresses of databases in tests: of this machine, or of names that no one can have (RFC 2606, and without a dot). */
const nowhere =
  /@(?:127\.0\.0\.1|localhost|\[::1\]|[\w-]+|(?:[\w-]+\.)*example\.(?:com|org)|[\w.-]+\.(?:test|invalid|example))(?=[:/?]|$)/;

const options = {
  config: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: recommended, options: {} }] },
  // What is found is never printed.
  maskSecrets: true,
  noPhysicFilePath: true,
};

/** The secrets in a file, one line each with its place, its kind and what to do; the secret itself is in none. */
export async function secretsIn(path: string, content: string): Promise<readonly string[]> {
  const { messages } = await lintSource({
    source: { filePath: path, content, contentType: "text", ext: "" },
    options,
  });
  const ofPreset = messages
    .filter(({ ruleId, range: [from, to] }) => {
      if (!ruleId.endsWith("database-connection-string")) return true;
      return !nowhere.test(content.slice(from, to));
    })
    .map(({ ruleId, range: [at] }) => ({ at, kind: ruleId.replace(/^.*secretlint-rule-/, "") }));
  const own = ownForms.flatMap(({ name, form }) =>
    [...content.matchAll(form)].map(({ index }) => ({ at: index, kind: name })),
  );
  return [...ofPreset, ...own]
    .sort((one, other) => one.at - other.at)
    .map(({ at, kind }) => {
      const line = content.slice(0, at).split("\n").length;
      return `${path}:${String(line)}: found a secret (${kind}): revoke it at its vendor, then take it out of the history`;
    });
}
