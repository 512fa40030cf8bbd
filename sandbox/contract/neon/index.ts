import { OpenAPIRouter, OpenAPIValidator, type Document } from "openapi-backend";
import addFormats, { type FormatsPlugin } from "ajv-formats";
import type { CheckCall, CloudContract } from "../call.ts";
import { describe } from "./findings.ts";
import { isPresent, reportedOfRequest } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { neonDocument } from "./document.ts";

export const neon: CloudContract = {
  calls,
  document,
  bases: ["/api/v2"],
  prepare: () => neonDocument.prepare(),
  open: () => openCheck(neonDocument.read()),
};

/** Holds answers, and the requests that were taken, against Neon's document by openapi-backend. */
function openCheck(definition: Document): CheckCall {
  const router = new OpenAPIRouter({ definition });
  const validator = new OpenAPIValidator({
    definition,
    router,
    lazyCompileValidators: true,
    coerceTypes: true,
    // For each answer ajv compiles a function: its document was read and made strict by us, and is no input to check again.
    ajvOpts: { allErrors: true, meta: false, validateSchema: false, code: { optimize: false } },
    customizeAjv: (ajv) => {
      // The module is CommonJS: depending on who loads it, the function is it or is its default.
      const add = (addFormats as unknown as { default?: FormatsPlugin }).default ?? addFormats;
      (add as unknown as (ajv: unknown) => void)(ajv);
      for (const name of ["int", "uint64"])
        ajv.addFormat(name, { type: "number", validate: (value: number) => Number.isInteger(value) });
      return ajv;
    },
  });
  // The router reads the complete document for each that it is asked for.
  const operations = new Map(router.getOperations().map((each) => [each.operationId, each]));
  return ({ operation: id }, seen, path) => {
    const findings: string[] = [];
    const { method, status, body } = seen;
    const operation = operations.get(id);
    if (!operation) throw new Error(`Internal error: Neon's document was kept without ${id}`);
    const responses = operation.responses ?? {};
    const answer = (responses[status] ?? responses["default"]) as
      { content?: Record<string, unknown> } | undefined;
    if (!answer) findings.push(`status ${status} is not documented`);
    else if (answer.content?.["application/json"] === undefined) {
      if (isPresent(body)) findings.push("the body should be empty");
    } else findings.push(...describe(validator.validateResponse(body, operation, status).errors ?? []));
    if (status < 400) {
      const query = Object.fromEntries(new URLSearchParams(seen.query));
      const request = {
        method,
        path,
        query,
        headers: {},
        ...(isPresent(seen.requestBody) ? { body: seen.requestBody } : {}),
      };
      const { errors } = validator.validateRequest(request, operation);
      findings.push(...describe(errors ?? []).map(reportedOfRequest));
    }
    return findings;
  };
}
