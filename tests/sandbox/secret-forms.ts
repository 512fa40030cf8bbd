/** One way in which a secret can stand in a text and still be read. */
export interface SecretForm {
  readonly form: "raw" | "JSON" | "URL-encoded" | "base64" | "hex";
  readonly text: string;
}

/** All of them, each text once. */
export function secretForms(secret: string): readonly SecretForm[] {
  const hex = Buffer.from(secret).toString("hex");
  const urlEncoded = encodeURIComponent(secret);
  const texts: readonly (readonly [SecretForm["form"], readonly string[]])[] = [
    ["raw", [secret]],
    ["JSON", [JSON.stringify(secret).slice(1, -1)]],
    [
      "URL-encoded",
      [
        urlEncoded,
        urlEncoded.replaceAll(/%../g, (code) => code.toLowerCase()),
        new URLSearchParams([["", secret]]).toString().slice(1),
      ],
    ],
    ["base64", [0, 1, 2].flatMap((shift) => base64Inside(secret, shift))],
    ["hex", [hex, hex.toUpperCase()]],
  ];
  const forms = new Map<string, SecretForm>();
  for (const [form, each] of texts)
    for (const text of each) if (!forms.has(text)) forms.set(text, { form, text });
  return [...forms.values()];
}

/**
 * What of the secret's base64 is the same whatever stands around it, in both alphabets.
 *
 * @param shift how many bytes stand before it, modulo 3.
 */
function base64Inside(secret: string, shift: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
  const whole = bytes
    .toString("base64")
    .slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
  return [whole, whole.replaceAll("+", "-").replaceAll("/", "_")];
}
