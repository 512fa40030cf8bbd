import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { answer, rpcError, servePlugin } from "../../toolchain/grpc-plugin.ts";
import { diffResponse } from "./diff-response.ts";
import { openEngineLog } from "./engine-log.ts";
import {
  changesBetween,
  checkInputs,
  withDefaults,
  type Operation,
  type ResourceType,
} from "./resource-type.ts";
import { open, seal, unknownValue, type Opened, type Properties } from "./values.ts";

/** A provider plugin. */
export interface Provider {
  readonly name: string;
  readonly version: string;
  /** Settings of the provider; others are refused. */
  readonly config: readonly string[];
  /** Those of them that the state keeps as secrets. */
  readonly secretConfig: readonly string[];
  /** By type token, `package:module:Name`. */
  readonly types: Readonly<Record<string, ResourceType>>;
}

const noTimeLimitMilliseconds = 2 ** 31 - 1;

/** Serves the provider to the engine that started this process. */
export function serveProvider(provider: Provider): void {
  const log = openEngineLog(process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "");
  const cancelled = new AbortController();
  let config: Properties = {};

  const typeOf = (urn: string): ResourceType => {
    const token = urn.split("::").at(-2)?.split("$").at(-1) ?? urn;
    const type = provider.types[token];
    if (type) return type;
    throw new Error(
      `The sandbox's ${provider.name} plugin has no ${token}. It knows: ${Object.keys(provider.types).join(", ")}.`,
    );
  };
  const operation = (
    call: ServerUnaryCall<unknown, unknown>,
    urn: string,
    timeoutSeconds: number,
  ): Operation => {
    const gone = new AbortController();
    call.on("cancelled", () => gone.abort());
    const limit = timeoutSeconds > 0 ? Math.min(timeoutSeconds * 1000, noTimeLimitMilliseconds) : undefined;
    const signals = [cancelled.signal, gone.signal];
    if (limit !== undefined) signals.push(AbortSignal.timeout(limit));
    return {
      urn,
      name: urn.split("::").at(-1) ?? urn,
      signal: AbortSignal.any(signals),
      config,
      log: (line) => log.status(urn, line),
    };
  };

  servePlugin(
    ResourceProviderService,
    {
      getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
      getSchema: answer(() =>
        new messages.GetSchemaResponse().setSchema(
          JSON.stringify({ name: provider.name, version: provider.version, resources: {} }),
        ),
      ),
      checkConfig: answer((request: messages.CheckRequest) => {
        const news = fromStruct(request.getNews());
        const unknownNames = Object.keys(news).filter(
          (name) =>
            !name.startsWith("__") && !["version", "pluginDownloadURL", ...provider.config].includes(name),
        );
        const inputs = Object.entries(news).map(
          ([name, value]) => [name, provider.secretConfig.includes(name) ? seal(value) : value] as const,
        );
        return new messages.CheckResponse()
          .setInputs(toStruct(Object.fromEntries(inputs)))
          .setFailuresList(
            unknownNames.map((name) =>
              new messages.CheckFailure().setProperty(name).setReason("is not a setting of this provider"),
            ),
          );
      }),
      diffConfig: (_call: unknown, reply: sendUnaryData<never>) =>
        reply(rpcError("settings are compared by the engine", status.UNIMPLEMENTED)),
      configure: answer((request: messages.ConfigureRequest) => {
        config = open(fromStruct(request.getArgs())).values;
        return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
      }),
      check: answer((request: messages.CheckRequest) => {
        const type = typeOf(request.getUrn());
        const news = fromStruct(request.getNews());
        const failures = checkInputs(type, open(news));
        const inputs = Object.entries(withDefaults(type, news)).map(
          ([name, value]) => [name, type.inputs[name]?.secret ? seal(value) : value] as const,
        );
        return new messages.CheckResponse()
          .setInputs(toStruct(Object.fromEntries(inputs)))
          .setFailuresList(
            failures.map(({ property, reason }) =>
              new messages.CheckFailure().setProperty(property).setReason(reason),
            ),
          );
      }),
      diff: answer((request: messages.DiffRequest) => {
        const type = typeOf(request.getUrn());
        const old = open(fromStruct(request.getOldInputs()));
        const next = open(fromStruct(request.getNews()));
        // The names of complete properties alone: no program here ignores a part of one.
        const ignored = new Set(request.getIgnorechangesList());
        const changes = changesBetween(type, old, next).filter(({ property }) => !ignored.has(property));
        return diffResponse(changes, old.values, next.values);
      }),
      create: answer(async (request: messages.CreateRequest, call) => {
        const type = typeOf(request.getUrn());
        const raw = fromStruct(request.getProperties());
        const inputs = open(raw);
        if (request.getPreview())
          return new messages.CreateResponse().setProperties(
            toStruct(stateOf(type, raw, inputs, unknownOutputs(Object.keys(type.outputs)))),
          );
        const { id, outputs } = await type.create(
          inputs.values,
          operation(call, request.getUrn(), request.getTimeout()),
        );
        return new messages.CreateResponse()
          .setId(id)
          .setProperties(toStruct(stateOf(type, raw, inputs, outputs)));
      }),
      read: answer(async (request: messages.ReadRequest, call) => {
        const type = typeOf(request.getUrn());
        const raw = fromStruct(request.getProperties());
        const rawInputs = fromStruct(request.getInputs());
        const response = new messages.ReadResponse();
        if (!type.read)
          return response.setId(request.getId()).setProperties(toStruct(raw)).setInputs(toStruct(rawInputs));
        const inputs = open(rawInputs);
        const found = await type.read(
          request.getId(),
          open(raw).values,
          operation(call, request.getUrn(), 0),
          inputs.values,
        );
        if (!found) return response;
        const marked = markedAs(type, inputs.secret, {
          ...found.inputs,
          __defaults: rawInputs["__defaults"],
        });
        return response
          .setId(found.id ?? request.getId())
          .setInputs(toStruct(marked))
          .setProperties(toStruct(stateOf(type, marked, open(marked), found.outputs)));
      }),
      update: answer(async (request: messages.UpdateRequest, call) => {
        const type = typeOf(request.getUrn());
        const raw = fromStruct(request.getNews());
        const inputs = open(raw);
        const old = open(fromStruct(request.getOlds())).values;
        const kept = Object.fromEntries(Object.keys(type.outputs).map((name) => [name, old[name]]));
        const outputs = request.getPreview()
          ? { ...kept, ...unknownOutputs(type.renewedByUpdate ?? Object.keys(type.outputs)) }
          : await type.update(
              request.getId(),
              old,
              inputs.values,
              operation(call, request.getUrn(), request.getTimeout()),
            );
        return new messages.UpdateResponse().setProperties(toStruct(stateOf(type, raw, inputs, outputs)));
      }),
      delete: answer(async (request: messages.DeleteRequest, call) => {
        const type = typeOf(request.getUrn());
        const state = open(fromStruct(request.getProperties())).values;
        await type.delete(request.getId(), state, operation(call, request.getUrn(), request.getTimeout()));
        return new Empty();
      }),
      cancel: answer(() => {
        cancelled.abort();
        return new Empty();
      }),
    },
    () => cancelled.abort(),
  );
}

function fromStruct(struct: Struct | undefined): Record<string, unknown> {
  return struct?.toJavaScript() ?? {};
}

function toStruct(properties: Properties): Struct {
  // Null is a value to the engine; undefined is none to protobuf.
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(Object.fromEntries(known))) as Record<string, JavaScriptValue>,
  );
}

function unknownOutputs(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}

/** Inputs as they came, with their marks, and the outputs with theirs. */
function stateOf(type: ResourceType, raw: Properties, inputs: Opened, outputs: Properties): Properties {
  const allSecret = type.spreadsSecrets === true && inputs.secret.size > 0;
  const marked = Object.entries(outputs).map(([name, value]) => {
    const secret = value !== undefined && (allSecret || type.outputs[name] === true);
    return [name, secret ? seal(value) : value] as const;
  });
  return { ...raw, ...Object.fromEntries(marked) };
}

function markedAs(type: ResourceType, secret: ReadonlySet<string>, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, secret.has(name) || type.inputs[name]?.secret ? seal(value) : value]),
  );
}
