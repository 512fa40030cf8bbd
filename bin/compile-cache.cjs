"use strict";
// Node keeps the code that it compiles of each file, for the next process that loads it: a sixth less to load the program with
// Pulumi's SDK. In the checkout, where other users of the machine cannot write. docs/decisions/start-up.md
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

// Node 22.1 and newer have it; older ones get as far as the message that they are too old.
if (enableCompileCache) enableCompileCache(join(__dirname, "..", "node_modules", ".cache", "compiled"));
