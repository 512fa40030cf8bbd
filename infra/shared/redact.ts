/** Shorter texts are words that occur anyway. */
const shortest = 8;

/**
 * Takes secrets out of texts that others wrote: each value as it is, as JSON and URLs write it, and the password within an
 * address.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(withPassword).flatMap(formsOf))]
    .filter((form) => form.length >= shortest)
    // The longest first: an address holds its password.
    .sort((one, other) => other.length - one.length);
  return (text) => forms.reduce((cleaned, form) => cleaned.replaceAll(form, "[secret]"), text);
}

function withPassword(value: string): readonly string[] {
  return URL.canParse(value) ? [value, new URL(value).password] : [value];
}

function formsOf(value: string): readonly string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), decoded(value)];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
