import js from "@eslint/js";
import html from "eslint-plugin-html";
import tseslint from "typescript-eslint";

const httpLibrary = { name: "got", message: "Only src/request.ts names the HTTP library." };
/** `import("got")` is not seen by no-restricted-imports. */
const lazyHttpLibrary = { selector: "ImportExpression[source.value='got']", message: httpLibrary.message };
const nodeRed = ["node-red", "@node-red/*", "node-red-*"];

/** What may import what (the rooms and their one direction of flow). */
const boundary = (files, ignores, paths, patterns) => ({
  files,
  ignores,
  rules: { "no-restricted-imports": ["error", { paths, patterns }] },
});

export default tseslint.config(
  { ignores: ["dist/", ".cache/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // What was caught goes on as it was.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      "max-lines": ["error", { max: 160, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: {
      "max-lines": "off",
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.{mjs,cjs}"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", module: "readonly", require: "readonly", URL: "readonly" },
    },
  },
  {
    files: ["nodes/*.html"],
    plugins: { html },
  },
  {
    files: ["nodes/*.html", "nodes/editor/*.js"],
    languageOptions: {
      sourceType: "script",
      ecmaVersion: 2020,
      globals: { RED: "readonly", $: "readonly", window: "readonly", document: "readonly" },
    },
  },
  // src/ is a Plex client that knows nothing of Node-RED; only src/request.ts names the HTTP library.
  boundary(["src/**/*.ts"], ["src/request.ts"], [httpLibrary], [{ group: [...nodeRed, "**/nodes/**"] }]),
  boundary(["src/request.ts"], [], [], [{ group: [...nodeRed, "**/nodes/**"] }]),
  {
    files: ["src/**/*.ts"],
    ignores: ["src/request.ts"],
    rules: { "no-restricted-syntax": ["error", lazyHttpLibrary] },
  },
  {
    files: ["src/**/*.ts", "nodes/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", { name: "fetch", message: "It follows neither TLS nor proxy settings." }],
    },
  },
  // nodes/ reaches the network through src/ alone.
  boundary(
    ["nodes/**/*.ts"],
    [],
    [httpLibrary, "http", "https", "node:http", "node:https", "hpagent", "sax"],
    [{ group: ["**/simulator/**", "**/test/**"] }],
  ),
  {
    files: ["nodes/**/*.ts"],
    ignores: ["nodes/lib/input-handler.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        lazyHttpLibrary,
        {
          selector:
            "CallExpression[callee.property.name=/^(send|status)$/], CallExpression[callee.name=/^(send|done)$/]",
          message: "send, done and status are called in nodes/lib/input-handler.ts alone.",
        },
        { selector: "ImportExpression", message: "nodes/ loads nothing at run time." },
      ],
    },
  },
  {
    files: ["simulator/**/*.ts", "demo/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group: ["**/nodes/**", "**/test/**"] }] }] },
  },
);
