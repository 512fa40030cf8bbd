import { type SeenRefusal, type SeenHeader } from "../facts.ts";
import { app, machine } from "./shared.ts";

const patches = (name: string): string =>
  `alchemy-run/distilled packages/fly-io/patches/machines/${name}.patch.json`;
const machineNotFound = (call: string) => ({
  ...{ call, when: "a machine that is not there", status: 404, message: /machine not found/ },
  source: patches("not-found-errors"),
});
const appNotFound = (call: string) => ({
  ...{ call, when: "an app that is not there", status: 404, message: /app not found/ },
  source: `${patches("not-found-errors")}, superfly/fly-go flaps/flaps_apps_test.go`,
});

export const refusals: readonly SeenRefusal[] = [
  appNotFound(`GET ${app}`),
  appNotFound(`DELETE ${app}`),
  appNotFound(`GET ${app}/machines`),
  appNotFound(`POST ${app}/machines`),
  appNotFound(`GET ${app}/secrets`),
  appNotFound(`POST ${app}/secrets`),
  machineNotFound(`GET ${machine}`),
  machineNotFound(`POST ${machine}`),
  machineNotFound(`DELETE ${machine}`),
  machineNotFound(`POST ${machine}/start`),
  machineNotFound(`POST ${machine}/stop`),
  machineNotFound(`POST ${machine}/restart`),
  machineNotFound(`GET ${machine}/wait`),
  machineNotFound(`POST ${machine}/lease`),
  machineNotFound(`GET ${machine}/metadata`),
  {
    call: "POST /v1/apps",
    when: "a name that an app has",
    status: 422,
    code: "name_taken",
    message: /Name has already been taken/,
    source: "superfly/fly-go flaps/flaps_error_test.go, superfly/docs#2430",
  },
  {
    call: "any",
    when: "a token that is not one",
    status: 401,
    message: /invalid token/,
    source: "superfly/fly-go flaps/flaps_apps_test.go",
    notEmulated: "the emulator uses other words",
  },
  {
    call: `GET ${app}`,
    when: "another organization's app",
    status: 403,
    message: /^unauthorized$/,
    source: "superfly/fly-go flaps/flaps_apps_test.go, superfly/fly-go#282",
    notEmulated: "the emulator has one organization's apps",
  },
  {
    call: `POST ${app}/machines`,
    when: "a name that a machine has",
    status: 409,
    message: /unique machine name violation/,
    source: patches("machinesCreate"),
  },
  {
    call: `POST ${app}/machines`,
    when: "no capacity in the region",
    status: 503,
    code: "insufficient_capacity",
    source: "superfly/fly-go flaps/flaps_error_test.go",
  },
  {
    call: `POST ${machine}/start`,
    when: "a machine that was just created",
    status: 412,
    message: /unable to start machine from current state: 'created'/,
    source: `${patches("machinesStart")}, hexclave/hexclave#2060`,
  },
  {
    call: `POST ${machine}/start`,
    when: "a machine that is being replaced",
    status: 412,
    message: /machine getting replaced, refusing to start/,
    source: patches("machinesStart"),
  },
  {
    call: `POST ${machine}/start`,
    when: "a machine whose program has just ended",
    status: 412,
    message: /machine still active, refusing to start/,
    source: "hexclave/hexclave#2060",
  },
  {
    call: `GET ${machine}/wait`,
    when: "a state that is not reached in time",
    status: 408,
    message: /^deadline_exceeded: machine failed to reach desired state, /,
    source: patches("machinesWait"),
  },
  {
    call: "any",
    when: "a machine whose lease another has",
    status: 409,
    message: /lease currently held by/,
    source: "byte5ai/omadia#705",
  },
];

export const headers: readonly SeenHeader[] = [
  { header: "fly-request-id", of: "refusal", source: "superfly/fly-go flaps/flaps.go" },
];
