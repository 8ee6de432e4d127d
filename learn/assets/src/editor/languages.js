// The languages of a lab's files, by the end of their names.

import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { indentUnit } from "@codemirror/language";

const TWO_SPACES = indentUnit.of("  ");

const LANGUAGES = {
  py: () => [python(), indentUnit.of("    ")],
  json: () => [json(), TWO_SPACES],
  yaml: () => [yaml(), TWO_SPACES],
  yml: () => [yaml(), TWO_SPACES],
};

/** Extensions of the editor for a file of this name; none for a language that it does not know. */
export function languageOf(fileName) {
  return LANGUAGES[fileName.split(".").pop()]?.() ?? [];
}
