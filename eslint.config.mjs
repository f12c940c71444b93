import pulumi from "@pulumi/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { importArrows, MAY_IMPORT } from "./tools/lint/import-arrows.mjs";

export default defineConfig(
  globalIgnores(["node_modules/", ".godwit/"]),
  {
    plugins: { godwit: { rules: { "import-arrows": importArrows } } },
    rules: {
      "godwit/import-arrows": ["error", MAY_IMPORT],
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "no-undef": "off", // The type checker's work.
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      // A method that fits an interface of promises need not have anything to wait for, nor use its `this`.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off", // A `describe` is one function.
      "@typescript-eslint/no-unused-expressions": "off", // chai: `expect(x).to.be.true`.
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.property.name='apply'] CallExpression[callee.name='expect']",
          message:
            "An expectation inside `apply` fails unseen: await the output's value, then expect.",
        },
      ],
    },
  },
);
