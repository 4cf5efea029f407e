// Every verb a form posts to, with its fields, as the server functions name them: one that is added is tried at once.

import { readFileSync, readdirSync } from "node:fs";

/** The fields of forms that are sent in parts; their functions take a body whole. */
const IN_PARTS = {
  "check-receipt": ["receipt", "pasted", "key"],
  "file-request": [
    ...["key", "text", "kind", "category", "visibility", "lat", "lon", "datum", "area", "place_words", "phone"],
    ...["code", "anonymous", "staged", "step", "map.x", "map.y", "map_width", "map_height", "map_west", "map_east"],
    ...["map_south", "map_north"],
  ],
  "keep-signing-page": ["book", "pact", "household", "page", "text", "staged"],
  "record-evidence": ["number", "kind", "note", "day", "answers", "staged"],
  "report-breach": ["keeping", "key", "clause", "place", "happened_on", "words", "staged"],
  "save-draft": ["number", "title", "title_en", "purpose", "count", "id-0", "text-0", "english-0", "press"],
  "submit-reply": ["order", "version", "result", "reply", "internal", "staged"],
};

const api = new URL("../../app/api/src/", import.meta.url);
const sources = readdirSync(api).filter((name) => name.endsWith(".rs")).map((name) => readFileSync(new URL(name, api), "utf8"));
const FUNCTION = /#\[server\([^)]*endpoint = "([a-z-]+)"([^)]*)\)\]\s*pub async fn \w+\(((?:[^()]|\(default\))*)\)/g;

/** A list's field ends in brackets, as a form sends it. */
const fieldsOf = (parameters) =>
  [...parameters.matchAll(/(?:^|[\s,])(\w+): (Option<String>|Vec<String>)/g)].map(([, name, kind]) => (kind.startsWith("Vec") ? `${name}[]` : name));

const found = sources.flatMap((source) => [...source.matchAll(FUNCTION)]);

/** Those whose forms carry files. */
export const WITH_FILES = found.filter(([, , how]) => how.includes("Multipart")).map(([, verb]) => verb);

/** Each verb with its fields; `back` names the page its form stood on. */
export const VERBS = found.map(([, verb, , parameters]) => ({
  verb,
  fields: [...new Set([...(WITH_FILES.includes(verb) ? IN_PARTS[verb] : fieldsOf(parameters)), "back"])],
}));
