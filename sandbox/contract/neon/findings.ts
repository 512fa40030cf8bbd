import type { ErrorObject } from "ajv";

/** What openapi-backend found, in sentences. Values of the answer are not repeated: some are secrets. */
export function describe(errors: readonly ErrorObject[]): string[] {
  return [...new Set(errors.map(sentence))];
}

function sentence(error: ErrorObject): string {
  const place = error.instancePath.split("/").slice(1).join(".");
  const params = error.params as Record<string, unknown>;
  const field = (name: unknown): string => [place, String(name)].filter((part) => part !== "").join(".");
  const subject = place === "" ? "the body" : place;
  switch (error.keyword) {
    case "required":
      return `${field(params["missingProperty"])} is missing`;
    case "additionalProperties":
      return `${field(params["additionalProperty"])} is a field that the document does not know`;
    case "enum":
      return `${subject} should be one of ${(params["allowedValues"] as unknown[]).map(String).join(", ")}`;
    case "type":
      return `${subject} should be ${[params["type"]].flat().join(" or ")}`;
    default:
      return `${subject} ${error.message ?? `fails ${error.keyword}`}`;
  }
}
