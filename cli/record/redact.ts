/** What stands in place of a secret. */
export const redacted = "REDACTED";

/** Fields whose value is a secret, in what the clouds are sent and answer. */
const secretField =
  /(password|secret|token|inviteCode|deployHooks)$|^(connection_uri|uri|encrypted_value|values?|env|protectionBypass)$/i;

/** Headers that identify the caller. */
export const secretHeader = /^(authorization|cookie|set-cookie|x-vercel-protection-bypass|x-api-key)$/i;

/** Shorter values, and plain words, stand in other places, too: `production`. They are taken out of their fields alone. */
const shortestSecret = 12;
const isSecret = (value: string): boolean => value.length >= shortestSecret && !/^[a-z-]+$/.test(value);

/** Collects the secrets of a run, and takes them out of what is written down. */
export interface Redactor {
  /** Takes the secrets out of a body, and remembers them. What cannot be read as JSON is left out. */
  body(text: string): string | undefined;
  /** Takes every secret that any body had out of a text, in all its forms. */
  text(text: string): string;
}

/** @param known Secrets that are known from the beginning: the tokens of the run. */
export function openRedactor(known: readonly string[]): Redactor {
  const secrets = new Set(known.filter(isSecret));

  const hide = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(hide);
    // A map of secrets by name keeps its names; where the names are the secrets they are remembered by `visit`.
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hide(each)]));
    if (typeof value !== "string" || value === "") return value;
    if (isSecret(value)) secrets.add(value);
    for (const part of passwordsIn(value)) secrets.add(part);
    return redacted;
  };
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        if (name === "protectionBypass") for (const secret of namesIn(each)) secrets.add(secret);
        // Of a list of variables, the values alone are secrets.
        const isHidden =
          isVariables(name, each, value) ||
          (secretField.test(name) && !(name === "env" && Array.isArray(each)));
        return [name, isHidden ? hide(each) : visit(each)];
      }),
    );
  };

  return {
    body: (text) => {
      try {
        return JSON.stringify(visit(JSON.parse(text)));
      } catch {
        return undefined;
      }
    },
    text: (text) => {
      const forms = [...secrets].flatMap(formsOf).sort((one, other) => other.length - one.length);
      return forms.reduce((rest, form) => rest.replaceAll(form, redacted), text);
    },
  };
}

/** Variables by name, as Railway has them; what stands next to a query of GraphQL are its own parameters. */
const isVariables = (name: string, each: unknown, around: object): boolean =>
  name === "variables" && !("query" in around) && typeof each === "object" && !Array.isArray(each);

const namesIn = (thing: unknown): readonly string[] =>
  typeof thing === "object" && thing !== null ? Object.keys(thing) : [];

/** The password of an address. */
function passwordsIn(value: string): readonly string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  return [password, decodeURIComponent(password)].filter(isSecret);
}

/** How a secret may stand in JSON, an address, or what is encoded. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const inBase64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // The letters at both ends depend on what stands next to it.
    const inner = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((bytes.length + shift) * 8) / 6));
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const encoded = encodeURIComponent(secret);
  const forms = [
    ...[secret, json, JSON.stringify(json).slice(1, -1), encoded],
    ...[
      encoded.replaceAll(/%../g, (code) => code.toLowerCase()),
      new URLSearchParams([["", secret]]).toString().slice(1),
    ],
    ...[...inBase64, bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
  ];
  return [...new Set(forms)];
}
