import js from "@eslint/js";
import html from "eslint-plugin-html";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

import { posix } from "node:path";
import { packages, rooms } from "./rooms.mjs";

const nodeRed = ["node-red", "@node-red/*", "node-red-*"];

/** A package under the names by which a program can import it. */
const spellings = (name) => (name.startsWith("node:") ? [name, name.slice("node:".length)] : [name]);

const forbiddenPackages = (file) =>
  Object.entries(packages)
    .filter(([, places]) => !places.some((place) => file === place || file.startsWith(`${place}/`)))
    .flatMap(([name, places]) =>
      spellings(name).map((spelling) => ({
        name: spelling,
        message: places.length === 0 ? "Nothing here imports it." : `Only ${places.join(" and ")} may import it.`,
      })),
    );

const escape = (path) => path.replaceAll(".", "\\.");

/** Whatever leads out of a room other than by the doors that it may use. */
const otherDoors = (room) => {
  const doors = rooms[room].map((door) => escape(posix.relative(room, door)));
  return { regex: `^(?!(?:${doors.join("|")})$)\\.\\./`, message: "Not a door that this room may use: see rooms.mjs." };
};

/** What the files beside the rooms of src/ and nodes/ may not do: pass by a door. */
const pastDoors = {
  regex: "^(?!\\./(?:lib/)?[^/]+$|(?:\\.\\./)+(?:src/[^/]+|package\\.json)$)\\.",
  message: "Not a room's door: see rooms.mjs.",
};
const outside = { group: ["**/simulator/**", "**/test/**", "**/testing/**"] };

/** The lint rules of one room, or of one file that may name a package of its own. */
const boundary = (files, place, patterns) => ({
  files: [files],
  rules: { "no-restricted-imports": ["error", { paths: forbiddenPackages(place), patterns: [...patterns, outside] }] },
});

/** The two kinds of flow nodes: those that take messages, and those that begin flows. */
const handlers = ["nodes/lib/messages/input-handler.ts", "nodes/lib/messages/event-handler.ts"];
const sendsAlone = {
  selector: "CallExpression[callee.property.name=/^(send|status)$/], CallExpression[callee.name=/^(send|done)$/]",
  message: `send, done and status are called in ${handlers.join(" and ")} alone.`,
};
/** What is loaded at run time, where it is needed: the HTTP library, what follows events, and what the forms ask for. */
const loaders = ["src/http/request.ts", "src/events/events-on-demand.ts", "nodes/lib/admin/index.ts"];
const loadsAlone = {
  selector: "ImportExpression",
  message: `Only ${loaders.join(" and ")} load something at run time.`,
};

export default tseslint.config(
  { ignores: ["dist/", ".cache/", "node_modules/"] },
  js.configs.recommended,
  {
    // An expression that takes more than linear time lets whoever writes the text stop Node-RED. Tests read their own.
    ignores: ["{test,testing,bench,screenshots}/**"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential", ignorePartial: false, ignoreSticky: false }],
    },
  },
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
    files: ["{test,testing,bench,screenshots}/**/*.ts"],
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
  // src/ is a Plex client that knows nothing of Node-RED; nodes/ reaches the network through src/ alone.
  boundary("src/*.ts", "src", [pastDoors, { group: [...nodeRed, "**/nodes/**"] }]),
  boundary("nodes/{*,lib/*}.ts", "nodes", [pastDoors]),
  ...Object.keys(rooms).map((room) =>
    boundary(`${room}/*.ts`, room, [otherDoors(room), ...(room.startsWith("src/") ? [{ group: nodeRed }] : [])]),
  ),
  ...[...new Set(Object.values(packages).flat())]
    .filter((place) => place.endsWith(".ts"))
    .map((file) => boundary(file, file, [otherDoors(posix.dirname(file)), { group: nodeRed }])),
  {
    files: ["src/**/*.ts", "nodes/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", { name: "fetch", message: "It follows neither TLS nor proxy settings." }],
      "no-restricted-properties": [
        "error",
        { object: "URL", property: "canParse", message: "Use parseUrl of src/url.ts." },
      ],
      "no-restricted-syntax": ["error", loadsAlone],
    },
  },
  {
    files: ["nodes/**/*.ts"],
    ignores: handlers,
    rules: { "no-restricted-syntax": ["error", loadsAlone, sendsAlone] },
  },
  { files: loaders, rules: { "no-restricted-syntax": "off" } },
  {
    files: ["simulator/**/*.ts", "demo/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ group: ["**/nodes/**", "**/test/**", "**/testing/**"] }] }],
    },
  },
);
