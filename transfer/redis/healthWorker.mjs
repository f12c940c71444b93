// A thread starts without the loader that its process has registered.
import { tsImport } from "tsx/esm/api";

await tsImport("./healthProbe.ts", import.meta.url);
