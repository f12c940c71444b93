// Loaded before anything else, also by a Node that is too old: nothing newer than Node 14 here.
import { atLeast } from "../support/version.mjs";

const MINIMUM = "20.19.0";

/** Ends the process with one sentence if this Node is too old. */
export function requireNode() {
  if (atLeast(process.versions.node, MINIMUM)) return;
  console.error(
    `godwit needs Node ${MINIMUM} or later, and this is ${process.versions.node}: ` +
      "install a current release from https://nodejs.org, then start again.",
  );
  process.exit(1);
}

/** @returns {import("../find.mjs").Tool} */
export function findNode() {
  return {
    name: "Node",
    neededFor: "everything",
    found: { path: process.execPath, version: process.versions.node, from: "the running process" },
  };
}
