// Pulumi's host requires the pack; what it serves is TypeScript in ES modules, which tsx loads.
module.exports = async () => {
  const { register } = await import("tsx/esm/api");
  register();
  const { serve } = await import("./pack.ts");
  serve();
};
