#!/usr/bin/env node
// The pack as a program of its own, for machines without Pulumi's host for Node: `--policy-pack policy/crossguard/serve.mjs`.
import start from "./index.cjs";

await start();
