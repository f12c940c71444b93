// Run by pulumi-install.mjs with the folder to install to.
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

await PulumiCommand.install({ root: process.argv[2] });
