// Every verb a form posts to, with its fields.

/** As in the server's table of routes; a test compares the two. */
export const VERBS = [
  ["set-preferences", "lang", "elder"],
  ["send-code", "phone", "next"],
  ["sign-in", "phone", "code", "next"],
  ["staff-sign-in", "name", "password", "totp", "next"],
  ["sign-out"],
  ["end-session", "session"],
  ["locate", "lat", "lon"],
  [
    "file-request",
    ...["key", "text", "kind", "category", "visibility", "lat", "lon", "datum", "area", "place_words", "phone"],
    ...["code", "anonymous", "staged", "step", "map.x", "map.y", "map_width", "map_height", "map_west", "map_east"],
    ...["map_south", "map_north"],
  ],
  ["ask-by-code", "number", "code"],
  ["rate-request", "number", "version", "contacted", "solved", "satisfied", "comment"],
  ["moderate", "content", "version", "verdict", "text", "reason", "note"],
  ["switch-photo", "content", "version", "photo", "show"],
  ["publish-many", "items[]"],
  ["undo-publish", "items"],
  ["accept-order", "order", "version", "category", "urgency"],
  ["dispatch-order", "order", "version", "lead", "co", "basis"],
  ["start-handling", "order", "version"],
  ["log-contact", "order", "version", "way", "outcome", "note"],
  ["submit-reply", "order", "version", "result", "reply", "internal", "staged"],
  ["send-back-reply", "order", "version", "remark"],
  ["approve-reply", "order", "version"],
  ["follow-up", "order", "version", "contacted", "solved", "satisfied", "note"],
  ["reveal-contact", "order", "request", "reason"],
].map(([verb, ...fields]) => ({ verb, fields: [...fields, "back"] }));

/** Those whose forms carry files. */
export const WITH_FILES = ["file-request", "submit-reply"];
